package shell

import (
	"context"

	"musubi/internal/web/ui"
)

// Workspace is one house a person may enter: an organisation's CRM or a
// Projects portal. All of them stand in one switcher.
type Workspace struct {
	Key     string // the same as the Frame's Key while the person is inside
	Product string // "CRM" or "Projects", in words
	Name    string
	URL     string
	Icon    string
}

// Frame is the navigation around the pages of one house.
type Frame struct {
	Key       string    // which Workspace this is
	Name      string    // its name
	Product   string    // what it is, in words
	HomeURL   string    // where the mark leads
	Tabs      []ui.Link // the modules; mark the current one with MarkCurrent
	Tools     []ui.Link // quieter entries at the end: settings
	SearchURL string    // answers ?q=…; empty shows no search box
	Banners   []ui.Banner
}

type frameKey struct{}

// WithFrame puts the frame into the context.
func WithFrame(ctx context.Context, f Frame) context.Context {
	return context.WithValue(ctx, frameKey{}, f)
}

// FrameOf gives the frame of the house, or an empty one outside of any.
func FrameOf(ctx context.Context) Frame {
	f, _ := ctx.Value(frameKey{}).(Frame)
	return f
}

// MarkCurrent marks the link whose address is the longest beginning of path, so
// that a page below a tab shows that tab as current.
func MarkCurrent(links []ui.Link, path string) []ui.Link {
	out := append([]ui.Link(nil), links...)
	best, length := -1, 0
	for i, l := range out {
		if out[i].Current {
			return out
		}
		n := len(l.URL)
		if n > length && len(path) >= n && path[:n] == l.URL && (len(path) == n || path[n] == '/') {
			best, length = i, n
		}
	}
	if best >= 0 {
		out[best].Current = true
	}
	return out
}
