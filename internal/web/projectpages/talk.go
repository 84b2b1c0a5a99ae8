package projectpages

import (
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/ui"
)

// talks serves what is said about tasks and bugs.
func (p *Pages) talks() projectviews.Talks {
	at := func(r *http.Request, w projectviews.Where) string {
		return partPath(member(r), w.Project, w.Part) + "/" + w.Item.String()
	}
	return projectviews.Talks{
		Shell: p.shell, At: at,
		List: func(r *http.Request, w projectviews.Where, q page.Request) (page.Page[projectviews.Comment], error) {
			list, err := p.work.Comments(r.Context(), member(r), w.Project, w.Part.Kind(), w.Item, q)
			out := page.Page[projectviews.Comment]{Next: list.Next}
			for _, c := range list.Items {
				out.Items = append(out.Items, comment(c))
			}
			return out, err
		},
		Save: func(r *http.Request, w projectviews.Where, once string, in gate.CommentInput) error {
			if in.ID == 0 {
				_, err := p.work.AddComment(r.Context(), member(r), w.Project, w.Part.Kind(), w.Item, once, work.NewComment{Body: in.Body})
				return err
			}
			_, err := p.work.UpdateComment(r.Context(), member(r), w.Project, w.Part.Kind(), w.Item, in.ID, in.Version, in.Body)
			return err
		},
		Delete: func(r *http.Request, w projectviews.Where, comment id.ID) error {
			return p.work.DeleteComment(r.Context(), member(r), w.Project, w.Part.Kind(), w.Item, comment)
		},
		Show: func(w http.ResponseWriter, r *http.Request, item projectviews.Where, code int, body templ.Component) error {
			x, err := p.of(r)
			if err != nil {
				return err
			}
			now, err := p.one(r.Context(), member(r), item.Part, item.Project, item.Item)
			if err != nil {
				return err
			}
			return p.show(w, r, x, string(item.Part), code, body, ui.Link{Label: item.Part.Title(r.Context()), URL: partPath(member(r), x.ID, item.Part)},
				ui.Link{Label: now.Title, URL: at(r, item)})
		},
	}
}

func comment(c work.Comment) projectviews.Comment {
	return projectviews.Comment{ID: c.ID, Version: c.Version, Body: c.Body, By: c.By.Name, At: c.At, Edited: c.Edited, CanEdit: c.Rights.Edit, CanDelete: c.Rights.Delete}
}
