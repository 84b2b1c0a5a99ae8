package integrationpages

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"musubi/internal/crm/access"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("integrationpages.status.")
	locale.Dynamic("integrationpages.approval.state.")
	locale.Dynamic("integrationpages.role.")
	locale.Dynamic("integrationpages.outcome.")
	locale.Dynamic("integrationpages.why.")
	locale.Dynamic("integrationpages.blocked.")
}

// Pages serves the integration below /crm/{org}.
type Pages struct {
	shell *shell.Shell
	tie   *integration.Service
}

// New makes the pages.
func New(s *shell.Shell, tie *integration.Service) *Pages { return &Pages{shell: s, tie: tie} }

// SetupRoutes adds the administrator's pages below /crm/{org}/setup/integration.
func (p *Pages) SetupRoutes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/", h(p.home))
	r.Post("/start", h(p.start))
	r.Get("/portal", h(p.portal))
	r.Post("/portal", h(p.choosePortal))
	r.Post("/portal/key", h(p.typeKey))
	r.Post("/portal/new", h(p.newPortal))
	r.Post("/approval", h(p.askApproval))
	r.Post("/approval/{approval}/resend", h(p.resendApproval))
	r.Post("/approval/{approval}/cancel", h(p.cancelApproval))
	r.Get("/permissions", h(p.permissions))
	r.Post("/permissions", h(p.savePermissions))
	r.Get("/association", h(p.association))
	r.Post("/association", h(p.answer))
	r.Get("/association/progress", h(p.associationProgress))
	r.Get("/association/undo/progress", h(p.discardProgress))
	r.Get("/association/rehearsal", h(p.rehearseAssociation))
	r.Post("/association/rehearsal", h(p.linkRehearsed))
	r.Post("/association/repeat", h(p.repeatAssociation))
	r.Get("/association/undo", h(p.askUndo))
	r.Post("/association/undo", h(p.undoAssociation))
	r.Get("/association/report", h(p.report))
	r.Get("/association/report.{format}", h(p.reportFile))
	r.Get("/clients", h(p.clients))
	r.Get("/clients/find", h(p.findClients))
	r.Get("/clients/accounts", h(p.findAccounts))
	r.Post("/clients", h(p.linkClient))
	r.Post("/clients/unlink", h(p.unlinkClient))
	r.Get("/key", h(p.key))
	r.Post("/key", h(p.updateKey))
	r.Get("/change", h(p.change))
	r.Post("/change", h(p.changePortal))
	r.Get("/disable", h(p.disable))
	r.Post("/disable", h(p.disableNow))
	r.Get("/health", h(p.health))
	r.Get("/tasks", h(p.taskQueue))
	r.Post("/tasks/retry", h(p.retryTasks))
	r.Post("/health/check", h(p.checkNow))
	r.Get("/archives", h(p.archives))
	r.Post("/archives", h(p.loadArchive))
	r.Get("/archives/progress", h(p.restoreProgress))
	r.Get("/archives/{epoch}.{format}", h(p.archiveFile))
	r.Post("/archives/{epoch}/restore", h(p.restoreArchive))
	r.Get("/archives/{epoch}/delete", h(p.askDeleteArchive))
	r.Post("/archives/{epoch}/delete", h(p.deleteArchive))
	r.Get("/mapping", h(p.mapping))
	r.Post("/mapping", h(p.saveMapping))
	r.Post("/mapping/list", h(p.showModule))
	r.Get("/mirrors", h(p.mirrors))
	r.Post("/mirrors/retry", h(p.retryMirrors))
	r.Get("/rules", h(p.rules))
	r.Post("/rules", h(p.saveRule))
	r.Get("/rules/new", h(p.newRule))
	r.Get("/rules/ledger", h(p.ledger))
	r.Post("/rules/ledger/{firing}/retry", h(p.retryFiring))
	r.Get("/rules/{rule}", h(p.rule))
	r.Post("/rules/{rule}", h(p.saveRule))
	r.Get("/rules/{rule}/delete", h(p.askDeleteRule))
	r.Post("/rules/{rule}/delete", h(p.deleteRule))
	r.Get("/rules/{rule}/rehearsal", h(p.rehearsal))
	r.Post("/rules/{rule}/run", h(p.runRule))
	r.Get("/explain", h(p.explain))
	r.Get("/explain/projects", h(p.findProjects))
	r.Get("/explain/items", h(p.findItems))
	r.Get("/users", h(p.users))
	r.Post("/users/provision", h(p.provision))
	r.Get("/users/progress", h(p.provisioningProgress))
}

// SetupPath is where the set-up of an organisation stands.
func SetupPath(as access.Actor) string { return "/crm/" + as.Org().String() + "/setup/integration" }

func actor(r *http.Request) access.Actor { return shell.From[access.Actor](r.Context()) }

func (p *Pages) at(r *http.Request, part string) string { return SetupPath(actor(r)) + part }

// crumbs is the seed's way to the page: Setup, Extensions & APIs, the integration.
func (p *Pages) crumbs(ctx context.Context, as access.Actor, last string) ui.Crumbs {
	setup := "/crm/" + as.Org().String() + "/setup"
	c := ui.Crumbs{
		{Label: locale.T(ctx, "integrationpages.crumb.setup"), URL: setup},
		{Label: locale.T(ctx, "integrationpages.crumb.extensions"), URL: setup + "#extensions"},
		{Label: locale.T(ctx, "integrationpages.title"), URL: SetupPath(as)},
	}
	if last == "" {
		c[2].Current = true
		return c
	}
	return append(c, ui.Link{Label: last, Current: true})
}
