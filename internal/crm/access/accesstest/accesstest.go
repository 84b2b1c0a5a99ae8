// Package accesstest builds organisations, users, profiles and roles for tests, in
// a real database. Every builder fails the test instead of giving an error.
package accesstest

import (
	"context"
	"fmt"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/identity"
)

// Organisation makes an English organisation and gives its first administrator,
// admin@NAME.example.
func (w *World) Organisation(name string) access.Actor {
	w.t.Helper()
	person := w.Person("admin@"+strings.ToLower(name)+".example", name+" Admin")
	a, err := w.Access.Create(w.ctx(), person, access.NewOrganisation{Name: name, Locale: "en"})
	w.ok(err)
	return a
}

// Join makes a person and an active user, and gives the badge. A zero profile is the
// standard one, a zero role the one below the top.
func (w *World) Join(admin access.Actor, email string, profile, role id.ID) access.Actor {
	w.t.Helper()
	name, _, _ := strings.Cut(email, "@")
	return w.Admit(admin, w.Person(email, name), profile, role)
}

// Admit makes a person that exists an active user.
func (w *World) Admit(admin access.Actor, person identity.Person, profile, role id.ID) access.Actor {
	w.t.Helper()
	if profile == 0 {
		profile = w.Profile(admin, access.ProfileStandard)
	}
	if role == 0 {
		role = w.Role(admin, "Manager")
	}
	u, err := w.Access.Admit(w.ctx(), w.Access.System(admin.Org(), "test"), person, access.NewUser{
		Name: person.Name(), Email: person.Email(), ProfileID: profile, RoleID: role,
	})
	w.ok(err)
	a, err := w.Access.EnterUser(w.ctx(), admin.Org(), u.ID)
	w.ok(err)
	return a
}

// Again gives a fresh badge for the same user.
func (w *World) Again(a access.Actor) access.Actor {
	w.t.Helper()
	fresh, err := w.Access.EnterUser(w.ctx(), a.Org(), a.User())
	w.ok(err)
	return fresh
}

// User gives the row behind a badge.
func (w *World) User(a access.Actor) access.User {
	w.t.Helper()
	u, err := w.Access.User(w.ctx(), a, a.User())
	w.ok(err)
	return u
}

// Profile gives the organisation's administrator or standard profile.
func (w *World) Profile(admin access.Actor, kind access.ProfileKind) id.ID {
	w.t.Helper()
	list, err := w.Access.Profiles(w.ctx(), w.Access.System(admin.Org(), "test"))
	w.ok(err)
	for _, p := range list {
		if p.Kind == kind {
			return p.ID
		}
	}
	w.ok(fmt.Errorf("no %s profile", kind))
	return 0
}

// Clone makes a profile with exactly these rights and no permission. The
// organisation needs two users first.
func (w *World) Clone(admin access.Actor, name string, tabs map[string]access.Rights) id.ID {
	w.t.Helper()
	p, err := w.Access.CloneProfile(w.ctx(), admin, w.Profile(admin, access.ProfileStandard), name)
	w.ok(err)
	// Two steps, since clearing View and ticking nothing clears a row.
	p, err = w.Access.UpdateProfile(w.ctx(), admin, access.ProfileChange{ID: p.ID, Name: name, Version: p.Version})
	w.ok(err)
	p, err = w.Access.UpdateProfile(w.ctx(), admin, access.ProfileChange{ID: p.ID, Name: name, Tabs: tabs, Version: p.Version})
	w.ok(err)
	return p.ID
}

// Role finds a role by name.
func (w *World) Role(admin access.Actor, name string) id.ID {
	w.t.Helper()
	return w.role(admin, func(r access.Role) bool { return r.Name == name }).ID
}

func (w *World) role(admin access.Actor, is func(access.Role) bool) access.Role {
	w.t.Helper()
	list, err := w.Access.Roles(w.ctx(), w.Access.System(admin.Org(), "test"))
	w.ok(err)
	for _, r := range list {
		if is(r) {
			return r
		}
	}
	w.ok(fmt.Errorf("no such role among %v", list))
	return access.Role{}
}

// AddRole makes a role below another.
func (w *World) AddRole(admin access.Actor, parent id.ID, name string) id.ID {
	w.t.Helper()
	r, err := w.Access.CreateRole(w.ctx(), admin, parent, name)
	w.ok(err)
	return r.ID
}

// MoveRole hangs a role under another.
func (w *World) MoveRole(admin access.Actor, role, parent id.ID) {
	w.t.Helper()
	r := w.role(admin, func(r access.Role) bool { return r.ID == role })
	_, err := w.Access.MoveRole(w.ctx(), admin, role, parent, r.Version)
	w.ok(err)
}

// DeleteRole deletes a role and moves what hung on it.
func (w *World) DeleteRole(admin access.Actor, role, moveTo id.ID) {
	w.t.Helper()
	r := w.role(admin, func(r access.Role) bool { return r.ID == role })
	w.ok(w.Access.DeleteRole(w.ctx(), admin, role, moveTo, r.Version))
}

// Share sets a module's sharing default.
func (w *World) Share(admin access.Actor, module string, to access.Sharing) {
	w.t.Helper()
	list, err := w.Access.SharingDefaults(w.ctx(), admin)
	w.ok(err)
	for _, d := range list {
		if d.Module == module {
			d.Sharing = to
			_, err := w.Access.SetSharing(w.ctx(), admin, d)
			w.ok(err)
		}
	}
}

// Invite adds an unconfirmed user.
func (w *World) Invite(admin access.Actor, in access.NewUser) access.User {
	w.t.Helper()
	u, err := w.Access.Invite(w.ctx(), admin, in)
	w.ok(err)
	return u
}

// Assign gives a user another profile and role.
func (w *World) Assign(admin access.Actor, user, profile, role id.ID) access.User {
	w.t.Helper()
	u, err := w.Access.Assign(w.ctx(), admin, user, profile, role, w.version(admin, user))
	w.ok(err)
	return u
}

// Activate lets a user in again.
func (w *World) Activate(admin access.Actor, user id.ID) {
	w.t.Helper()
	_, err := w.Access.Activate(w.ctx(), admin, user, w.version(admin, user))
	w.ok(err)
}

// Deactivate shuts a user out.
func (w *World) Deactivate(admin access.Actor, user id.ID) {
	w.t.Helper()
	_, err := w.Access.Deactivate(w.ctx(), admin, user, w.version(admin, user))
	w.ok(err)
}

func (w *World) version(a access.Actor, user id.ID) int64 {
	w.t.Helper()
	u, err := w.Access.User(w.ctx(), a, user)
	w.ok(err)
	return u.Version
}

func (w *World) ctx() context.Context { return context.Background() }

func (w *World) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
