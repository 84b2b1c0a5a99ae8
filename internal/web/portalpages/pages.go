package portalpages

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/servicekey"
	"musubi/internal/projects/work"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Pages serves a portal below /portal/{portal}.
type Pages struct {
	shell   *shell.Shell
	portals *portal.Service
	work    *work.Service
	keys    *servicekey.Service
}

// New makes the pages.
func New(s *shell.Shell, portals *portal.Service, works *work.Service, keys *servicekey.Service) *Pages {
	return &Pages{shell: s, portals: portals, work: works, keys: keys}
}

// Routes adds the pages.
func (p *Pages) Routes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/", h(p.home))
	r.Get("/projects", h(p.projects))
	r.Get("/projects/{project}", h(p.project))
	r.Get("/projects/{project}/tasks", h(p.tasks))
	r.Get("/projects/{project}/milestones", h(p.milestones))
	r.Get("/projects/{project}/bugs", h(p.bugs))
	r.Get("/clients", h(p.clients))
	r.Get("/users", h(p.users))
	r.Get("/settings", h(p.settings))
	r.Get("/settings/service-key", h(p.key))
	r.Post("/settings/service-key/reveal", h(p.reveal))
	r.Get("/settings/service-key/regenerate", h(p.askRegenerate))
	r.Post("/settings/service-key/regenerate", h(p.regenerate))
	r.Get("/settings/owner", h(p.owner))
	r.Post("/settings/owner", h(p.transfer))
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

func settingsCrumbs(ctx context.Context, as portal.Member, last string) ui.Crumbs {
	return ui.Crumbs{{Label: locale.T(ctx, "portalpages.settings"), URL: base(as) + "/settings"}, {Label: last, Current: true}}
}
