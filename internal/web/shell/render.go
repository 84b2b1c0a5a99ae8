package shell

import (
	"bytes"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/fault"
	"musubi/internal/web/ui"
)

// Page is what a handler shows.
type Page struct {
	Title    string          // of the browser's window; the page's <h1> is Body's
	Crumbs   ui.Crumbs       // the way here; empty on top pages
	Body     templ.Component // everything below the breadcrumbs
	Fragment templ.Component // what htmx gets instead of the page; nil = Body
	Status   int             // 0 = 200; a form with errors answers StatusOf(err)
	Bare     bool            // without navigation: sign-in and its relatives
	Wide     bool            // uses the whole width: boards, wide tables
}

// Render answers with the page, or with its fragment when htmx asks for a part.
// The page is rendered before the first byte leaves, so a fault half-way is
// still a proper error page.
func (s *Shell) Render(w http.ResponseWriter, r *http.Request, p Page) error {
	if IsFragment(r) {
		part := p.Fragment
		if part == nil {
			part = p.Body
		}
		return s.write(w, r, p.Status, part)
	}
	return s.write(w, r, p.Status, s.layout(w, r, p))
}

// RenderPart answers with a fragment whoever asks: progress polls and lazy parts.
func (s *Shell) RenderPart(w http.ResponseWriter, r *http.Request, part templ.Component) error {
	return s.write(w, r, http.StatusOK, part)
}

func (s *Shell) write(w http.ResponseWriter, r *http.Request, code int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		return fault.Internal(err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if code != 0 {
		w.WriteHeader(code)
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes())
	}
	return nil
}

// layout gathers what stands around the page.
func (s *Shell) layout(w http.ResponseWriter, r *http.Request, p Page) templ.Component {
	ctx := r.Context()
	v := around{Page: p, Frame: FrameOf(ctx), Person: PersonOf(ctx), View: viewOf(ctx), Flash: s.takeFlash(w, r)}
	v.Frame.Tabs = MarkCurrent(v.Frame.Tabs, v.View.route)
	v.Frame.Tools = MarkCurrent(v.Frame.Tools, v.View.route)
	if v.Person.ID() != 0 && !p.Bare && s.workspaces != nil {
		list, err := s.workspaces(ctx, v.Person)
		if err != nil {
			// A page is of more use without its switcher than not at all.
			s.log.ErrorContext(ctx, "workspaces", "request", RequestID(ctx), "error", err)
		}
		v.Workspaces = list
	}
	if v.Person.ID() != 0 && !p.Bare && s.unread != nil {
		n, err := s.unread(ctx, v.Person)
		if err != nil {
			s.log.ErrorContext(ctx, "unread", "request", RequestID(ctx), "error", err)
		}
		v.Bell, v.Unread = true, n
	}
	return layout(v)
}
