package projectpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func usersOf(as portal.Member, project id.ID) string { return projectPath(as, project) + "/users" }

// usersView is who works on a project and which clients see it.
type usersView struct {
	base, clientBase string
	suggest          string // where the portal's clients are asked for
	explain          string // where it is asked who sees what
	may              bool   // put people on it and take them off
	template         bool   // which has no clients
	members          ui.Table
	clients          ui.Table
	others           []ui.Option // who could be added
	typed            ui.Option   // a client that was refused
	company          ui.Option   // the client whose users are chosen now
	companyUsers     []ui.Option
	errs             ui.Errors
}

func (p *Pages) users(w http.ResponseWriter, r *http.Request) error {
	return p.showUsers(w, r, ui.Option{}, ui.Errors{}, 0)
}

// showUsers shows who is on a project; typed is the client of a form that was refused.
func (p *Pages) showUsers(w http.ResponseWriter, r *http.Request, typed ui.Option, errs ui.Errors, code int) error {
	ctx, as := r.Context(), member(r)
	x, err := p.of(r)
	if err != nil {
		return err
	}
	members, err := p.work.Members(ctx, as, x.ID)
	if err != nil {
		return err
	}
	clients, err := p.work.Clients(ctx, as, x.ID)
	if err != nil {
		return err
	}
	v := usersView{base: usersOf(as, x.ID), clientBase: projectPath(as, x.ID) + "/clients", suggest: base(as) + "/clients/suggest", may: x.Rights.Users, template: x.Template, typed: typed, errs: errs}
	v.members, v.clients = v.memberTable(ctx, members), v.clientTable(ctx, clients)
	if v.may {
		if v.others, err = p.addable(ctx, as, members); err != nil {
			return err
		}
		if err := p.chooseUsers(ctx, as, r, clients, &v); err != nil {
			return err
		}
	}
	if as.Can(portal.ActManagePeople) && !x.Template {
		v.explain = explainPath(as, x.ID, "", 0)
	}
	return p.show(w, r, x, "users", code, usersPage(v))
}

// addable offers the portal's active users who are not on the project yet.
func (p *Pages) addable(ctx context.Context, as portal.Member, there []work.ProjectMember) ([]ui.Option, error) {
	on := map[id.ID]bool{}
	for _, m := range there {
		on[m.ID] = true
	}
	active := true
	list, err := p.portals.Members(ctx, as, portal.PeopleFilter{Active: &active, Page: page.Request{Size: page.MaxSize}})
	var out []ui.Option
	for _, m := range list.Items {
		if !on[m.ID] {
			out = append(out, ui.Option{Value: m.ID.String(), Label: m.Name, Small: m.Email})
		}
	}
	return out, err
}

// chooseUsers offers the users of the client in ?company=, with those on the project
// ticked.
func (p *Pages) chooseUsers(ctx context.Context, as portal.Member, r *http.Request, clients []work.ProjectClient, v *usersView) error {
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	n := in.ID("company")
	if n == 0 {
		return nil
	}
	c, err := p.portals.Company(ctx, as, n)
	if err != nil {
		return err
	}
	v.company = ui.Option{Value: n.String(), Label: c.Name}
	active := true
	list, err := p.portals.ClientUsers(ctx, as, portal.PeopleFilter{Company: n, Active: &active, Page: page.Request{Size: page.MaxSize}})
	for _, u := range list.Items {
		v.companyUsers = append(v.companyUsers, ui.Option{Value: u.ID.String(), Label: u.Name, Small: u.Email, Disabled: onProject(clients, u.ID)})
	}
	return err
}

func onProject(clients []work.ProjectClient, user id.ID) bool {
	for _, c := range clients {
		for _, u := range c.Users {
			if u.ID == user {
				return true
			}
		}
	}
	return false
}

func (v usersView) memberTable(ctx context.Context, list []work.ProjectMember) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "projectpages.users"), Columns: []ui.Column{{Label: locale.T(ctx, "projectpages.name")},
		{Label: locale.T(ctx, "projectpages.portal_role")}, {Label: locale.T(ctx, "projectpages.project_role")}, {Label: locale.T(ctx, "projectpages.remove"), Quiet: true, End: true}},
		Empty: ui.Empty{Icon: "users", Title: locale.T(ctx, "projectpages.users.none")}}
	for _, m := range list {
		role := locale.T(ctx, "work.role."+string(m.Role))
		if m.Owner {
			role = locale.T(ctx, "projectpages.owner")
		}
		var act templ.Component = ui.Text("")
		if v.may && !m.Owner {
			act = ui.Post{Action: v.base + "/" + m.ID.String() + "/remove", Button: ui.Button{Label: locale.T(ctx, "projectpages.remove"), Small: true}}
		}
		t.Rows = append(t.Rows, ui.Row{Muted: !m.Active, Cells: []templ.Component{ui.Text(m.Name), ui.Text(locale.T(ctx, "portal.role."+string(m.PortalRole))), ui.Text(role), act}})
	}
	return t
}

func (v usersView) clientTable(ctx context.Context, list []work.ProjectClient) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "projectpages.clients"), Columns: []ui.Column{{Label: locale.T(ctx, "projectpages.client")},
		{Label: locale.T(ctx, "projectpages.client_users")}, {Label: locale.T(ctx, "projectpages.remove"), Quiet: true, End: true}},
		Empty: ui.Empty{Icon: "building", Title: locale.T(ctx, "projectpages.clients.none"), Text: locale.T(ctx, "projectpages.clients.none_text")}}
	for _, c := range list {
		people := names(c.Users)
		if c.AllUsers {
			people = locale.T(ctx, "projectpages.client_users.all")
		}
		var act templ.Component = ui.Text("")
		if v.may {
			act = ui.Buttons{
				ui.Button{Label: locale.T(ctx, "projectpages.client_users.choose"), Small: true, URL: v.base + "?company=" + c.Company.ID.String() + "#client-users"},
				ui.Post{Action: v.clientBase + "/" + c.Company.ID.String() + "/remove", Button: ui.Button{Label: locale.T(ctx, "projectpages.remove"), Small: true}},
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(c.Company.Name), ui.Text(people), act}})
	}
	return t
}

func (p *Pages) addMember(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	role := work.RoleMember
	if in.Text("role") == string(work.RoleManager) {
		role = work.RoleManager
	}
	if err := p.work.AddMembers(ctx, as, project, in.IDs("member"), role); err != nil {
		if !words(err) {
			return err
		}
		return p.showUsers(w, r, ui.Option{}, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, usersOf(as, project), locale.T(ctx, "projectpages.saved"))
}

// taken reads the project and one more id of the address.
func taken(r *http.Request, param string) (project, n id.ID, err error) {
	if project, err = shell.ID(r, "project"); err != nil {
		return 0, 0, err
	}
	n, err = shell.ID(r, param)
	return project, n, err
}

func (p *Pages) removeMember(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	project, n, err := taken(r, "member")
	if err != nil {
		return err
	}
	return p.sent(w, r, p.work.RemoveMember(ctx, as, project, n), usersOf(as, project), locale.T(ctx, "projectpages.removed"))
}

func (p *Pages) addClient(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	err = p.work.AddClient(ctx, as, project, work.NewClient{Company: in.ID("company"), Users: in.IDs("user"), AllUsers: in.On("all")})
	if err != nil {
		if !words(err) {
			return err
		}
		return p.showUsers(w, r, ui.Option{Value: in.Text("company"), Label: in.Text("company.text")}, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, usersOf(as, project)+"?company="+in.Text("company")+"#client-users", locale.T(ctx, "projectpages.saved"))
}

func (p *Pages) removeClient(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	project, n, err := taken(r, "company")
	if err != nil {
		return err
	}
	return p.sent(w, r, p.work.RemoveClient(ctx, as, project, n), usersOf(as, project), locale.T(ctx, "projectpages.removed"))
}

// projectRoles offers the roles inside a project.
func projectRoles(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, role := range []work.ProjectRole{work.RoleMember, work.RoleManager} {
		out = append(out, ui.Option{Value: string(role), Label: locale.T(ctx, "work.role."+string(role))})
	}
	return out
}

// reach says who can see a project.
func reach(ctx context.Context, x work.Project) string {
	if x.Public {
		return locale.T(ctx, "projectviews.project.public_hint")
	}
	return locale.T(ctx, "projectpages.private")
}
