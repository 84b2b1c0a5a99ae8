package orgpages

import (
	"context"
	"net/http"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// userForm is one user with three forms, each an act of its own: what they may, what
// they are called, where their mail goes. part is the one that was just refused.
type userForm struct {
	base  string
	user  access.User
	pl    places
	admin bool
	part  string
	name  string
	email string
	to    [2]id.ID // profile and role
	errs  ui.Errors
	clash clash
}

// of gives the errors of one of the forms.
func (f userForm) of(part string) ui.Errors {
	if f.part != part {
		return ui.Errors{}
	}
	return f.errs
}

// differs gives what a stale save of one of the forms has to show.
func (f userForm) differs(part string) clash {
	if f.part != part {
		return nil
	}
	return f.clash
}

// The parts of the page.
const (
	partPlace = "place"
	partName  = "name"
	partEmail = "email"
)

// invitedPath leads to the users; where an invitation to this one was kept back, the
// page says so.
func invitedPath(as access.Actor, user id.ID) string {
	return ui.URL(setup(as)+"/users", "invited", user.String())
}

// kept is a letter that no mail server carried.
type kept struct {
	email string
	url   string // of the letter; empty for who may not read it
}

// keptLetter finds the invitation of a user that lies in the outbox, if it does.
func (p *Pages) keptLetter(ctx context.Context, as access.Actor, user id.ID) (*kept, error) {
	if leave, err := p.access.LettersLeave(as); user == 0 || leave || err != nil {
		return nil, err
	}
	u, err := p.access.User(ctx, as, user)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	if err != nil || (u.Status != access.Unconfirmed && u.PendingEmail == "") {
		return nil, err
	}
	k := &kept{email: u.Email}
	if u.PendingEmail != "" {
		k.email = u.PendingEmail
	}
	if as.RequireAdmin() != nil {
		return k, nil
	}
	list, err := p.access.Letters(ctx, as, page.Request{})
	if err != nil {
		return nil, err
	}
	k.url = setup(as) + "/outbox"
	for _, m := range list.Items {
		if m.To.Email == k.email {
			k.url += "/" + m.ID.String()
			break
		}
	}
	return k, nil
}

func (p *Pages) user(w http.ResponseWriter, r *http.Request) error {
	return p.showUser(w, r, nil, nil)
}

// showUser shows a user as saved; after a fault, fill puts in what was typed.
func (p *Pages) showUser(w http.ResponseWriter, r *http.Request, fill func(f *userForm), fault error) error {
	ctx, as := r.Context(), actor(r)
	n, err := shell.ID(r, "user")
	if err != nil {
		return err
	}
	u, err := p.access.User(ctx, as, n)
	if err != nil {
		return err
	}
	pl, err := p.places(ctx, as)
	if err != nil {
		return err
	}
	f := userForm{base: setup(as), user: u, pl: pl, admin: as.RequireAdmin() == nil, name: u.Name, email: u.Email, to: [2]id.ID{u.ProfileID, u.RoleID}, errs: shell.Errors(ctx, fault)}
	if u.PendingEmail != "" {
		f.email = u.PendingEmail
	}
	if fill != nil {
		fill(&f)
	}
	return p.shell.Render(w, r, shell.Page{Title: u.Name, Status: shell.StatusOf(fault), Body: userPage(f),
		Crumbs: below(ctx, as, ui.Link{Label: locale.T(ctx, "orgpages.users"), URL: f.base + "/users"}, u.Name)})
}

// changeUser runs one act on the user of the address; after a fault the page shows
// what was typed.
func (p *Pages) changeUser(w http.ResponseWriter, r *http.Request, part string, act func(ctx context.Context, user id.ID, in shell.Input) error,
	fill func(f *userForm, in shell.Input, stale bool)) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	user, err := shell.ID(r, "user")
	if err != nil {
		return err
	}
	ctx := r.Context()
	if err := act(ctx, user, in); err != nil {
		if !mendable(err) {
			return err
		}
		return p.showUser(w, r, func(f *userForm) {
			f.part = part
			fill(f, in, stale(err))
		}, err)
	}
	if part == partEmail {
		return p.shell.Done(w, r, invitedPath(actor(r), user), locale.T(ctx, "orgpages.saved"))
	}
	return p.shell.Done(w, r, setup(actor(r))+"/users", locale.T(ctx, "orgpages.saved"))
}

func (p *Pages) assign(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	return p.changeUser(w, r, partPlace, func(ctx context.Context, user id.ID, in shell.Input) error {
		_, err := p.access.Assign(ctx, actor(r), user, in.ID("profile"), in.ID("role"), in.Int("version"))
		return err
	}, func(f *userForm, in shell.Input, stale bool) {
		f.to = [2]id.ID{in.ID("profile"), in.ID("role")}
		if stale {
			f.clash.differ(locale.T(ctx, "orgpages.profile"), f.pl.profileName[f.to[0]], f.pl.profileName[f.user.ProfileID])
			f.clash.differ(locale.T(ctx, "orgpages.role"), f.pl.roleName[f.to[1]], f.pl.roleName[f.user.RoleID])
		}
	})
}

func (p *Pages) renameUser(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	return p.changeUser(w, r, partName, func(ctx context.Context, user id.ID, in shell.Input) error {
		_, err := p.access.Rename(ctx, actor(r), user, in.Text("name"), in.Int("version"))
		return err
	}, func(f *userForm, in shell.Input, stale bool) {
		f.name = in.Text("name")
		if stale {
			f.clash.differ(locale.T(ctx, "orgpages.name"), f.name, f.user.Name)
		}
	})
}

func (p *Pages) changeEmail(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	return p.changeUser(w, r, partEmail, func(ctx context.Context, user id.ID, in shell.Input) error {
		_, err := p.access.ChangeEmail(ctx, actor(r), user, in.Text("email"), in.Int("version"))
		return err
	}, func(f *userForm, in shell.Input, stale bool) {
		saved := f.email
		f.email = in.Text("email")
		if stale {
			f.clash.differ(locale.T(ctx, "orgpages.email"), f.email, saved)
		}
	})
}
