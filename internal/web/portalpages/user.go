package portalpages

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func usersPath(as portal.Member) string { return base(as) + "/users" }

func userPath(as portal.Member, p portal.Person) string { return usersPath(as) + "/" + p.ID.String() }

func (p *Pages) users(w http.ResponseWriter, r *http.Request) error {
	return p.showUsers(w, r, portal.NewMember{Role: portal.RoleEmployee}, ui.Errors{}, 0)
}

func (p *Pages) showUsers(w http.ResponseWriter, r *http.Request, typed portal.NewMember, errs ui.Errors, code int) error {
	ctx, as := r.Context(), member(r)
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	f := portal.PeopleFilter{Search: in.Text("q"), Role: portal.Role(in.Text("has_role")), Active: activeOf(in.Text("state")), Page: shell.Paging(r)}
	list, err := p.portals.Members(ctx, as, f)
	if err != nil {
		return err
	}
	v := usersView{title: locale.T(ctx, "portalpages.users"), at: usersPath(as), filter: f, state: in.Text("state"), typed: typed, errs: errs,
		manage: as.Can(portal.ActManagePeople), roles: givable(ctx, as), table: memberTable(ctx, as, list.Items), pager: shell.Pager(r, list.Prev, list.Next)}
	return p.shell.Render(w, r, shell.Page{Title: v.title, Status: code, Body: usersPage(v)})
}

// usersView is the list of members and the form that invites one.
type usersView struct {
	title, at, state string
	filter           portal.PeopleFilter
	table            ui.Table
	pager            ui.Pager
	manage           bool
	roles            []ui.Option
	typed            portal.NewMember
	errs             ui.Errors
}

// activeOf reads the filter for active people: nil is both.
func activeOf(word string) *bool {
	switch word {
	case "active", "inactive":
		active := word == "active"
		return &active
	}
	return nil
}

func memberTable(ctx context.Context, as portal.Member, list []portal.Person) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "portalpages.users"), Columns: []ui.Column{{Label: locale.T(ctx, "portalpages.name")}, {Label: locale.T(ctx, "portalpages.email")},
		{Label: locale.T(ctx, "portalpages.role")}, {Label: locale.T(ctx, "portalpages.status")}},
		Empty: ui.Empty{Icon: "users", Title: locale.T(ctx, "portalpages.users.nothing")}}
	for _, m := range list {
		t.Rows = append(t.Rows, ui.Row{Muted: !m.Active, Cells: []templ.Component{
			ui.Anchor{Label: m.Name, URL: userPath(as, m)}, ui.Text(m.Email), ui.Text(roleWord(ctx, m)), stateBadge(ctx, m)}})
	}
	return t
}

func roleWord(ctx context.Context, m portal.Person) string {
	role := locale.T(ctx, "portal.role."+string(m.Role))
	if m.EndsOn == "" {
		return role
	}
	return locale.T(ctx, "portalpages.role_until", locale.Args{"Role": role, "Date": locale.Date(ctx, m.EndsOn)})
}

func stateBadge(ctx context.Context, m portal.Person) ui.Badge {
	switch {
	case !m.Active:
		return ui.Badge{Label: locale.T(ctx, "portalpages.inactive"), Tone: ui.Neutral}
	case m.PersonID == 0:
		return ui.Badge{Label: locale.T(ctx, "portalpages.invited"), Tone: ui.Info}
	}
	return ui.Badge{Label: locale.T(ctx, "portalpages.active"), Tone: ui.Success}
}

// givable are the roles the badge may give somebody. The owner's changes hands under
// Settings.
func givable(ctx context.Context, as portal.Member) []ui.Option {
	var out []ui.Option
	for _, role := range portal.Roles() {
		if role == portal.RoleOwner || role == portal.RoleClient || (role == portal.RoleAdministrator && !as.Can(portal.ActAddAdmin)) {
			continue
		}
		out = append(out, ui.Option{Value: string(role), Label: locale.T(ctx, "portal.role."+string(role))})
	}
	return out
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	n := portal.NewMember{Email: in.Text("email"), Name: in.Text("name"), Role: portal.Role(in.Text("role")), EndsOn: in.Text("ends_on"), Locale: locale.From(ctx).Lang}
	made, err := p.portals.Invite(ctx, as, n)
	if err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showUsers(w, r, n, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, invitedPath(as, made), locale.T(ctx, "portalpages.user_invited", locale.Args{"Email": made.Email}))
}

// person reads who the address names, member or client user.
func (p *Pages) person(r *http.Request) (portal.Person, error) {
	n, err := shell.ID(r, "user")
	if err != nil {
		return portal.Person{}, err
	}
	if err := member(r).Require(portal.ActSeePeople); err != nil {
		return portal.Person{}, err
	}
	return p.portals.Person(r.Context(), member(r), n)
}

func (p *Pages) user(w http.ResponseWriter, r *http.Request) error {
	return p.showUser(w, r, nil, ui.Errors{}, 0)
}

// userView is one person; typed, when set, is what to show instead of what is saved.
type userView struct {
	at, back   string
	now, typed portal.Person
	stale      bool
	manage     bool // may change this person
	roles      []ui.Option
	company    portal.Company
	suggest    string // where the clients to move to are asked for
	look       string // where what a client user sees is shown
	explain    string // where it is asked what somebody sees, and why
	letter     string // where the invitation lies, when no mail server took it
	errs       ui.Errors
}

func (v userView) client() bool { return v.now.Kind == portal.KindClient }

func (v userView) owner() bool { return v.now.Role == portal.RoleOwner }

func (p *Pages) showUser(w http.ResponseWriter, r *http.Request, typed *portal.Person, errs ui.Errors, code int) error {
	ctx, as := r.Context(), member(r)
	now, err := p.person(r)
	if err != nil {
		return err
	}
	v := userView{at: userPath(as, now), back: usersPath(as), now: now, typed: now, errs: errs, roles: givable(ctx, as), suggest: base(as) + "/clients/suggest", look: base(as) + "/view-as/" + now.ID.String(), explain: base(as) + "/explain?person=" + now.ID.String(),
		manage: as.Can(portal.ActManagePeople) && (now.Role != portal.RoleAdministrator || as.Can(portal.ActAddAdmin))}
	if typed != nil {
		v.typed, v.stale = *typed, code == http.StatusConflict
		v.typed.Version = now.Version
	}
	crumbs := ui.Crumbs{{Label: locale.T(ctx, "portalpages.users"), URL: usersPath(as)}}
	if v.client() {
		if v.company, err = p.portals.Company(ctx, as, now.Company); err != nil {
			return err
		}
		v.back = clientPath(as, now.Company)
		crumbs = ui.Crumbs{{Label: locale.T(ctx, "portalpages.clients"), URL: clientsPath(as)}, {Label: v.company.Name, URL: v.back}}
	}
	if v.letter, err = p.keptLetter(r, now); err != nil {
		return err
	}
	return p.shell.Render(w, r, shell.Page{Title: now.Name, Status: code, Body: userPage(v), Crumbs: append(crumbs, ui.Link{Label: now.Name, Current: true})})
}

// keptLetter finds the invitation that was just written to somebody and that no mail
// server took, if there is one.
func (p *Pages) keptLetter(r *http.Request, to portal.Person) (string, error) {
	ctx, as := r.Context(), member(r)
	if leave, err := p.portals.LettersLeave(as); leave || err != nil || !r.URL.Query().Has("invited") || !as.Can(portal.ActManagePeople) {
		return "", err
	}
	at := settingsPath(as) + "/outbox"
	list, err := p.portals.Letters(ctx, as, page.Request{})
	for _, m := range list.Items {
		if strings.EqualFold(m.To.Email, to.Email) {
			return at + "/" + m.ID.String(), err
		}
	}
	return at, err
}

// invitedPath is somebody's page after a letter was written to them.
func invitedPath(as portal.Member, to portal.Person) string { return userPath(as, to) + "?invited=1" }

// again shows the person's page with what was refused, or passes on what no input mends.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, typed portal.Person, err error) error {
	if !shell.Expected(err) {
		return err
	}
	return p.showUser(w, r, &typed, shell.Errors(r.Context(), err), shell.StatusOf(err))
}

func (p *Pages) saveName(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	now, err := p.person(r)
	if err != nil {
		return err
	}
	typed := now
	typed.Name = in.Text("name")
	if _, err := p.portals.RenamePerson(r.Context(), member(r), now.ID, typed.Name, in.Int("version")); err != nil {
		return p.again(w, r, typed, err)
	}
	return p.saved(w, r, userPath(member(r), now))
}

func (p *Pages) saveRole(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	now, err := p.person(r)
	if err != nil {
		return err
	}
	typed := now
	typed.Role, typed.EndsOn = portal.Role(in.Text("role")), in.Text("ends_on")
	if _, err := p.portals.ChangeRole(r.Context(), member(r), now.ID, typed.Role, typed.EndsOn, in.Int("version")); err != nil {
		return p.again(w, r, typed, err)
	}
	return p.saved(w, r, userPath(member(r), now))
}

func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	now, err := p.person(r)
	if err != nil {
		return err
	}
	if in.ID("company") == 0 {
		err = fault.Invalid("web.ui.check_fields").Field("company", "portalpages.choose_client")
	} else {
		_, err = p.portals.MoveClientUser(r.Context(), member(r), now.ID, in.ID("company"))
	}
	if err != nil {
		return p.again(w, r, now, err)
	}
	return p.saved(w, r, userPath(member(r), now))
}

func (p *Pages) saved(w http.ResponseWriter, r *http.Request, to string) error {
	return p.shell.Done(w, r, to, locale.T(r.Context(), "portalpages.saved"))
}

// act does one thing to the person of the address.
func (p *Pages) act(do func(context.Context, portal.Member, portal.Person) error, done string) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, as := r.Context(), member(r)
		now, err := p.person(r)
		if err != nil {
			return err
		}
		if err := do(ctx, as, now); err != nil {
			return p.again(w, r, now, err)
		}
		return p.shell.Done(w, r, userPath(as, now), locale.T(ctx, done, locale.Args{"Name": now.Name, "Email": now.Email}))
	}
}

func (p *Pages) deactivate(ctx context.Context, as portal.Member, who portal.Person) error {
	_, err := p.portals.Deactivate(ctx, as, who.ID)
	return err
}

func (p *Pages) activate(ctx context.Context, as portal.Member, who portal.Person) error {
	_, err := p.portals.Activate(ctx, as, who.ID)
	return err
}

func (p *Pages) resend(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	now, err := p.person(r)
	if err != nil {
		return err
	}
	if err := p.portals.InviteAgain(ctx, as, now.ID); err != nil {
		return p.again(w, r, now, err)
	}
	return p.shell.Done(w, r, invitedPath(as, now), locale.T(ctx, "portalpages.user_invited", locale.Args{"Email": now.Email}))
}

// ask shows the question before somebody is shut out or removed.
func (p *Pages) ask(word, title, text string) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, as := r.Context(), member(r)
		now, err := p.person(r)
		if err != nil {
			return err
		}
		if err := as.Require(portal.ActManagePeople); err != nil {
			return err
		}
		title := locale.T(ctx, title)
		q := ui.Confirm{Title: title, Text: locale.T(ctx, text, locale.Args{"Name": now.Name}), Action: userPath(as, now) + "/" + word,
			Label: title, Dangerous: true, BackURL: userPath(as, now)}
		return p.shell.Render(w, r, shell.Page{Title: title, Body: framed(q), Fragment: q})
	}
}

func (p *Pages) removeUser(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	now, err := p.person(r)
	if err != nil {
		return err
	}
	if err := p.portals.Remove(ctx, as, now.ID); err != nil {
		return p.again(w, r, now, err)
	}
	to := usersPath(as)
	if now.Kind == portal.KindClient {
		to = clientPath(as, now.Company)
	}
	return p.shell.Done(w, r, to, locale.T(ctx, "portalpages.user_removed", locale.Args{"Name": now.Name}))
}
