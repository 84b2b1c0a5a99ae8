package mail

import (
	"encoding/base64"
	"encoding/json"
	"slices"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
)

// cursor is where a page starts: after the letter, or before it.
type cursor struct {
	At     int64 `json:"t"`
	ID     id.ID `json:"i"`
	Before bool  `json:"b,omitempty"`
}

func cursorOf(m Message, before bool) string {
	data, err := json.Marshal(cursor{store.Micros(m.CreatedAt), m.ID, before})
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// parseCursor reads a cursor; a forged one is invalid input.
func parseCursor(s string) (c cursor, err error) {
	if s == "" {
		return c, nil
	}
	data, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil || c.ID <= 0 {
		return cursor{}, fault.Invalid("fault.invalid").WithCode("cursor")
	}
	return c, nil
}

// pageOf cuts a list read in walking order, one more than asked for, into a page.
func pageOf(list []Message, at cursor, limit int) page.Page[Message] {
	more := len(list) > limit
	list = list[:min(limit, len(list))]
	if at.Before {
		slices.Reverse(list)
	}
	p := page.Page[Message]{Items: list}
	if len(list) == 0 {
		return p
	}
	if more || at.Before {
		p.Next = cursorOf(list[len(list)-1], false)
	}
	if at.Before && more || !at.Before && at.ID != 0 {
		p.Prev = cursorOf(list[0], true)
	}
	return p
}
