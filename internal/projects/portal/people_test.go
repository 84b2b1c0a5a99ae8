package portal_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/projectstest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// Somebody adds an address as a member while others add it as a client user of two
// companies: exactly one wins, the others hear why.
func TestOneAddressOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		owner := w.Enter(t, w.Person(t, "owner@example.com", "Owner"), w.Portal(t, "owner@example.com", "Alpha").ID)
		one, two := w.Company(t, owner, "One"), w.Company(t, owner, "Two")
		for round := range 5 {
			email := "someone" + strconv.Itoa(round) + "@example.net"
			acts := []func() error{
				func() error {
					_, err := w.Portals.Invite(t.Context(), owner, portal.NewMember{Email: email, Role: portal.RoleEmployee})
					return err
				},
				func() error {
					_, err := w.Portals.InviteClientUser(t.Context(), owner, one.ID, portal.NewClientUser{Email: "  " + email})
					return err
				},
				func() error {
					_, err := w.Portals.EnsureClientUser(t.Context(), owner, two.ID, portal.NewClientUser{Email: email})
					return err
				},
			}
			errs := make([]error, len(acts))
			var wg sync.WaitGroup
			for i, act := range acts {
				wg.Go(func() { errs[i] = act() })
			}
			wg.Wait()
			won := 0
			for i, err := range errs {
				switch {
				case err == nil:
					won++
				case !fault.HasCode(err, portal.CodeAlreadyMember) && !fault.HasCode(err, portal.CodeAlreadyClient) &&
					!fault.HasCode(err, portal.CodeOtherCompany):
					t.Errorf("act %d: %v", i, err)
				}
			}
			if won != 1 {
				t.Errorf("%d of 3 added %s: %v", won, email, errors.Join(errs...))
			}
		}
	})
}

func TestPeopleRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		p := w.Portal(t, "owner@example.com", "Alpha")
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), p.ID)
		adminPerson := w.Person(t, "admin@example.com", "Admin")
		w.Member(t, owner, "admin@example.com", portal.RoleAdministrator)
		admin := w.Enter(t, adminPerson, p.ID)
		employee := w.Member(t, owner, "employee@example.com", portal.RoleEmployee)
		second := w.Member(t, owner, "second@example.com", portal.RoleAdministrator)

		invite := func(as portal.Member, email string, role portal.Role) error {
			_, err := w.Portals.Invite(ctx, as, portal.NewMember{Email: email, Role: role})
			return err
		}
		code := func(name string, err error, want string) {
			t.Helper()
			if !fault.HasCode(err, want) {
				t.Errorf("%s: %v, want code %s", name, err, want)
			}
		}
		kind := func(name string, err error, want fault.Kind) {
			t.Helper()
			if fault.KindOf(err) != want {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
		kind("an administrator adds an administrator", invite(admin, "x@example.com", portal.RoleAdministrator), fault.KindForbidden)
		kind("a role nobody can be given", invite(owner, "x@example.com", portal.RoleOwner), fault.KindInvalid)
		kind("no address", invite(owner, "x@", portal.RoleEmployee), fault.KindInvalid)
		code("an address twice", invite(owner, "Employee@Example.com", portal.RoleManager), portal.CodeAlreadyMember)

		_, err := w.Portals.ChangeRole(ctx, admin, employee.ID, portal.RoleAdministrator, "", employee.Version)
		kind("an administrator makes an administrator", err, fault.KindForbidden)
		_, err = w.Portals.ChangeRole(ctx, admin, second.ID, portal.RoleEmployee, "", second.Version)
		kind("an administrator unmakes another", err, fault.KindForbidden)
		_, err = w.Portals.Deactivate(ctx, admin, second.ID)
		kind("an administrator deactivates another", err, fault.KindForbidden)
		_, err = w.Portals.Deactivate(ctx, admin, p.Owner)
		code("deactivate the owner", err, "owner_stays")
		code("remove the owner", w.Portals.Remove(ctx, owner, p.Owner), "owner_stays")
		_, err = w.Portals.ChangeRole(ctx, owner, p.Owner, portal.RoleEmployee, "", 1)
		code("the owner's role", err, "owner_stays")

		changed, err := w.Portals.ChangeRole(ctx, owner, employee.ID, portal.RoleManager, "", employee.Version)
		if err != nil || changed.Role != portal.RoleManager {
			t.Fatalf("change of role: %+v, %v", changed, err)
		}
		_, err = w.Portals.ChangeRole(ctx, owner, employee.ID, portal.RoleEmployee, "", employee.Version)
		kind("a stale change of role", err, fault.KindStale)

		// A badge made before its holder was shut out carries no act any further.
		if _, err := w.Portals.Deactivate(ctx, owner, admin.ID()); err != nil {
			t.Fatal(err)
		}
		code("an act with an old badge", invite(admin, "late@example.com", portal.RoleEmployee), "inactive")
		_, err = w.Portals.Enter(ctx, adminPerson, p.ID)
		code("entering when deactivated", err, "inactive")
		if _, err := w.Portals.Activate(ctx, owner, admin.ID()); err != nil {
			t.Fatal(err)
		}
		w.Enter(t, adminPerson, p.ID)

		// A removed address is free again, the name stays known.
		if err := w.Portals.Remove(ctx, owner, employee.ID); err != nil {
			t.Fatal(err)
		}
		again := w.Member(t, owner, "employee@example.com", portal.RoleEmployee)
		names, err := w.Portals.PeopleByID(ctx, owner, []id.ID{employee.ID, again.ID})
		if err != nil || names[employee.ID].Name != employee.Name || again.ID == employee.ID {
			t.Errorf("after removing: %+v, %v", names, err)
		}
	})
}

func TestContractorEndsByItself(t *testing.T) {
	clock := storetest.NewClock(time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC))
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		clock.Set(time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC))
		w := projectstest.New(t, db)
		ctx := t.Context()
		p := w.Portal(t, "owner@example.com", "Alpha") // Asia/Tokyo
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), p.ID)
		person := w.Person(t, "con@example.com", "Con")
		if _, err := w.Portals.Invite(ctx, owner, portal.NewMember{
			Email: "con@example.com", Role: portal.RoleContractor, EndsOn: "2026-03-31",
		}); err != nil {
			t.Fatal(err)
		}
		con := w.Enter(t, person, p.ID) // 21:00 in Tokyo, the last day
		if n, err := w.Portals.EndContracts(ctx); err != nil || n != 0 {
			t.Fatalf("sweep on the last day: %d, %v", n, err)
		}
		clock.Advance(4 * time.Hour) // 01:00 on 1 April in Tokyo, still March in UTC
		if _, err := w.Portals.Enter(ctx, person, p.ID); !fault.HasCode(err, "inactive") {
			t.Errorf("after the last day: %v", err)
		}
		if n, err := w.Portals.EndContracts(ctx); err != nil || n != 1 {
			t.Fatalf("sweep: %d, %v", n, err)
		}
		if n, err := w.Portals.EndContracts(ctx); err != nil || n != 0 {
			t.Fatalf("second sweep: %d, %v", n, err)
		}
		back, err := w.Portals.Activate(ctx, owner, con.ID())
		if err != nil || !back.Active || back.EndsOn != "" {
			t.Errorf("activated again: %+v, %v", back, err)
		}
		w.Enter(t, person, p.ID)
	})
}

func TestUserLimit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		p := w.Portal(t, "owner@example.com", "Alpha")
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), p.ID)
		p, err := w.Portals.Configure(ctx, owner, portal.Settings{
			Version: p.Version, Name: p.Name, UserLimit: 2, TimeZone: p.TimeZone, Locale: p.Locale,
		})
		if err != nil {
			t.Fatal(err)
		}
		first := w.Member(t, owner, "a@example.com", portal.RoleEmployee)
		_, err = w.Portals.Invite(ctx, owner, portal.NewMember{Email: "b@example.com", Role: portal.RoleEmployee})
		if !fault.HasCode(err, portal.CodeUserLimit) {
			t.Errorf("a third of two: %v", err)
		}
		if _, err := w.Portals.Deactivate(ctx, owner, first.ID); err != nil {
			t.Fatal(err)
		}
		w.Member(t, owner, "b@example.com", portal.RoleEmployee)
		if _, err := w.Portals.Activate(ctx, owner, first.ID); !fault.HasCode(err, portal.CodeUserLimit) {
			t.Errorf("activating beyond the limit: %v", err)
		}
		// Client users do not count.
		w.ClientUser(t, owner, w.Company(t, owner, "Client").ID, "c@example.net")
	})
}

func TestPeoplePages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		owner := w.Enter(t, w.Person(t, "owner@example.com", "M"), w.Portal(t, "owner@example.com", "Alpha").ID)
		for _, n := range []string{"d", "a", "c", "b", "e"} {
			if _, err := w.Portals.CreateCompany(ctx, owner, portal.Company{Name: n + " 株式会社", Email: n + "@example.net"}); err != nil {
				t.Fatal(err)
			}
		}
		names := func(p page.Page[portal.Company]) (out []string) {
			for _, c := range p.Items {
				out = append(out, c.Name[:1])
			}
			return out
		}
		get := func(search, cursor string) page.Page[portal.Company] {
			t.Helper()
			p, err := w.Portals.Companies(ctx, owner, search, page.Request{Cursor: cursor, Size: 2})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		one := get("", "")
		two := get("", one.Next)
		three := get("", two.Next)
		back := get("", three.Prev)
		first := get("", back.Prev)
		want := [][]string{{"a", "b"}, {"c", "d"}, {"e"}, {"c", "d"}, {"a", "b"}}
		if diff := cmp.Diff(want, [][]string{names(one), names(two), names(three), names(back), names(first)}); diff != "" {
			t.Error(diff)
		}
		if one.Prev != "" || three.Next != "" || first.Prev != "" {
			t.Errorf("ends: %q %q %q", one.Prev, three.Next, first.Prev)
		}
		if got := names(get("B 株式", "")); !cmp.Equal(got, []string{"b"}) {
			t.Errorf("full-width search found %v", got)
		}
		if got := names(get("%", "")); got != nil {
			t.Errorf("a wildcard found %v", got)
		}
		if _, err := w.Portals.Companies(ctx, owner, "", page.Request{Cursor: "x"}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("forged cursor: %v", err)
		}
	})
}

// Everything that happens is numbered without a gap, also when it happens at once.
func TestOutboxHasNoGaps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), w.Portal(t, "owner@example.com", "Alpha").ID)
		heard := make(chan struct{}, 100)
		w.Portals.AddHooks(portal.Hooks{Changed: func(context.Context, *store.Tx, id.ID) error {
			heard <- struct{}{}
			return nil
		}})
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if _, err := w.Portals.CreateCompany(t.Context(), owner, portal.Company{Name: strconv.Itoa(i)}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		sys := w.Portals.System(owner.Portal(), "test")
		all, err := w.Portals.Changes(t.Context(), sys, 0, 100)
		if err != nil || len(all) != 8 || len(heard) < 8 {
			t.Fatalf("%d changes, %d heard, %v", len(all), len(heard), err)
		}
		for i, c := range all {
			if c.Seq != int64(i+1) || c.Kind != portal.ChangeClientAdded {
				t.Errorf("entry %d: %+v", i, c)
			}
		}
		rest, err := w.Portals.Changes(t.Context(), sys, 5, 2)
		if err != nil || len(rest) != 2 || rest[0].Seq != 6 {
			t.Errorf("after 5: %+v, %v", rest, err)
		}
		if _, err := w.Portals.Changes(t.Context(), owner, 0, 1); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a person reads the outbox: %v", err)
		}
	})
}
