package portal

import (
	"encoding/base64"
	"encoding/json"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
)

// cursor is where a page by (sort key, id) starts: after the row, or before it.
type cursor struct {
	Key    string `json:"k"`
	ID     int64  `json:"i"`
	Before bool   `json:"b,omitempty"`
}

func (c cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads a cursor; a forged one is invalid input.
func parseCursor(s string) (cursor, error) {
	var c cursor
	if s == "" {
		return c, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.ID <= 0 {
		return cursor{}, fault.Invalid("portal.fault.cursor")
	}
	return c, nil
}

// pageOf cuts rows read in walking order, one more than asked for, into a page.
func pageOf[T any](rows []T, at cursor, limit int, mark func(T) (string, id.ID)) page.Page[T] {
	more := len(rows) > limit
	if more {
		rows = rows[:limit]
	}
	if at.Before {
		for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
			rows[i], rows[j] = rows[j], rows[i]
		}
	}
	p := page.Page[T]{Items: rows}
	if len(rows) == 0 {
		return p
	}
	edge := func(row T, before bool) string {
		k, n := mark(row)
		return cursor{Key: k, ID: int64(n), Before: before}.String()
	}
	if more || at.Before {
		p.Next = edge(rows[len(rows)-1], false)
	}
	if at.Before && more || !at.Before && at.ID != 0 {
		p.Prev = edge(rows[0], true)
	}
	return p
}
