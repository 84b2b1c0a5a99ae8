package portal_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/projectstest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestCreatePortal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		p := w.Person(t, "owner@example.com", "持田 結")

		for _, c := range []struct{ name, slug, field string }{
			{"  \t ", "", "name"},
			{strings.Repeat("あ", 101), "", "name"},
			{"Fine", "No Good", "slug"},
			{"Fine", "-x", "slug"},
		} {
			_, err := w.Portals.Create(ctx, p, portal.NewPortal{Name: c.name, Slug: c.slug})
			if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != c.field {
				t.Errorf("%q %q: %v", c.name, c.slug, err)
			}
		}
		one, err := w.Portals.Create(ctx, p, portal.NewPortal{Name: " Blue  Sky, Inc. "})
		if err != nil || one.Name != "Blue Sky, Inc." || one.Slug != "blue-sky-inc" {
			t.Fatalf("%+v, %v", one, err)
		}
		two, err := w.Portals.Create(ctx, p, portal.NewPortal{Name: "Blue sky inc"})
		if err != nil || two.Slug == one.Slug || !strings.HasPrefix(two.Slug, "blue-sky-inc-") {
			t.Fatalf("%+v, %v", two, err)
		}
		if _, err = w.Portals.Create(ctx, p, portal.NewPortal{Name: "Other", Slug: one.Slug}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a taken slug: %v", err)
		}
		ja, err := w.Portals.Create(ctx, p, portal.NewPortal{Name: strings.Repeat("結", 100)})
		if err != nil || !strings.HasPrefix(ja.Slug, "portal-") {
			t.Fatalf("%+v, %v", ja, err)
		}
		got, err := w.Portals.Memberships(ctx, p)
		if err != nil || len(got) != 3 || !got[0].Owned() || got[0].Portal.OwnerName != "持田 結" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// A double click, and a request sent again, make one portal.
func TestCreatePortalOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		p, other := w.Person(t, "owner@example.com", ""), w.Person(t, "other@example.com", "")
		ids := make([]id.ID, 4)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				made, err := w.Portals.Create(t.Context(), p, portal.NewPortal{Name: "Alpha", Idem: "k"})
				if err != nil {
					t.Error(err)
				}
				ids[i] = made.ID
			})
		}
		wg.Wait()
		if diff := cmp.Diff([]id.ID{ids[0], ids[0], ids[0], ids[0]}, ids); diff != "" {
			t.Error(diff)
		}
		theirs, err := w.Portals.Create(t.Context(), other, portal.NewPortal{Name: "Alpha", Idem: "k"})
		if err != nil || theirs.ID == ids[0] {
			t.Errorf("another person's same key: %v, %v", theirs.ID, err)
		}
	})
}

func TestEnter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		p := w.Portal(t, "owner@example.com", "Alpha")
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), p.ID)
		// An import makes no accounts; the first visit with one binds the two.
		made, err := w.Portals.ImportClients(ctx, owner, []portal.ImportRow{
			{Company: portal.Company{Name: "Client"}, Email: "Late@Example.com"},
		})
		if err != nil {
			t.Fatal(err)
		}
		added, err := w.Portals.Person(ctx, owner, made[0].User)
		if err != nil || added.PersonID != 0 {
			t.Fatalf("%+v, %v", added, err)
		}
		late := w.Person(t, "late@example.com", "Late")
		list, err := w.Portals.Memberships(ctx, late)
		if err != nil || len(list) != 1 || list[0].Role != portal.RoleClient {
			t.Fatalf("before the first visit: %+v, %v", list, err)
		}
		if as := w.Enter(t, late, p.ID); as.ID() != added.ID || as.Person() == 0 || as.Role() != portal.RoleClient {
			t.Errorf("%+v", as)
		}
		if got, err := w.Portals.Person(ctx, owner, added.ID); err != nil || got.PersonID == 0 {
			t.Errorf("not bound: %+v, %v", got, err)
		}
		stranger := w.Person(t, "stranger@example.com", "")
		if _, err := w.Portals.Enter(ctx, stranger, p.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a stranger: %v", err)
		}
		if _, err := w.Portals.Enter(ctx, stranger, 12345); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("no such portal: %v", err)
		}
		user := w.ClientUser(t, owner, w.Company(t, owner, "Other").ID, "c@example.net")
		if _, err := w.Portals.EnterMember(ctx, p.ID, user.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a client user acting as member: %v", err)
		}
		if as := w.Enter(t, w.Person(t, "c@example.net", ""), p.ID); !as.Client() || as.Can(portal.ActSeePeople) {
			t.Errorf("client user: %+v", as)
		}
	})
}

func TestOwnerChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		p := w.Portal(t, "owner@example.com", "Alpha")
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), p.ID)
		member := w.Member(t, owner, "m@example.com", portal.RoleManager)
		absent := w.Member(t, owner, "absent@example.com", portal.RoleAdministrator)
		next := w.Member(t, owner, "next@example.com", portal.RoleAdministrator)
		nextAs := w.Enter(t, w.Person(t, "next@example.com", "Next"), p.ID)

		if _, err := w.Portals.TransferOwner(ctx, nextAs, next.ID, 0); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("by an administrator: %v", err)
		}
		if _, err := w.Portals.TransferOwner(ctx, owner, member.ID, 0); !fault.HasCode(err, "owner_not_admin") {
			t.Errorf("to a manager: %v", err)
		}
		if _, err := w.Portals.TransferOwner(ctx, owner, absent.ID, 0); !fault.HasCode(err, "owner_never_signed_in") {
			t.Errorf("to somebody never here: %v", err)
		}
		after, err := w.Portals.TransferOwner(ctx, owner, next.ID, 0)
		if err != nil || after.Owner != next.ID || after.OwnerPerson != nextAs.Person() {
			t.Fatalf("%+v, %v", after, err)
		}
		// The former owner's badge still says owner; the act looks again.
		if _, err := w.Portals.TransferOwner(ctx, owner, next.ID, 0); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("by the former owner: %v", err)
		}
		if as, err := w.Portals.EnterMember(ctx, p.ID, owner.ID()); err != nil || as.Role() != portal.RoleAdministrator {
			t.Errorf("the former owner: %v, %v", as.Role(), err)
		}
		changes, err := w.Portals.Changes(ctx, w.Portals.System(p.ID, "test"), 0, 100)
		if err != nil || len(changes) == 0 || changes[len(changes)-1].Kind != portal.ChangeOwner {
			t.Errorf("%+v, %v", changes, err)
		}
	})
}

// A neighbour portal's ids name nothing, whatever one may do at home.
func TestNeighbours(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		here := w.Enter(t, w.Person(t, "a@example.com", ""), w.Portal(t, "a@example.com", "A").ID)
		there := w.Enter(t, w.Person(t, "b@example.com", ""), w.Portal(t, "b@example.com", "B").ID)
		company := w.Company(t, there, "Theirs")
		user := w.ClientUser(t, there, company.ID, "c@example.net")
		member := w.Member(t, there, "m@example.com", portal.RoleEmployee)
		home := w.Company(t, here, "Ours")

		notFound := func(name string, err error) {
			t.Helper()
			if !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := w.Portals.Person(ctx, here, member.ID)
		notFound("Person", err)
		_, err = w.Portals.Company(ctx, here, company.ID)
		notFound("Company", err)
		_, err = w.Portals.Deactivate(ctx, here, member.ID)
		notFound("Deactivate", err)
		notFound("Remove", w.Portals.Remove(ctx, here, user.ID))
		notFound("RemoveCompany", w.Portals.RemoveCompany(ctx, here, company.ID))
		_, err = w.Portals.ChangeRole(ctx, here, member.ID, portal.RoleManager, "", 1)
		notFound("ChangeRole", err)
		_, err = w.Portals.MoveClientUser(ctx, here, user.ID, home.ID)
		notFound("MoveClientUser", err)
		_, err = w.Portals.InviteClientUser(ctx, here, company.ID, portal.NewClientUser{Email: "d@example.net"})
		notFound("InviteClientUser", err)
		_, err = w.Portals.EnsureCompany(ctx, w.Portals.System(here.Portal(), "test"), company.ID, "")
		notFound("EnsureCompany", err)
		_, err = w.Portals.TransferOwner(ctx, here, member.ID, 0)
		notFound("TransferOwner", err)

		people, err := w.Portals.PeopleByID(ctx, here, []id.ID{member.ID, user.ID})
		if err != nil || len(people) != 0 {
			t.Errorf("PeopleByID: %+v, %v", people, err)
		}
		companies, err := w.Portals.CompaniesByID(ctx, here, []id.ID{company.ID})
		if err != nil || len(companies) != 0 {
			t.Errorf("CompaniesByID: %+v, %v", companies, err)
		}
		users, err := w.Portals.ClientUsers(ctx, here, portal.PeopleFilter{Company: company.ID})
		if err != nil || len(users.Items) != 0 {
			t.Errorf("ClientUsers: %+v, %v", users, err)
		}
		batch, err := w.Portals.ClientsAfter(ctx, w.Portals.System(here.Portal(), "test"), "", 10)
		if err != nil || len(batch.Clients) != 1 || batch.Clients[0].ID != home.ID {
			t.Errorf("ClientsAfter: %+v, %v", batch, err)
		}
		// The same address may be in both, once each.
		w.Member(t, here, "c@example.net", portal.RoleEmployee)
	})
}
