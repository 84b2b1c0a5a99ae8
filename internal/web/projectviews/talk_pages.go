package projectviews

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/web/shell"
)

// Where names an item of a project.
type Where struct {
	Part    Part
	Project id.ID
	Item    id.ID
}

// Talks serves the comments of one house; the functions are what the house does with
// them for whoever asks.
type Talks struct {
	Shell  *shell.Shell
	At     func(r *http.Request, w Where) string // the item's address
	List   func(r *http.Request, w Where, p page.Request) (page.Page[Comment], error)
	Save   func(r *http.Request, w Where, once string, in gate.CommentInput) error
	Delete func(r *http.Request, w Where, comment id.ID) error
	// Show renders a body inside the project's page.
	Show func(w http.ResponseWriter, r *http.Request, at Where, code int, body templ.Component) error
}

// Routes adds the comments of a part's items.
func (t Talks) Routes(r chi.Router, part Part) {
	h := t.Shell.Handle
	at := "/" + string(part) + "/{item}/comments"
	r.Post(at, h(t.save(part)))
	r.Get(at+"/{comment}", h(t.edit(part)))
	r.Post(at+"/{comment}", h(t.save(part)))
	r.Get(at+"/{comment}/delete", h(t.ask(part)))
	r.Post(at+"/{comment}/delete", h(t.remove(part)))
}

// shownComments is how many comments a page of an item shows.
const shownComments = 20

// Talk reads what was said about an item, and whether one may say more; nil where people do not comment.
func (t Talks) Talk(r *http.Request, w Where, may bool) (*Talk, error) {
	if w.Part.Kind() == "" || w.Item == 0 {
		return nil, nil
	}
	list, err := t.List(r, w, page.Request{Size: shownComments, Cursor: r.URL.Query().Get("comments")})
	if err != nil {
		return nil, err
	}
	out := &Talk{At: t.At(r, w), May: may, List: list.Items, Token: shell.Once()}
	if list.Next != "" {
		out.Earlier = shell.Here(r, "comments", list.Next) + "#comments"
	}
	return out, nil
}

// where reads the item and the comment of an address.
func where(r *http.Request, part Part) (w Where, comment id.ID, err error) {
	w.Part = part
	if w.Project, err = shell.ID(r, "project"); err != nil {
		return w, 0, err
	}
	if w.Item, err = shell.ID(r, "item"); err != nil || chi.URLParam(r, "comment") == "" {
		return w, 0, err
	}
	comment, err = shell.ID(r, "comment")
	return w, comment, err
}

// one reads a single comment: the first before the next id.
func (t Talks) one(r *http.Request, w Where, comment id.ID) (Comment, error) {
	list, err := t.List(r, w, page.Request{Size: 1, Cursor: (comment + 1).String()})
	if err != nil {
		return Comment{}, err
	}
	if len(list.Items) == 0 || list.Items[0].ID != comment {
		return Comment{}, fault.NotFound("work.fault.not_found")
	}
	return list.Items[0], nil
}

func (t Talks) edit(part Part) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		at, comment, err := where(r, part)
		if err != nil {
			return err
		}
		c, err := t.one(r, at, comment)
		if err != nil {
			return err
		}
		return t.Show(w, r, at, 0, editComment(t.At(r, at), c, c.Body, "", shell.Errors(r.Context(), nil)))
	}
}

func (t Talks) save(part Part) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		in, err := shell.ReadForm(w, r)
		if err != nil {
			return err
		}
		at, comment, err := where(r, part)
		if err != nil {
			return err
		}
		typed, once := in.Text("comment"), in.Text("once")
		err = t.Save(r, at, once, gate.CommentInput{ID: comment, Version: in.Int("version"), Body: typed})
		if err == nil {
			return t.done(w, r, at, "projectviews.comment.saved")
		}
		if !fault.Is(err, fault.KindInvalid) && !fault.Is(err, fault.KindStale) {
			return err
		}
		var now Comment
		if comment != 0 {
			var gone error
			if now, gone = t.one(r, at, comment); gone != nil {
				return gone
			}
		}
		return t.Show(w, r, at, shell.StatusOf(err), editComment(t.At(r, at), now, typed, once, shell.Errors(r.Context(), err)))
	}
}

func (t Talks) ask(part Part) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		at, comment, err := where(r, part)
		if err != nil {
			return err
		}
		if _, err := t.one(r, at, comment); err != nil {
			return err
		}
		ask := AskComment(r.Context(), t.At(r, at), comment)
		return t.Shell.Render(w, r, shell.Page{Title: ask.Title, Body: narrow(ask), Fragment: ask})
	}
}

func (t Talks) remove(part Part) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		at, comment, err := where(r, part)
		if err != nil {
			return err
		}
		if err := t.Delete(r, at, comment); err != nil {
			return err
		}
		return t.done(w, r, at, "projectviews.comment.deleted")
	}
}

func (t Talks) done(w http.ResponseWriter, r *http.Request, at Where, key string) error {
	return t.Shell.Done(w, r, t.At(r, at)+"#comments", locale.T(r.Context(), key))
}
