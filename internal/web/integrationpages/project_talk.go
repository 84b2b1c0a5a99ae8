package integrationpages

import (
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/web/projectviews"
)

// talks serves what is said about tasks and bugs.
func (p *Pages) talks() projectviews.Talks {
	return projectviews.Talks{
		Shell: p.shell,
		At: func(r *http.Request, w projectviews.Where) string {
			return partPath(actor(r), w.Project, w.Part) + "/" + w.Item.String()
		},
		List: func(r *http.Request, w projectviews.Where, q page.Request) (page.Page[projectviews.Comment], error) {
			list, err := p.tie.Comments(r.Context(), actor(r), w.Project, w.Part.Kind(), w.Item, q)
			out := page.Page[projectviews.Comment]{Next: list.Next}
			for _, c := range list.Items {
				out.Items = append(out.Items, projectviews.GateComment(c))
			}
			return out, err
		},
		Save: func(r *http.Request, w projectviews.Where, once string, in gate.CommentInput) error {
			_, err := p.tie.SaveComment(r.Context(), actor(r), once, w.Project, w.Part.Kind(), w.Item, in)
			return err
		},
		Delete: func(r *http.Request, w projectviews.Where, comment id.ID) error {
			return p.tie.DeleteComment(r.Context(), actor(r), w.Project, w.Part.Kind(), w.Item, comment)
		},
		Show: func(w http.ResponseWriter, r *http.Request, item projectviews.Where, code int, body templ.Component) error {
			v, err := p.projectOf(r)
			if err != nil {
				return err
			}
			return p.showProjectPage(w, r, v, string(item.Part), code, body)
		},
	}
}
