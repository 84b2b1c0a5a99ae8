package orgpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// places are the profiles and roles a user can have.
type places struct {
	profiles, roles       []ui.Option
	profileName, roleName map[id.ID]string
	// What an invitation starts from: a typing error must not make an administrator.
	standard, second id.ID
}

func (p *Pages) places(ctx context.Context, as access.Actor) (places, error) {
	out := places{profileName: map[id.ID]string{}, roleName: map[id.ID]string{}}
	profiles, err := p.access.Profiles(ctx, as)
	if err != nil {
		return out, err
	}
	out.profiles = profileOptions(profiles)
	for _, x := range profiles {
		out.profileName[x.ID] = x.Name
		if x.Kind == access.ProfileStandard {
			out.standard = x.ID
		}
	}
	roles, err := p.access.Roles(ctx, as)
	out.roles = roleOptions(roles)
	for i, x := range roles {
		out.roleName[x.ID] = x.Name
		if i < 2 {
			out.second = x.ID
		}
	}
	return out, err
}

func (p *Pages) users(w http.ResponseWriter, r *http.Request) error {
	return p.showUsers(w, r, access.NewUser{}, nil)
}

func (p *Pages) showUsers(w http.ResponseWriter, r *http.Request, typed access.NewUser, fault error) error {
	ctx, as := r.Context(), actor(r)
	v := r.URL.Query()
	f := access.UserFilter{Text: v.Get("q"), Status: access.Status(v.Get("status")), Profile: idOf(v.Get("has_profile")), Role: idOf(v.Get("has_role"))}
	list, err := p.access.Users(ctx, as, f, shell.Paging(r))
	if err != nil {
		return err
	}
	pl, err := p.places(ctx, as)
	if err != nil {
		return err
	}
	kept, err := p.keptLetter(ctx, as, idOf(v.Get("invited")))
	if err != nil {
		return err
	}
	if typed.ProfileID == 0 {
		typed.ProfileID, typed.RoleID = pl.standard, pl.second
	}
	title := locale.T(ctx, "orgpages.users")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: crumbs(ctx, as, title), Status: shell.StatusOf(fault),
		Body: usersPage(setup(as), title, kept, f, userTable(ctx, as, pl, list.Items), pl, typed, shell.Errors(ctx, fault), shell.Pager(r, list.Prev, list.Next))})
}

func userTable(ctx context.Context, as access.Actor, pl places, list []access.User) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "orgpages.users"), Columns: []ui.Column{{Label: locale.T(ctx, "orgpages.name")}, {Label: locale.T(ctx, "orgpages.email")},
		{Label: locale.T(ctx, "orgpages.profile")}, {Label: locale.T(ctx, "orgpages.role")}, {Label: locale.T(ctx, "orgpages.status")}, {Label: locale.T(ctx, "orgpages.actions"), Quiet: true}}}
	for _, u := range list {
		at := setup(as) + "/users/" + u.ID.String()
		version := []ui.Hidden{{Name: "version", Value: num(u.Version)}}
		acts := ui.Group{}
		switch u.Status {
		case access.Active:
			acts = append(acts, ui.Button{Label: locale.T(ctx, "orgpages.deactivate"), URL: at + "/deactivate", Modal: true, Small: true})
		case access.Inactive:
			acts = append(acts, ui.Post{Action: at + "/activate", Hidden: version, Button: ui.Button{Label: locale.T(ctx, "orgpages.activate"), Small: true}})
		default:
			acts = append(acts, ui.Post{Action: at + "/resend", Button: ui.Button{Label: locale.T(ctx, "orgpages.resend"), Small: true}})
		}
		t.Rows = append(t.Rows, ui.Row{Muted: u.Status == access.Inactive, Cells: []templ.Component{
			ui.Anchor{Label: u.Name, URL: at}, ui.Text(u.Email), ui.Text(pl.profileName[u.ProfileID]), ui.Text(pl.roleName[u.RoleID]),
			statusBadge(ctx, u.Status), acts,
		}})
	}
	return t
}

func statusBadge(ctx context.Context, s access.Status) ui.Badge {
	tone := map[access.Status]ui.Tone{access.Active: ui.Success, access.Unconfirmed: ui.Info}[s]
	return ui.Badge{Label: locale.T(ctx, "orgpages.status."+string(s)), Tone: tone}
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	u := access.NewUser{Email: in.Text("email"), Name: in.Text("name"), ProfileID: in.ID("profile"), RoleID: in.ID("role")}
	made, err := p.access.Invite(ctx, actor(r), u)
	if err != nil {
		if !mendable(err) {
			return err
		}
		return p.showUsers(w, r, u, err)
	}
	return p.shell.Done(w, r, invitedPath(actor(r), made.ID), locale.T(ctx, "orgpages.invited", locale.Args{"Email": u.Email}))
}

// act does something to the user of the address and comes back to the list, which is
// told of an invitation when there may be one.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, do func(context.Context, access.Actor, id.ID, shell.Input) error, invites bool, done string) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	user, err := shell.ID(r, "user")
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	if err := do(ctx, as, user, in); err != nil {
		if !shell.Expected(err) {
			return err
		}
		p.shell.Flash(w, ui.Warning, shell.Errors(ctx, err).Summary)
		shell.Redirect(w, r, setup(as)+"/users")
		return nil
	}
	to := setup(as) + "/users"
	if invites {
		to = invitedPath(as, user)
	}
	return p.shell.Done(w, r, to, done)
}

func (p *Pages) activate(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(ctx context.Context, as access.Actor, user id.ID, in shell.Input) error {
		_, err := p.access.Activate(ctx, as, user, in.Int("version"))
		return err
	}, true, locale.T(r.Context(), "orgpages.activated"))
}

func (p *Pages) deactivate(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(ctx context.Context, as access.Actor, user id.ID, in shell.Input) error {
		_, err := p.access.Deactivate(ctx, as, user, in.Int("version"))
		return err
	}, false, locale.T(r.Context(), "orgpages.deactivated"))
}

func (p *Pages) resend(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(ctx context.Context, as access.Actor, user id.ID, _ shell.Input) error {
		return p.access.Resend(ctx, as, user)
	}, true, locale.T(r.Context(), "orgpages.resent"))
}

func (p *Pages) askDeactivate(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	if err := as.RequirePermission(access.ManageUsers); err != nil {
		return err // who may not do it is not asked either
	}
	user, err := shell.ID(r, "user")
	if err != nil {
		return err
	}
	u, err := p.access.User(ctx, as, user)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "orgpages.deactivate")
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "orgpages.deactivate.text", locale.Args{"Name": u.Name}), Action: r.URL.Path, Label: title, Dangerous: true,
		BackURL: setup(as) + "/users", Hidden: []ui.Hidden{{Name: "version", Value: num(u.Version)}}}
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: crumbs(ctx, as, title), Body: framed(ask), Fragment: ask})
}
