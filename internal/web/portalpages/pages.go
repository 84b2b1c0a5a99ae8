package portalpages

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/servicekey"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Panel gives the part another room has on a page of the portal at an address, which
// loads after the page; false where it has none.
type Panel func(ctx context.Context, portal id.ID, at string) (ui.Lazy, bool)

// Pages serves the people and settings of a portal below /portal/{portal}.
type Pages struct {
	shell   *shell.Shell
	portals *portal.Service
	keys    *servicekey.Service
	panel   Panel
}

// New makes the pages.
func New(s *shell.Shell, portals *portal.Service, keys *servicekey.Service, panel Panel) *Pages {
	return &Pages{shell: s, portals: portals, keys: keys, panel: panel}
}

// Routes adds the pages.
func (p *Pages) Routes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/users", h(p.users))
	r.Post("/users", h(p.invite))
	r.Route("/users/{user}", func(r chi.Router) {
		r.Get("/", h(p.user))
		r.Post("/name", h(p.saveName))
		r.Post("/role", h(p.saveRole))
		r.Post("/client", h(p.move))
		r.Post("/resend", h(p.resend))
		r.Post("/activate", h(p.act(p.activate, "portalpages.user_activated")))
		r.Get("/deactivate", h(p.ask("deactivate", "portalpages.deactivate", "portalpages.deactivate_text")))
		r.Post("/deactivate", h(p.act(p.deactivate, "portalpages.user_deactivated")))
		r.Get("/remove", h(p.ask("remove", "portalpages.remove", "portalpages.remove_text")))
		r.Post("/remove", h(p.removeUser))
	})
	r.Get("/clients", h(p.clients))
	r.Post("/clients", h(p.createClient))
	r.Get("/clients/new", h(p.newClient))
	r.Get("/clients/suggest", h(p.suggestClients))
	r.Route("/clients/{client}", func(r chi.Router) {
		r.Get("/", h(p.client))
		r.Get("/edit", h(p.editClient))
		r.Post("/edit", h(p.saveClient))
		r.Get("/remove", h(p.askRemoveClient))
		r.Post("/remove", h(p.removeClient))
		r.Post("/users", h(p.inviteClientUser))
	})
	r.Get("/settings", h(p.settings))
	r.Get("/settings/workdays", h(p.workdays))
	r.Post("/settings/workdays", h(p.saveWorkdays))
	r.Get("/settings/general", h(p.general))
	r.Post("/settings/general", h(p.saveGeneral))
	r.Get("/settings/delete", h(p.askDelete))
	r.Post("/settings/delete", h(p.delete))
	r.Get("/settings/audit", h(p.audit))
	r.Route("/settings/outbox", p.outbox().Routes)
	r.Get("/settings/service-key", h(p.key))
	r.Post("/settings/service-key/reveal", h(p.reveal))
	r.Get("/settings/service-key/regenerate", h(p.askRegenerate))
	r.Post("/settings/service-key/regenerate", h(p.regenerate))
	r.Post("/settings/service-key/end", h(p.endOverlap))
	r.Post("/settings/service-key/end-former", h(p.endGrace))
	r.Get("/settings/owner", h(p.owner))
	r.Post("/settings/owner", h(p.transfer))
}

func member(r *http.Request) portal.Member { return shell.From[portal.Member](r.Context()) }

func base(as portal.Member) string { return "/portal/" + as.Portal().String() }

func num(n int64) string { return strconv.FormatInt(n, 10) }

func settingsCrumbs(ctx context.Context, as portal.Member, last string) ui.Crumbs {
	return ui.Crumbs{{Label: locale.T(ctx, "portalpages.settings"), URL: base(as) + "/settings"}, {Label: last, Current: true}}
}
