package integrationpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// teamRoutes adds who is on a project.
func (p *Pages) teamRoutes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/users", h(p.team))
	r.Post("/users", h(p.addToTeam))
	r.Post("/users/{member}/remove", h(p.removeFromTeam))
	r.Get("/client-users/new", h(p.newClientUsers))
	r.Post("/client-users", h(p.addClientUsers))
	r.Post("/client-users/{user}/remove", h(p.removeClientUser))
}

func teamPath(as access.Actor, project id.ID) string { return projectPath(as, project) + "/users" }

// teamView is who is on a project, and the form that puts more people on it.
type teamView struct {
	base     string
	team     integration.Team
	accounts []integration.RecordRef // whose contacts can become client users
	chosen   []string
	role     string
	errs     ui.Errors
}

// accountsOf names the accounts among the records of a project.
func accountsOf(list []integration.RecordRef) []integration.RecordRef {
	var out []integration.RecordRef
	for _, r := range list {
		if r.Module == access.TabAccounts {
			out = append(out, r)
		}
	}
	return out
}

func (p *Pages) team(w http.ResponseWriter, r *http.Request) error {
	return p.showTeam(w, r, nil, gate.RoleMember, ui.Errors{}, 0)
}

func (p *Pages) showTeam(w http.ResponseWriter, r *http.Request, chosen []string, role string, errs ui.Errors, status int) error {
	ctx, as := r.Context(), actor(r)
	v, err := p.projectOf(r)
	if err != nil {
		return err
	}
	team, err := p.tie.Team(ctx, as, v.Project.ID)
	if err != nil {
		return err
	}
	view := teamView{base: projectPath(as, v.Project.ID), team: team, chosen: chosen, role: role, errs: errs}
	if team.May && v.Rights.Grid.Create {
		view.accounts = accountsOf(v.Records)
	}
	return p.showProjectPage(w, r, v, "users", status, teamPage(view))
}

func (p *Pages) addToTeam(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	if err := p.tie.AddToTeam(ctx, as, project, in.IDs("member"), in.Text("role")); err != nil {
		if !p.words(err) {
			return err
		}
		return p.showTeam(w, r, in.All("member"), in.Text("role"), shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, teamPath(as, project), locale.T(ctx, "integrationpages.saved"))
}

// newClientUsers offers the contacts of one of the project's accounts.
func (p *Pages) newClientUsers(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	return p.showClientUsers(w, r, in.ID("account"), nil, ui.Errors{}, shell.Once(), 0)
}

func (p *Pages) showClientUsers(w http.ResponseWriter, r *http.Request, account id.ID, chosen []string, errs ui.Errors, token string, status int) error {
	ctx, as := r.Context(), actor(r)
	v, err := p.projectOf(r)
	if err != nil {
		return err
	}
	if all := accountsOf(v.Records); account == 0 && len(all) > 0 {
		account = all[0].ID
	}
	if account == 0 {
		return fault.Conflict("integrationpages.team.no_clients_text")
	}
	form, err := p.tie.NewProjectForm(ctx, as, access.TabAccounts, account)
	if err != nil {
		return err
	}
	return p.showProjectPage(w, r, v, "users", status, clientUsersPage(projectPath(as, v.Project.ID), form, chosen, errs, token))
}

// addClientUsers lets the chosen contacts into the project, as associating it with
// their account does.
func (p *Pages) addClientUsers(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	contacts := in.IDs("contact")
	if len(contacts) == 0 {
		err = fault.Invalid("integrationpages.team.choose").Field("contact", "integrationpages.team.choose")
	} else {
		err = firstProblem(p.tie.AssociateExisting(ctx, as, integration.Associate{
			Idem: in.Text("once"), Module: access.TabAccounts, Record: in.ID("account"), Projects: []id.ID{project}, Contacts: contacts}))
	}
	if err != nil {
		if !p.words(err) {
			return err
		}
		return p.showClientUsers(w, r, in.ID("account"), in.All("contact"), shell.Errors(ctx, err), in.Text("once"), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, teamPath(as, project), locale.T(ctx, "integrationpages.saved"))
}

// firstProblem gives what stopped one of the projects.
func firstProblem(list []integration.Associated, err error) error {
	for _, one := range list {
		if err == nil && one.Problem != nil {
			err = one.Problem
		}
	}
	return err
}

func (p *Pages) removeFromTeam(w http.ResponseWriter, r *http.Request) error {
	return p.takeOff(w, r, "member", p.tie.RemoveFromTeam)
}

func (p *Pages) removeClientUser(w http.ResponseWriter, r *http.Request) error {
	return p.takeOff(w, r, "user", p.tie.RemoveClientUser)
}

// takeOff takes whom the address names off the project. Somebody who is gone already,
// as after a double click, is no error.
func (p *Pages) takeOff(w http.ResponseWriter, r *http.Request, param string, act func(ctx context.Context, as access.Actor, project, n id.ID) error) error {
	ctx, as := r.Context(), actor(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	n, err := shell.ID(r, param)
	if err != nil {
		return err
	}
	switch err := act(ctx, as, project, n); {
	case fault.Is(err, fault.KindNotFound):
		if _, err := p.tie.Project(ctx, as, project); err != nil {
			return err // it is the project that is not there
		}
	case err != nil && !p.words(err):
		return err
	case err != nil:
		return p.showTeam(w, r, nil, gate.RoleMember, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, teamPath(as, project), locale.T(ctx, "integrationpages.team.removed"))
}

func (v teamView) members(ctx context.Context) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.team.tab"), Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.team.name")},
		{Label: locale.T(ctx, "integrationpages.team.portal_role")}, {Label: locale.T(ctx, "integrationpages.team.project_role")},
		{Label: locale.T(ctx, "integrationpages.team.remove"), Quiet: true, End: true}}}
	for _, m := range v.team.Members {
		role := locale.T(ctx, "work.role."+m.Role)
		if m.Owner {
			role = locale.T(ctx, "integrationpages.project.owner")
		}
		var act templ.Component = ui.Text("")
		if v.team.May && !m.Owner {
			act = v.remove(ctx, v.base+"/users/"+m.ID.String()+"/remove", m.Name)
		}
		t.Rows = append(t.Rows, ui.Row{Muted: !m.Active, Cells: []templ.Component{ui.Text(m.Name), ui.Text(locale.T(ctx, "portal.role."+m.PortalRole)), ui.Text(role), act}})
	}
	return t
}

func (v teamView) clients(ctx context.Context) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.team.clients"), Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.team.client_user")},
		{Label: locale.T(ctx, "integrationpages.team.client")}, {Label: locale.T(ctx, "integrationpages.team.remove"), Quiet: true, End: true}},
		Empty: ui.Empty{Icon: "users", Title: locale.T(ctx, "integrationpages.team.no_clients"), Text: locale.T(ctx, "integrationpages.team.no_clients_text")}}
	for _, c := range v.team.Clients {
		if c.AllUsers {
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(locale.T(ctx, "integrationpages.team.all_users")), ui.Text(c.Company.Name), ui.Text("")}})
		} else if len(c.Users) == 0 {
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(locale.T(ctx, "integrationpages.team.nobody_in")), ui.Text(c.Company.Name), ui.Text("")}})
		}
		for _, u := range c.Users {
			var act templ.Component = ui.Text("")
			if v.team.May {
				act = v.remove(ctx, v.base+"/client-users/"+u.ID.String()+"/remove", u.Name)
			}
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(u.Name), ui.Text(c.Company.Name), act}})
		}
	}
	return t
}

func (v teamView) remove(ctx context.Context, action, name string) templ.Component {
	return ui.Post{Action: action, Button: ui.Button{Label: locale.T(ctx, "integrationpages.team.remove"), Small: true, Attrs: templ.Attributes{"aria-label": locale.T(ctx, "integrationpages.team.remove_who", locale.Args{"Name": name})}}}
}
