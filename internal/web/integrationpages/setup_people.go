package integrationpages

import (
	"net/http"

	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// users lists who was registered in the portal and who could not be.
func (p *Pages) users(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	o, err := p.tie.Overview(ctx, as)
	if err != nil {
		return err
	}
	refused := r.URL.Query().Get("show") == "refused"
	list, err := p.tie.People(ctx, as, refused, shell.Paging(r))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.users.title")
	return p.shell.Render(w, r, shell.Page{
		Title: title, Crumbs: p.crumbs(ctx, as, title),
		Body: usersPage(p.at(r, ""), o, list.Items, refused, shell.Pager(r, list.Prev, list.Next)),
	})
}

func (p *Pages) provision(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.tie.Provision(r.Context(), actor(r)); err != nil {
		if !mendable(err) {
			return err
		}
		p.shell.Flash(w, ui.Warning, shell.Errors(r.Context(), err).Summary)
	}
	shell.Redirect(w, r, p.at(r, "/users"))
	return nil
}

func (p *Pages) provisioningProgress(w http.ResponseWriter, r *http.Request) error {
	run, err := p.tie.Run(r.Context(), actor(r), integration.RunProvisioning)
	if err != nil {
		return err
	}
	return p.shell.RenderPart(w, r, provisioningBar(p.at(r, ""), run))
}

// clients lists which account is tied to which client, and ties and unties them by
// hand, at any time.
func (p *Pages) clients(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return p.showClients(w, r, clientForm{client: q.Get("client"), clientText: q.Get("name"), rehearsed: q.Get("client") != ""}, 0)
}

// clientForm is what was typed to tie a client to an account.
type clientForm struct {
	account, accountText string
	client, clientText   string
	rehearsed            bool // came from the pairs, and goes back there
	errs                 ui.Errors
}

func (p *Pages) showClients(w http.ResponseWriter, r *http.Request, f clientForm, status int) error {
	ctx, as := r.Context(), actor(r)
	list, err := p.tie.ClientLinks(ctx, as, shell.Paging(r))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.clients.title")
	return p.shell.Render(w, r, shell.Page{
		Title: title, Crumbs: p.crumbs(ctx, as, title), Status: status,
		Body: clientsPage(p.at(r, ""), as.Org().String(), list.Items, f, shell.Pager(r, list.Prev, list.Next)),
	})
}

func (p *Pages) findClients(w http.ResponseWriter, r *http.Request) error {
	found, err := p.tie.FindClients(r.Context(), actor(r), r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	var out []ui.Option
	for _, c := range found {
		out = append(out, ui.Option{Value: c.ID.String(), Label: c.Name})
	}
	return shell.Suggest(w, out)
}

func (p *Pages) findAccounts(w http.ResponseWriter, r *http.Request) error {
	found, err := p.tie.FindAccounts(r.Context(), actor(r), r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	var out []ui.Option
	for _, a := range found {
		out = append(out, ui.Option{Value: a.ID.String(), Label: a.Name})
	}
	return shell.Suggest(w, out)
}

func (p *Pages) linkClient(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	bad := fault.Invalid("web.ui.check_fields")
	if in.ID("account") == 0 {
		bad.Field("account", "integrationpages.clients.choose_account")
	}
	if in.ID("client") == 0 {
		bad.Field("client", "integrationpages.clients.choose_client")
	}
	err = bad.OrNil()
	if err == nil {
		err = p.tie.LinkClient(ctx, actor(r), in.ID("account"), in.ID("client"))
	}
	if err == nil {
		back := "/clients"
		if in.On("rehearsed") {
			back = "/association/rehearsal"
		}
		return p.shell.Done(w, r, p.at(r, back), locale.T(ctx, "integrationpages.clients.linked"))
	}
	if !mendable(err) && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	f := clientForm{account: in.Text("account"), accountText: in.Text("account.text"),
		client: in.Text("client"), clientText: in.Text("client.text"), rehearsed: in.On("rehearsed"), errs: shell.Errors(ctx, err)}
	return p.showClients(w, r, f, shell.StatusOf(err))
}

func (p *Pages) unlinkClient(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if err := p.tie.UnlinkClient(ctx, actor(r), in.ID("account")); err != nil {
		return err
	}
	return p.shell.Done(w, r, p.at(r, "/clients"), locale.T(ctx, "integrationpages.clients.unlinked"))
}
