package portalpages

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/servicekey"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Pages serves the people and settings of a portal below /portal/{portal}.
type Pages struct {
	shell   *shell.Shell
	portals *portal.Service
	keys    *servicekey.Service
}

// New makes the pages.
func New(s *shell.Shell, portals *portal.Service, keys *servicekey.Service) *Pages {
	return &Pages{shell: s, portals: portals, keys: keys}
}

// Routes adds the pages.
func (p *Pages) Routes(r chi.Router) {
	h := p.shell.Handle
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

func num(n int64) string { return strconv.FormatInt(n, 10) }

func settingsCrumbs(ctx context.Context, as portal.Member, last string) ui.Crumbs {
	return ui.Crumbs{{Label: locale.T(ctx, "portalpages.settings"), URL: base(as) + "/settings"}, {Label: last, Current: true}}
}
