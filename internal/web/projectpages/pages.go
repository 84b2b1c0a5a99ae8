package projectpages

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Pages serves the projects of a portal below /portal/{portal}.
type Pages struct {
	shell *shell.Shell
	work  *work.Service
}

// New makes the pages.
func New(s *shell.Shell, works *work.Service) *Pages { return &Pages{shell: s, work: works} }

// Routes adds the pages.
func (p *Pages) Routes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/", h(p.home))
	r.Get("/projects", h(p.projects))
	r.Get("/projects/{project}", h(p.project))
	r.Get("/projects/{project}/tasks", h(p.tasks))
	r.Get("/projects/{project}/milestones", h(p.milestones))
	r.Get("/projects/{project}/bugs", h(p.bugs))
}

func member(r *http.Request) portal.Member { return shell.From[portal.Member](r.Context()) }

func base(as portal.Member) string { return "/portal/" + as.Portal().String() }

func projectPath(as portal.Member, project id.ID) string {
	return base(as) + "/projects/" + project.String()
}

func num(n int64) string { return strconv.FormatInt(n, 10) }

func date(ctx context.Context, d string) templ.Component {
	if d == "" {
		return ui.Text("")
	}
	return ui.Text(locale.Date(ctx, d))
}
