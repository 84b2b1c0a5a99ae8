package integrationpages

import (
	"io"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/web/projectviews"
)

// documents serves the documents of projects.
func (p *Pages) documents() projectviews.Documents {
	return projectviews.Documents{
		Shell: p.shell,
		At: func(r *http.Request, project id.ID) string {
			return projectPath(actor(r), project) + "/" + projectviews.DocumentsTab
		},
		List: func(r *http.Request, project id.ID, q page.Request) (gate.DocumentList, error) {
			return p.tie.Documents(r.Context(), actor(r), project, q)
		},
		One: func(r *http.Request, project, document id.ID) (gate.Document, error) {
			return p.tie.Document(r.Context(), actor(r), project, document)
		},
		Open: func(r *http.Request, project, document id.ID) (gate.Document, io.Reader, error) {
			return p.tie.OpenDocument(r.Context(), actor(r), project, document)
		},
		Add: func(r *http.Request, project id.ID, once string, in gate.DocumentInput, content io.Reader) error {
			_, err := p.tie.AddDocument(r.Context(), actor(r), once, project, in, content)
			return err
		},
		Save: func(r *http.Request, project id.ID, in gate.DocumentInput) error {
			_, err := p.tie.SaveDocument(r.Context(), actor(r), project, in)
			return err
		},
		Delete: func(r *http.Request, project, document id.ID) error {
			return p.tie.DeleteDocument(r.Context(), actor(r), project, document)
		},
		Show: func(w http.ResponseWriter, r *http.Request, _ id.ID, code int, body templ.Component) error {
			v, err := p.projectOf(r)
			if err != nil {
				return err
			}
			return p.showProjectPage(w, r, v, projectviews.DocumentsTab, code, body)
		},
	}
}
