package access_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/access/accesstest"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestTheLastAdministratorStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		standard, administrator := w.Profile(admin, access.ProfileStandard), w.Profile(admin, access.ProfileAdministrator)
		user := w.Join(admin, "b@aoba.example", standard, w.Role(admin, "CEO"))
		lastAdmin := func(what string) {
			t.Helper()
			if _, err := w.Access.Deactivate(ctx, admin, admin.User(), 1); !fault.HasCode(err, "last_admin") {
				t.Errorf("%s: deactivate: %v", what, err)
			}
			if _, err := w.Access.Assign(ctx, admin, admin.User(), standard, admin.Role(), 1); !fault.HasCode(err, "last_admin") {
				t.Errorf("%s: demote: %v", what, err)
			}
		}
		lastAdmin("alone")
		w.Assign(admin, user.User(), administrator, user.Role())
		w.Deactivate(admin, user.User())
		lastAdmin("beside an inactive one")
		w.Invite(admin, access.NewUser{Email: "c@aoba.example", Name: "C", ProfileID: administrator, RoleID: admin.Role()})
		lastAdmin("beside an unconfirmed one")
		w.Activate(admin, user.User())
		if _, err := w.Access.Assign(ctx, admin, admin.User(), standard, admin.Role(), 1); err != nil {
			t.Errorf("beside a second one: %v", err)
		}
		// The badge was made when its bearer was still administrator.
		if _, err := w.Access.Deactivate(ctx, admin, user.User(), w.User(user).Version); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an old badge still rules: %v", err)
		}
	})
}

func TestTwoAdministratorsDemoteEachOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		first := w.Organisation("Aoba")
		standard, administrator := w.Profile(first, access.ProfileStandard), w.Profile(first, access.ProfileAdministrator)
		second := w.Join(first, "b@aoba.example", administrator, first.Role())
		for round := range 8 {
			var wg sync.WaitGroup
			errs := make([]error, 2)
			for i, pair := range [2][2]access.Actor{{first, second}, {second, first}} {
				by, of := w.Again(pair[0]), w.User(pair[1])
				wg.Go(func() {
					_, errs[i] = w.Access.Assign(ctx, by, of.ID, standard, of.RoleID, of.Version)
				})
			}
			wg.Wait()
			admins, err := w.Access.Administrators(ctx, w.Access.System(first.Org(), "test"))
			if err != nil || len(admins) != 1 {
				t.Fatalf("round %d: %d administrators are left: %v, %v", round, len(admins), errs, err)
			}
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("round %d: %v", round, errs)
			}
			for _, a := range []access.Actor{first, second} {
				if a.User() != admins[0].ID {
					w.Assign(w.Access.System(first.Org(), "test"), a.User(), administrator, a.Role())
				}
			}
		}
	})
}

func TestWhoIsNoActiveMemberDoesNotEnter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin, neighbour := w.Organisation("Aoba"), w.Organisation("Tanuki")
		person := w.Person("b@aoba.example", "B")
		user := w.Admit(admin, person, w.Profile(admin, access.ProfileStandard), w.Role(admin, "Manager"))
		if _, err := w.Access.Enter(ctx, person, neighbour.Org()); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("entered the neighbour: %v", err)
		}
		if _, err := w.Access.Enter(ctx, person, admin.Org()+1_000_000); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("entered nowhere: %v", err)
		}
		if _, err := w.Access.EnterUser(ctx, neighbour.Org(), user.User()); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a job entered the neighbour: %v", err)
		}
		w.Deactivate(admin, user.User())
		if _, err := w.Access.Enter(ctx, person, admin.Org()); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a deactivated user entered: %v", err)
		}
		if _, err := w.Access.EnterUser(ctx, admin.Org(), user.User()); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a job of a deactivated user went on: %v", err)
		}
		if list, err := w.Access.Organisations(ctx, person); err != nil || len(list) != 0 {
			t.Errorf("offered %v, %v", list, err)
		}
		w.Activate(admin, user.User())
		if _, err := w.Access.Enter(ctx, person, admin.Org()); err != nil {
			t.Errorf("after activation: %v", err)
		}
	})
}

// TestNeighboursDoNotExist calls every method that takes an id with ids of another
// organisation.
func TestNeighboursDoNotExist(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin, other := w.Organisation("Aoba"), w.Organisation("Tanuki")
		mine := w.Join(admin, "b@aoba.example", w.Profile(admin, access.ProfileStandard), w.Role(admin, "Manager"))
		theirs := w.Join(other, "b@tanuki.example", w.Profile(other, access.ProfileStandard), w.Role(other, "Manager"))
		profile, role, top := theirs.Profile(), theirs.Role(), w.Role(other, "CEO")
		for what, do := range map[string]func() error{
			"User":        func() error { _, err := w.Access.User(ctx, admin, theirs.User()); return err },
			"Deactivate":  func() error { _, err := w.Access.Deactivate(ctx, admin, theirs.User(), 1); return err },
			"Activate":    func() error { _, err := w.Access.Activate(ctx, admin, theirs.User(), 1); return err },
			"Rename":      func() error { _, err := w.Access.Rename(ctx, admin, theirs.User(), "x", 1); return err },
			"ChangeEmail": func() error { _, err := w.Access.ChangeEmail(ctx, admin, theirs.User(), "x@y.example", 1); return err },
			"Resend":      func() error { return w.Access.Resend(ctx, admin, theirs.User()) },
			"Assign user": func() error {
				_, err := w.Access.Assign(ctx, admin, theirs.User(), mine.Profile(), mine.Role(), 1)
				return err
			},
			"Assign profile": func() error { _, err := w.Access.Assign(ctx, admin, mine.User(), profile, mine.Role(), 1); return err },
			"Assign role":    func() error { _, err := w.Access.Assign(ctx, admin, mine.User(), mine.Profile(), role, 1); return err },
			"Invite profile": func() error {
				_, err := w.Access.Invite(ctx, admin, access.NewUser{Email: "n@y.example", Name: "N", ProfileID: profile, RoleID: mine.Role()})
				return err
			},
			"Invite role": func() error {
				_, err := w.Access.Invite(ctx, admin, access.NewUser{Email: "n@y.example", Name: "N", ProfileID: mine.Profile(), RoleID: role})
				return err
			},
			"Profile":      func() error { _, err := w.Access.Profile(ctx, admin, profile); return err },
			"CloneProfile": func() error { _, err := w.Access.CloneProfile(ctx, admin, profile, "x"); return err },
			"UpdateProfile": func() error {
				_, err := w.Access.UpdateProfile(ctx, admin, access.ProfileChange{ID: profile, Name: "x", Version: 1})
				return err
			},
			"DeleteProfile":    func() error { return w.Access.DeleteProfile(ctx, admin, profile, mine.Profile(), 1) },
			"CreateRole":       func() error { _, err := w.Access.CreateRole(ctx, admin, role, "x"); return err },
			"RenameRole":       func() error { _, err := w.Access.RenameRole(ctx, admin, role, "x", 1); return err },
			"MoveRole":         func() error { _, err := w.Access.MoveRole(ctx, admin, role, mine.Role(), 1); return err },
			"MoveRole below":   func() error { _, err := w.Access.MoveRole(ctx, admin, mine.Role(), top, 1); return err },
			"DeleteRole":       func() error { return w.Access.DeleteRole(ctx, admin, role, mine.Role(), 1) },
			"DeleteRole moved": func() error { return w.Access.DeleteRole(ctx, admin, mine.Role(), role, 1) },
		} {
			if err := do(); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		names, err := w.Access.UserNames(ctx, admin, []id.ID{mine.User(), theirs.User(), -1, 0})
		if diff := cmp.Diff(map[id.ID]string{mine.User(): mine.Name()}, names); err != nil || diff != "" {
			t.Error(err, diff)
		}
		list, err := w.Access.UsersByProfiles(ctx, admin, []id.ID{profile, mine.Profile()}, page.Request{})
		if err != nil || len(list.Items) != 1 || list.Items[0].ID != mine.User() {
			t.Errorf("by profiles: %+v, %v", list, err)
		}
	})
}

func TestUsersAreListedByKeyset(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		w.Join(w.Organisation("Tanuki"), "stranger@tanuki.example", 0, 0)
		standard, ceo := w.Profile(admin, access.ProfileStandard), w.Role(admin, "CEO")
		for i := range 6 {
			w.Invite(admin, access.NewUser{Email: fmt.Sprintf("u%d@aoba.example", i), Name: fmt.Sprintf("Ｕser 10%% %d", i), ProfileID: standard, RoleID: ceo})
		}
		filter := access.UserFilter{Status: access.Unconfirmed, Text: "user 10% "}
		r := page.Request{Size: 4}
		names := func(p page.Page[access.User]) (s []string) {
			for _, u := range p.Items {
				s = append(s, u.Email[:2])
			}
			return s
		}
		get := func(cursor string) page.Page[access.User] {
			t.Helper()
			r.Cursor = cursor
			p, err := w.Access.Users(ctx, admin, filter, r)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		first := get("")
		second := get(first.Next)
		back := get(second.Prev)
		got := [][]string{names(first), names(second), names(back)}
		want := [][]string{{"u0", "u1", "u2", "u3"}, {"u4", "u5"}, {"u0", "u1", "u2", "u3"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if first.Prev != "" || second.Next != "" || back.Prev != "" || back.Next == "" {
			t.Errorf("cursors: first %q, second %q, back %q %q", first.Prev, second.Next, back.Prev, back.Next)
		}
		if p, err := w.Access.Users(ctx, admin, access.UserFilter{Text: "u10_"}, page.Request{}); err != nil || len(p.Items) != 0 {
			t.Errorf("wildcards are text: %+v, %v", p, err)
		}
		if _, err := w.Access.Users(ctx, admin, filter, page.Request{Cursor: "no cursor"}); !fault.Is(err, fault.KindInvalid) {
			t.Error(err)
		}
		if p, err := w.Access.PickUsers(ctx, admin, "", page.Request{}); err != nil || len(p.Items) != 1 || p.Items[0].ID != admin.User() {
			t.Errorf("pick: %+v, %v", p, err)
		}
	})
}
