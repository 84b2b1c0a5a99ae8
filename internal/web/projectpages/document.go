package projectpages

import (
	"io"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/ui"
)

// documents serves the documents of projects.
func (p *Pages) documents() projectviews.Documents {
	at := func(r *http.Request, project id.ID) string {
		return projectPath(member(r), project) + "/" + projectviews.DocumentsTab
	}
	return projectviews.Documents{
		Shell: p.shell, At: at,
		List: func(r *http.Request, project id.ID, q page.Request) (gate.DocumentList, error) {
			list, err := p.work.Documents(r.Context(), member(r), project, q)
			return gate.DocumentsOf(list), err
		},
		One: func(r *http.Request, project, document id.ID) (gate.Document, error) {
			d, err := p.work.Document(r.Context(), member(r), project, document)
			return gate.DocumentOf(d), err
		},
		Open: func(r *http.Request, project, document id.ID) (gate.Document, io.Reader, error) {
			d, content, err := p.work.OpenDocument(r.Context(), member(r), project, document)
			return gate.DocumentOf(d), content, err
		},
		Add: func(r *http.Request, project id.ID, once string, in gate.DocumentInput, content io.Reader) error {
			_, err := p.work.AddDocument(r.Context(), member(r), project, once, work.DocumentInput(in), content)
			return err
		},
		Save: func(r *http.Request, project id.ID, in gate.DocumentInput) error {
			_, err := p.work.SaveDocument(r.Context(), member(r), project, work.DocumentInput(in))
			return err
		},
		Delete: func(r *http.Request, project, document id.ID) error {
			return p.work.DeleteDocument(r.Context(), member(r), project, document)
		},
		Show: func(w http.ResponseWriter, r *http.Request, project id.ID, code int, body templ.Component) error {
			x, err := p.of(r)
			if err != nil {
				return err
			}
			return p.show(w, r, x, projectviews.DocumentsTab, code, body, ui.Link{Label: locale.T(r.Context(), "projectviews.document.title"), URL: at(r, project)})
		},
	}
}
