package app

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"musubi/internal/identity"
	"musubi/internal/web/accountpages"
	"musubi/internal/web/assets"
	"musubi/internal/web/crmpages"
	"musubi/internal/web/helppages"
	"musubi/internal/web/integrationpages"
	"musubi/internal/web/noticepages"
	"musubi/internal/web/orgpages"
	"musubi/internal/web/portalpages"
	"musubi/internal/web/projectpages"
	"musubi/internal/web/shell"
)

// wireWeb puts the pages together: what everybody may ask, the account pages, and
// the pages of each house behind the middleware that makes its badge.
func (a *App) wireWeb() http.Handler {
	s := shell.New(shell.Options{
		Sessions: a.Ground.Identity, Log: a.log, Now: a.Config.Now, Workspaces: a.workspaces,
		Unread: a.Ground.Notices.Unread,
		Secure: a.Config.secure(), BehindProxy: a.Config.BehindProxy, TrustedOrigins: []string{a.Config.PublicURL},
	})
	m := newMetrics()
	r := chi.NewRouter()
	r.Use(m.measure)
	r.Get("/healthz", healthz)
	r.Get("/readyz", a.readyz)
	r.Handle("/metrics", m.handler())
	r.Handle(assets.Prefix+"*", assets.Handler())
	r.Group(func(r chi.Router) {
		r.Use(s.Middleware()...)
		s.Routes(r)
		accountpages.New(accountpages.Parts{
			Shell: s, Own: a.Ground.Identity, Places: a.workspaces, House: a.invitingHouse, Begin: a.begin,
		}).Routes(r)
		helppages.New(s).Routes(r)
		noticepages.New(s, a.Ground.Notices).Routes(r)
		integrationpages.New(s, a.Tie.Service).ApprovalRoutes(r)
		portalpages.New(s, a.Project.Portals, a.Project.Keys, a.Tie.customer).NewPortal(r)
		r.Route("/crm/{org}", func(r chi.Router) {
			r.Use(shell.Enter(s, "org", a.enterCRM))
			a.crmRoutes(r, s)
		})
		r.Route("/portal/{portal}", func(r chi.Router) {
			r.Use(shell.Enter(s, "portal", a.enterPortal))
			a.portalRoutes(r, s)
		})
		r.NotFound(s.NotFound())
	})
	return r
}

// crmRoutes are the pages of an organisation.
func (a *App) crmRoutes(r chi.Router, s *shell.Shell) {
	tie := integrationpages.New(s, a.Tie.Service)
	r.Route("/setup/integration", tie.SetupRoutes)
	orgpages.New(s, a.CRM.Access).Routes(r)
	tie.Routes(r)
	a.crmImports(s).Routes(r)
	crmpages.New(crmpages.Parts{
		Shell: s, Access: a.CRM.Access, Records: a.CRM.Records, Notes: a.CRM.Notes, Views: a.CRM.Views, Files: a.CRM.Files, Panels: []crmpages.Panel{a.Tie.panel},
	}).Routes(r)
}

// portalRoutes are the pages of a portal.
func (a *App) portalRoutes(r chi.Router, s *shell.Shell) {
	work := projectpages.New(s, a.Project.Portals, a.Project.Works, projectpages.CRM{Customer: a.Tie.customer, Task: a.Tie.crmTask, CanAdd: a.Tie.canAddToCRM})
	people := portalpages.New(s, a.Project.Portals, a.Project.Keys, a.Tie.customer)
	work.Routes(r)
	a.portalImports(s).Routes(r)
	people.Routes(r)
	integrationpages.New(s, a.Tie.Service).PortalRoutes(r, work.Seen, people.Seen)
}

// invitingHouse names the organisation or portal an invitation leads to.
// Whoever holds the one-time token may know that name.
func (a *App) invitingHouse(ctx context.Context, in identity.Invitation) string {
	const reason = "shows an invitation"
	switch in.Purpose {
	case "crm":
		if o, err := a.CRM.Access.Organisation(ctx, a.CRM.Access.System(in.Tenant, reason)); err == nil {
			return o.Name
		}
	case "portal":
		if p, err := a.Project.Portals.Get(ctx, a.Project.Portals.System(in.Tenant, reason)); err == nil {
			return p.Name
		}
	}
	return ""
}
