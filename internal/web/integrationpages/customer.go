package integrationpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Guard lets a handler answer only those who see in Projects what is asked about.
type Guard func(http.HandlerFunc) http.HandlerFunc

// PortalRoutes adds what CRM tells of customers, below /portal/{portal}, behind the
// guards of Projects.
func (p *Pages) PortalRoutes(r chi.Router, project, client Guard) {
	h := p.shell.Handle
	r.Get("/projects/{project}/customer", project(h(p.customerOfProject)))
	r.Get("/projects/{project}/tasks/{item}/crm", project(h(p.taskCards)))
	r.Post("/projects/{project}/tasks/{item}/crm", project(h(p.addToCRM)))
	r.Get("/clients/{client}/customer", client(h(p.customerOfClient)))
}

// CustomerPanel is the place of the customer's card on a page of Projects at an
// address. It loads after the page.
func CustomerPanel(ctx context.Context, at string) ui.Lazy {
	return ui.Lazy{ID: "customer", URL: at + "/customer", Label: locale.T(ctx, "integrationpages.customer.title")}
}

func (p *Pages) customerOfProject(w http.ResponseWriter, r *http.Request) error {
	return p.showCustomer(w, r, "project", p.tie.CustomersOfProject)
}

func (p *Pages) customerOfClient(w http.ResponseWriter, r *http.Request) error {
	return p.showCustomer(w, r, "client", p.tie.CustomersOfClient)
}

// showCustomer shows the cards as the person behind the portal's badge sees them in
// CRM; a card that nobody may show is no card.
func (p *Pages) showCustomer(w http.ResponseWriter, r *http.Request, param string, cards func(context.Context, identity.Person, id.ID, id.ID) ([]integration.CustomerCard, error)) error {
	ctx := r.Context()
	who, err := shell.Signed(ctx)
	if err != nil {
		return err
	}
	portal, err := shell.ID(r, "portal")
	if err != nil {
		return err
	}
	of, err := shell.ID(r, param)
	if err != nil {
		return err
	}
	list, err := cards(ctx, who, portal, of)
	if err != nil && !fault.Is(err, fault.KindUnavailable) {
		return err
	}
	part := customerCards(list, err != nil)
	title := locale.T(ctx, "integrationpages.customer.title")
	return p.shell.Render(w, r, shell.Page{Title: title, Fragment: part, Body: templ.Join(ui.Header{Title: title}, part)})
}

func dealTable(ctx context.Context, org, currency string, a integration.CustomerAccount) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.customer.deals"), Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.customer.deal")},
		{Label: locale.T(ctx, "integrationpages.customer.stage")}, {Label: locale.T(ctx, "integrationpages.deal_amount"), End: true}, {Label: locale.T(ctx, "integrationpages.customer.closing")}}}
	for _, d := range a.Deals {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{recordLink(org, d.Module, d.ID.String(), d.Name), ui.Text(locale.T(ctx, d.Stage)),
			ui.Text(locale.Money(ctx, d.Amount, currency)), date(ctx, d.Closing)}})
	}
	return t
}
