// Package page holds the values of keyset paging: what a caller asks and what a
// list answers. No list counts its whole table.
package page

// DefaultSize and MaxSize bound every list, in rows.
const (
	DefaultSize = 50
	MaxSize     = 200
)

// Request asks for one page. Cursor is opaque text from an earlier Page; empty
// asks for the first.
type Request struct {
	Cursor string
	Size   int
}

// Limit gives the size within bounds.
func (r Request) Limit() int {
	switch {
	case r.Size <= 0:
		return DefaultSize
	case r.Size > MaxSize:
		return MaxSize
	}
	return r.Size
}

// Page is one answer. Next and Prev are cursors; empty where there is none.
type Page[T any] struct {
	Items []T
	Next  string
	Prev  string
}
