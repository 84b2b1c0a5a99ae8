package access_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/access/accesstest"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// TestScopeFollowsTheRoleTree builds CEO > (Manager > Rep, Side), one user in each
// and one record per user, and looks who sees whose.
func TestScopeFollowsTheRoleTree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		other := w.Organisation("Tanuki")
		ceo, manager := w.Role(admin, "CEO"), w.Role(admin, "Manager")
		rep, side := w.AddRole(admin, manager, "Rep"), w.AddRole(admin, ceo, "Side")
		standard := w.Profile(admin, access.ProfileStandard)
		who := map[string]access.Actor{"admin": admin, "other": other}
		for name, role := range map[string]id.ID{"ceo": ceo, "manager": manager, "rep": rep, "side": side} {
			who[name] = w.Join(admin, name+"@aoba.example", standard, role)
		}
		createThings(t, db)
		for name, a := range who {
			insertThing(t, db, a.Org(), name, a.User())
		}
		sees := func(a access.Actor, right access.Right) []string {
			t.Helper()
			scope, err := w.Access.Scope(ctx, w.Again(a), access.TabAccounts, right)
			if err != nil {
				t.Fatal(err)
			}
			return thingsIn(t, db, scope)
		}
		check := func(what string, right access.Right, want map[string][]string) {
			t.Helper()
			for name, things := range want {
				if diff := cmp.Diff(things, sees(who[name], right)); diff != "" {
					t.Errorf("%s: %s may %s (-want +got)\n%s", what, name, right, diff)
				}
			}
		}
		everything := []string{"admin", "ceo", "manager", "rep", "side"}
		private := map[string][]string{
			"admin": everything, "other": {"other"},
			"ceo": {"ceo", "manager", "rep", "side"}, "manager": {"manager", "rep"}, "rep": {"rep"}, "side": {"side"},
		}
		check("private", access.View, private)
		check("private", access.Edit, private)

		w.Share(admin, access.TabAccounts, access.SharingRead)
		check("read", access.View, map[string][]string{"rep": everything, "other": {"other"}})
		check("read", access.Edit, private)

		w.Share(admin, access.TabAccounts, access.SharingReadWrite)
		check("read_write", access.Edit, map[string][]string{"rep": everything, "other": {"other"}})
		check("read_write", access.Delete, private)

		w.Share(admin, access.TabAccounts, access.SharingPrivate)
		w.MoveRole(admin, rep, side)
		check("moved", access.View, map[string][]string{"ceo": {"ceo", "manager", "rep", "side"}, "manager": {"manager"}, "side": {"rep", "side"}})

		w.DeleteRole(admin, side, manager)
		check("deleted", access.View, map[string][]string{"ceo": {"ceo", "manager", "rep", "side"}, "manager": {"manager", "rep"}, "side": {"rep", "side"}, "rep": {"rep"}})

		if got := thingsIn(t, db, access.Scope{}); len(got) != 0 {
			t.Errorf("the zero scope sees %v", got)
		}
		system, err := w.Access.Scope(ctx, w.Access.System(admin.Org(), "test"), access.TabAccounts, access.Delete)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(everything, thingsIn(t, db, system)); diff != "" {
			t.Error("system", diff)
		}
	})
}

func TestScopeNeedsTheRightInTheTab(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		w.Join(admin, "second@aoba.example", w.Profile(admin, access.ProfileStandard), w.Role(admin, "CEO"))
		reader := w.Clone(admin, "Reader", map[string]access.Rights{access.TabAccounts: {View: true}})
		a := w.Join(admin, "reader@aoba.example", reader, w.Role(admin, "Manager"))
		for _, tt := range []struct {
			tab   string
			right access.Right
			want  fault.Kind
		}{
			{access.TabAccounts, access.View, ""},
			{access.TabAccounts, access.Edit, fault.KindForbidden},
			{access.TabDeals, access.View, fault.KindForbidden},
			{"Nonsense", access.View, fault.KindForbidden},
		} {
			_, err := w.Access.Scope(ctx, a, tt.tab, tt.right)
			if got := fault.KindOf(err); got != tt.want {
				t.Errorf("%s %s: %v, want %q", tt.right, tt.tab, err, tt.want)
			}
		}
	})
}

// TestScopeOfMany has more subordinates than a badge lists one by one.
func TestScopeOfMany(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		standard, manager := w.Profile(admin, access.ProfileStandard), w.Role(admin, "Manager")
		boss := w.Join(admin, "boss@aoba.example", standard, w.Role(admin, "CEO"))
		createThings(t, db)
		insertThing(t, db, admin.Org(), "admin", admin.User())
		insertThing(t, db, admin.Org(), "boss", boss.User())
		want := []string{"boss"}
		for i := range 53 {
			name := fmt.Sprintf("u%02d", i)
			u := w.Invite(admin, access.NewUser{Email: name + "@aoba.example", Name: name, ProfileID: standard, RoleID: manager})
			insertThing(t, db, admin.Org(), name, u.ID)
			want = append(want, name)
		}
		scope, err := w.Access.Scope(context.Background(), w.Again(boss), access.TabDeals, access.View)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, thingsIn(t, db, scope)); diff != "" {
			t.Error(diff)
		}
	})
}
