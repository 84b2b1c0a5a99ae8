package portalpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// suggestions bounds what a look-up offers at once.
const suggestions = 20

func clientsPath(as portal.Member) string { return base(as) + "/clients" }

func clientPath(as portal.Member, company id.ID) string {
	return clientsPath(as) + "/" + company.String()
}

func (p *Pages) clients(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	list, err := p.portals.Companies(ctx, as, in.Text("q"), shell.Paging(r))
	if err != nil {
		return err
	}
	t := ui.Table{Caption: locale.T(ctx, "portalpages.clients"), Columns: []ui.Column{{Label: locale.T(ctx, "portalpages.client")}, {Label: locale.T(ctx, "portalpages.phone")},
		{Label: locale.T(ctx, "portalpages.email")}, {Label: locale.T(ctx, "portalpages.client_users"), End: true}}, Empty: p.noClients(ctx, as, in.Text("q"))}
	for _, c := range list.Items {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Anchor{Label: c.Name, URL: clientPath(as, c.ID)}, ui.Text(c.Phone), ui.Text(c.Email), ui.Text(num(c.Users))}})
	}
	title := locale.T(ctx, "portalpages.clients")
	return p.shell.Render(w, r, shell.Page{Title: title, Body: clientsPage(title, clientsPath(as), in.Text("q"), p.clientActs(ctx, as), t, shell.Pager(r, list.Prev, list.Next))})
}

func (p *Pages) noClients(ctx context.Context, as portal.Member, search string) ui.Empty {
	if search != "" {
		return ui.Empty{Icon: "building", Title: locale.T(ctx, "portalpages.clients.nothing")}
	}
	return ui.Empty{Icon: "building", Title: locale.T(ctx, "portalpages.clients.none"), Text: locale.T(ctx, "portalpages.clients.none_text"), Actions: p.clientActs(ctx, as)}
}

// clientActs are what stands above the list for whoever manages people.
func (p *Pages) clientActs(ctx context.Context, as portal.Member) []templ.Component {
	if !as.Can(portal.ActManagePeople) {
		return nil
	}
	return []templ.Component{
		ui.Button{Label: locale.T(ctx, "portalpages.client_new"), Icon: "plus", Kind: ui.Primary, URL: clientsPath(as) + "/new"},
		ui.Button{Label: locale.T(ctx, "portalpages.import_clients"), Icon: "upload", URL: base(as) + "/import/clients"},
		ui.Button{Label: locale.T(ctx, "portalpages.import_users"), Icon: "upload", URL: base(as) + "/import/client-users"},
	}
}

// clientView is the form of a client; now, when set, is what somebody else saved.
type clientView struct {
	title, action, back string
	values              portal.Company
	now                 *portal.Company
	errs                ui.Errors
}

func (p *Pages) newClient(w http.ResponseWriter, r *http.Request) error {
	return p.showNewClient(w, r, portal.Company{}, ui.Errors{}, 0)
}

func (p *Pages) showNewClient(w http.ResponseWriter, r *http.Request, typed portal.Company, errs ui.Errors, code int) error {
	ctx, as := r.Context(), member(r)
	if err := as.Require(portal.ActManagePeople); err != nil {
		return err
	}
	title := locale.T(ctx, "portalpages.client_new")
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Crumbs: clientCrumbs(ctx, as, ui.Link{Label: title, Current: true}),
		Body: clientForm(clientView{title: title, action: clientsPath(as), back: clientsPath(as), values: typed, errs: errs})})
}

func clientCrumbs(ctx context.Context, as portal.Member, more ...ui.Link) ui.Crumbs {
	return append(ui.Crumbs{{Label: locale.T(ctx, "portalpages.clients"), URL: clientsPath(as)}}, more...)
}

func readClient(in shell.Input) portal.Company {
	return portal.Company{Name: in.Text("name"), Phone: in.Text("phone"), Website: in.Text("website"), Email: in.Text("email"), Street: in.Text("street"),
		City: in.Text("city"), State: in.Text("state"), PostalCode: in.Text("postal_code"), Country: in.Text("country"), Version: in.Int("version")}
}

func (p *Pages) createClient(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	typed := readClient(in)
	made, err := p.portals.CreateCompany(ctx, as, typed)
	if err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showNewClient(w, r, typed, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, clientPath(as, made.ID), locale.T(ctx, "portalpages.client_created", locale.Args{"Name": made.Name}))
}

// company reads the client of the address.
func (p *Pages) company(r *http.Request) (portal.Company, error) {
	n, err := shell.ID(r, "client")
	if err != nil {
		return portal.Company{}, err
	}
	if err := member(r).Require(portal.ActSeePeople); err != nil {
		return portal.Company{}, err
	}
	return p.portals.Company(r.Context(), member(r), n)
}

// Seen lets a handler below a client's address answer only those who see the client.
func (p *Pages) Seen(next http.HandlerFunc) http.HandlerFunc {
	return p.shell.Handle(func(w http.ResponseWriter, r *http.Request) error {
		if _, err := p.company(r); err != nil {
			return err
		}
		next(w, r)
		return nil
	})
}

func (p *Pages) client(w http.ResponseWriter, r *http.Request) error {
	return p.showClient(w, r, portal.NewClientUser{}, ui.Errors{}, 0)
}

func (p *Pages) showClient(w http.ResponseWriter, r *http.Request, typed portal.NewClientUser, errs ui.Errors, code int) error {
	ctx, as := r.Context(), member(r)
	c, err := p.company(r)
	if err != nil {
		return err
	}
	list, err := p.portals.ClientUsers(ctx, as, portal.PeopleFilter{Company: c.ID, Page: shell.Paging(r)})
	if err != nil {
		return err
	}
	t := ui.Table{Caption: locale.T(ctx, "portalpages.client_users"), Columns: []ui.Column{{Label: locale.T(ctx, "portalpages.name")}, {Label: locale.T(ctx, "portalpages.email")},
		{Label: locale.T(ctx, "portalpages.status")}}, Empty: ui.Empty{Icon: "users", Title: locale.T(ctx, "portalpages.client_users.none"), Text: locale.T(ctx, "portalpages.client_users.none_text")}}
	for _, m := range list.Items {
		t.Rows = append(t.Rows, ui.Row{Muted: !m.Active, Cells: []templ.Component{ui.Anchor{Label: m.Name, URL: userPath(as, m)}, ui.Text(m.Email), stateBadge(ctx, m)}})
	}
	v := clientPageView{at: clientPath(as, c.ID), company: c, users: t, pager: shell.Pager(r, list.Prev, list.Next), manage: as.Can(portal.ActManagePeople), typed: typed, errs: errs}
	if panel, ok := p.panel(ctx, as.Portal(), v.at); ok {
		v.panel = panel
	}
	return p.shell.Render(w, r, shell.Page{Title: c.Name, Status: code, Body: clientPage(v), Crumbs: clientCrumbs(ctx, as, ui.Link{Label: c.Name, Current: true})})
}

// clientPageView is one client with its users and the form that invites one.
type clientPageView struct {
	at      string
	company portal.Company
	users   ui.Table
	pager   ui.Pager
	manage  bool
	panel   templ.Component // what another room has to say; nil without
	typed   portal.NewClientUser
	errs    ui.Errors
}

func (p *Pages) editClient(w http.ResponseWriter, r *http.Request) error {
	return p.showEditClient(w, r, nil, ui.Errors{}, 0)
}

func (p *Pages) showEditClient(w http.ResponseWriter, r *http.Request, typed *portal.Company, errs ui.Errors, code int) error {
	ctx, as := r.Context(), member(r)
	if err := as.Require(portal.ActManagePeople); err != nil {
		return err
	}
	c, err := p.company(r)
	if err != nil {
		return err
	}
	title, at := locale.T(ctx, "portalpages.client_edit"), clientPath(as, c.ID)
	v := clientView{title: title, action: at + "/edit", back: at, values: c, errs: errs}
	if typed != nil {
		v.values = *typed
		v.values.Version = c.Version
		if code == http.StatusConflict {
			v.now = &c
		}
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Body: clientForm(v),
		Crumbs: clientCrumbs(ctx, as, ui.Link{Label: c.Name, URL: at}, ui.Link{Label: title, Current: true})})
}

func (p *Pages) saveClient(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	c, err := p.company(r)
	if err != nil {
		return err
	}
	typed := readClient(in)
	typed.ID = c.ID
	if _, err := p.portals.UpdateCompany(ctx, as, typed); err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showEditClient(w, r, &typed, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.saved(w, r, clientPath(as, c.ID))
}

func (p *Pages) askRemoveClient(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	if err := as.Require(portal.ActManagePeople); err != nil {
		return err
	}
	c, err := p.company(r)
	if err != nil {
		return err
	}
	title, at := locale.T(ctx, "portalpages.client_remove"), clientPath(as, c.ID)
	q := ui.Confirm{Title: title, Text: locale.T(ctx, "portalpages.client_remove_text", locale.Args{"Name": c.Name, "Count": c.Users}),
		Action: at + "/remove", Label: title, Dangerous: true, BackURL: at}
	return p.shell.Render(w, r, shell.Page{Title: title, Body: framed(q), Fragment: q})
}

func (p *Pages) removeClient(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	c, err := p.company(r)
	if err != nil {
		return err
	}
	if err := p.portals.RemoveCompany(ctx, as, c.ID); err != nil {
		return err
	}
	return p.shell.Done(w, r, clientsPath(as), locale.T(ctx, "portalpages.client_removed", locale.Args{"Name": c.Name}))
}

func (p *Pages) inviteClientUser(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	c, err := p.company(r)
	if err != nil {
		return err
	}
	typed := portal.NewClientUser{Email: in.Text("email"), Name: in.Text("name"), Locale: locale.From(ctx).Lang}
	made, err := p.portals.InviteClientUser(ctx, as, c.ID, typed)
	if err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showClient(w, r, typed, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, invitedPath(as, made), locale.T(ctx, "portalpages.user_invited", locale.Args{"Email": made.Email}))
}

// suggestClients feeds the look-up of the client a user moves to.
func (p *Pages) suggestClients(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	list, err := p.portals.Companies(r.Context(), member(r), in.Text("q"), page.Request{Size: suggestions})
	if err != nil {
		return err
	}
	var out []ui.Option
	for _, c := range list.Items {
		out = append(out, ui.Option{Value: c.ID.String(), Label: c.Name})
	}
	return shell.Suggest(w, out)
}
