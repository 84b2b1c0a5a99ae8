package projectstest

import (
	"testing"

	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/projects/portal"
)

// Portal makes a portal owned by the person of that address, in Tokyo.
func (w *World) Portal(t testing.TB, owner, name string) portal.Portal {
	t.Helper()
	p, err := w.Portals.Create(t.Context(), w.Person(t, owner, ""), portal.NewPortal{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Enter gives a person's badge.
func (w *World) Enter(t testing.TB, p identity.Person, in id.ID) portal.Member {
	t.Helper()
	m, err := w.Portals.Enter(t.Context(), p, in)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Member invites a member, who need not have an account.
func (w *World) Member(t testing.TB, as portal.Member, email string, role portal.Role) portal.Person {
	t.Helper()
	p, err := w.Portals.Invite(t.Context(), as, portal.NewMember{Email: email, Role: role})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Join invites a member with an account and gives their badge.
func (w *World) Join(t testing.TB, as portal.Member, email string, role portal.Role) portal.Member {
	t.Helper()
	p := w.Person(t, email, "")
	w.Member(t, as, email, role)
	return w.Enter(t, p, as.Portal())
}

// Company adds a client company.
func (w *World) Company(t testing.TB, as portal.Member, name string) portal.Company {
	t.Helper()
	c, err := w.Portals.CreateCompany(t.Context(), as, portal.Company{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ClientUser invites a client user, who need not have an account.
func (w *World) ClientUser(t testing.TB, as portal.Member, company id.ID, email string) portal.Person {
	t.Helper()
	p, err := w.Portals.InviteClientUser(t.Context(), as, company, portal.NewClientUser{Email: email})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// JoinClient invites a client user with an account and gives their badge.
func (w *World) JoinClient(t testing.TB, as portal.Member, company id.ID, email string) portal.Member {
	t.Helper()
	p := w.Person(t, email, "")
	w.ClientUser(t, as, company, email)
	return w.Enter(t, p, as.Portal())
}

// Key gives the badge's own key and its address.
func (w *World) Key(t testing.TB, as portal.Member) (secret, email string) {
	t.Helper()
	secret, err := w.Keys.Reveal(t.Context(), w.Person(t, as.Email(), ""), as, Password)
	if err != nil {
		t.Fatal(err)
	}
	return secret, as.Email()
}
