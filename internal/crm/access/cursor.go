package access

import (
	"encoding/base64"
	"encoding/json"
	"slices"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
)

// cursor is the last row of a page (or the first, going back) in the list's order.
type cursor struct {
	Back bool   `json:"b,omitempty"`
	Key  string `json:"k"`
	ID   int64  `json:"i"`
}

func (c cursor) String() string {
	b, _ := json.Marshal(c) // two scalars and a flag always encode
	return base64.RawURLEncoding.EncodeToString(b)
}

// readCursor gives nil for the first page.
func readCursor(text string) (*cursor, error) {
	if text == "" {
		return nil, nil
	}
	bad := fault.Invalid("access.fault.cursor")
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, bad.Because(err)
	}
	var c cursor
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, bad.Because(err)
	}
	return &c, nil
}

type keyed struct {
	user User
	key  string
}

// pageOf cuts the limit+1 rows that were read to a page with its cursors.
func pageOf(rows []keyed, limit int, from *cursor) page.Page[User] {
	more := len(rows) > limit
	if more {
		rows = rows[:limit]
	}
	back := from != nil && from.Back
	if back {
		slices.Reverse(rows)
	}
	var p page.Page[User]
	p.Items = make([]User, 0, len(rows))
	for _, r := range rows {
		p.Items = append(p.Items, r.user)
	}
	if len(rows) == 0 {
		return p
	}
	first, last := rows[0], rows[len(rows)-1]
	if more || back {
		p.Next = cursor{Key: last.key, ID: int64(last.user.ID)}.String()
	}
	if back && more || !back && from != nil {
		p.Prev = cursor{Back: true, Key: first.key, ID: int64(first.user.ID)}.String()
	}
	return p
}

// named drops ids that can name nothing and repetitions.
func named(ids []id.ID) []id.ID {
	out := make([]id.ID, 0, len(ids))
	for _, i := range ids {
		if i > 0 {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
