package work

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
)

// order is an indexed column a list is sorted by, with the id as tie-break.
type order struct {
	name string
	col  string
	id   string
	num  bool // the column holds numbers
	desc bool
}

// cursor is where a page starts: after the row with this key, or before it.
type cursor struct {
	Order  string `json:"o"`
	Key    string `json:"k"`
	ID     int64  `json:"i"`
	Before bool   `json:"b,omitempty"`
}

func (o order) tag() string {
	if o.desc {
		return "-" + o.name
	}
	return o.name
}

// at reads a cursor made for this order; any other is invalid input.
func (o order) at(s string) (cursor, error) {
	var c cursor
	if s == "" {
		return c, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err == nil && o.num {
		_, err = strconv.ParseInt(c.Key, 10, 64)
	}
	if err != nil || c.ID <= 0 || c.Order != o.tag() {
		return cursor{}, fault.Invalid("work.fault.cursor")
	}
	return c, nil
}

// write ends a query: from the cursor, in order, one row more than the page holds.
func (o order) write(b *store.Builder, c cursor, limit int) {
	dir, op := " ASC", " > "
	if o.desc != c.Before {
		dir, op = " DESC", " < "
	}
	if c.ID != 0 {
		var key any = c.Key
		if o.num {
			key, _ = strconv.ParseInt(c.Key, 10, 64)
		}
		b.W(" AND (", o.col, ", ", o.id, ")", op, "(", b.Arg(key), ", ", b.Arg(c.ID), ")")
	}
	b.W(" ORDER BY ", o.col, dir, ", ", o.id, dir, " LIMIT ", b.Arg(limit+1))
}

// cut makes a page of rows read in walking order; mark gives a row's key and id.
func cut[T any](o order, rows []T, c cursor, limit int, mark func(T) (string, id.ID)) page.Page[T] {
	more := len(rows) > limit
	if more {
		rows = rows[:limit]
	}
	if c.Before {
		slices.Reverse(rows)
	}
	p := page.Page[T]{Items: rows}
	if len(rows) == 0 {
		return p
	}
	edge := func(row T, before bool) string {
		key, n := mark(row)
		raw, err := json.Marshal(cursor{Order: o.tag(), Key: key, ID: int64(n), Before: before})
		if err != nil {
			return ""
		}
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	if more || c.Before {
		p.Next = edge(rows[len(rows)-1], false)
	}
	if c.Before && more || !c.Before && c.ID != 0 {
		p.Prev = edge(rows[0], true)
	}
	return p
}
