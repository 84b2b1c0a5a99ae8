package portalpages

import (
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func (p *Pages) clients(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	search := r.URL.Query().Get("q")
	list, err := p.portals.Companies(ctx, as, search, shell.Paging(r))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "portalpages.clients")
	t := ui.Table{Caption: title, Columns: []ui.Column{{Label: locale.T(ctx, "portalpages.client")}, {Label: locale.T(ctx, "portalpages.phone")},
		{Label: locale.T(ctx, "portalpages.client_users"), End: true}}, Empty: ui.Empty{Icon: "users", Title: locale.T(ctx, "portalpages.clients.none")}}
	for _, c := range list.Items {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(c.Name), ui.Text(c.Phone), ui.Text(num(c.Users))}})
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Body: peoplePage(title, base(as)+"/clients", search, t, shell.Pager(r, list.Prev, list.Next))})
}

func (p *Pages) users(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	search := r.URL.Query().Get("q")
	list, err := p.portals.Members(ctx, as, portal.PeopleFilter{Search: search, Page: shell.Paging(r)})
	if err != nil {
		return err
	}
	title := locale.T(ctx, "portalpages.users")
	t := ui.Table{Caption: title, Columns: []ui.Column{{Label: locale.T(ctx, "portalpages.name")}, {Label: locale.T(ctx, "portalpages.email")},
		{Label: locale.T(ctx, "portalpages.role")}, {Label: locale.T(ctx, "portalpages.status")}}}
	for _, m := range list.Items {
		state := ui.Badge{Label: locale.T(ctx, "portalpages.active"), Tone: ui.Success}
		if !m.Active {
			state = ui.Badge{Label: locale.T(ctx, "portalpages.inactive"), Tone: ui.Neutral}
		}
		t.Rows = append(t.Rows, ui.Row{Muted: !m.Active, Cells: []templ.Component{ui.Text(m.Name), ui.Text(m.Email), ui.Text(locale.T(ctx, "portal.role."+string(m.Role))), state}})
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Body: peoplePage(title, base(as)+"/users", search, t, shell.Pager(r, list.Prev, list.Next))})
}
