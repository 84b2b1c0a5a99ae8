package access_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/access/accesstest"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestProfilesAreClonedChangedAndDeleted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		standard, administrator := w.Profile(admin, access.ProfileStandard), w.Profile(admin, access.ProfileAdministrator)
		if _, err := w.Access.CloneProfile(ctx, admin, standard, "Sales"); !fault.HasCode(err, "two_users") {
			t.Fatalf("cloned with one user: %v", err)
		}
		second := w.Join(admin, "b@aoba.example", standard, w.Role(admin, "Manager"))
		sales, err := w.Access.CloneProfile(ctx, admin, standard, "Sales")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Access.CloneProfile(ctx, admin, standard, " ｓａｌｅｓ "); !fault.Is(err, fault.KindConflict) {
			t.Errorf("the same name in another width: %v", err)
		}
		changed, err := w.Access.UpdateProfile(ctx, admin, access.ProfileChange{
			ID: sales.ID, Name: "Field sales", Version: sales.Version,
			Tabs:        map[string]access.Rights{access.TabAccounts: {View: true, Edit: true}, access.TabDeals: {Create: true, Edit: true, Delete: true}},
			Permissions: map[access.Permission]bool{access.Import: true, access.Export: false},
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.Access.Profile(ctx, admin, sales.ID)
		if err != nil {
			t.Fatal(err)
		}
		want := access.Profile{
			ID: sales.ID, Name: "Field sales", Kind: access.ProfileCustom, Version: 2,
			Tabs:        map[string]access.Rights{access.TabAccounts: {View: true, Edit: true}},
			Permissions: map[access.Permission]bool{access.Import: true},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("clearing View must clear Deals:\n%s", diff)
		}
		if _, err := w.Access.UpdateProfile(ctx, admin, access.ProfileChange{ID: sales.ID, Name: "x", Version: 1}); !fault.Is(err, fault.KindStale) {
			t.Errorf("an old page saved: %v", err)
		}
		for name, in := range map[string]access.ProfileChange{
			"locked":  {ID: administrator, Name: "x", Version: 1},
			"unknown": {ID: sales.ID, Name: "x", Version: 2, Tabs: map[string]access.Rights{"Projects": {View: true}}},
		} {
			if _, err := w.Access.UpdateProfile(ctx, admin, in); err == nil {
				t.Errorf("%s profile was changed", name)
			}
		}
		w.Assign(admin, second.User(), sales.ID, second.Role())
		if a := w.Again(second); !a.Can(access.TabAccounts, access.Edit) || a.Can(access.TabDeals, access.View) || !a.Allowed(access.Import) || a.Allowed(access.Export) {
			t.Errorf("the badge does not show the profile: %+v", a)
		}
		var deleted [3]id.ID
		w.Access.AddHooks(access.Hooks{ProfileDeleted: func(_ context.Context, _ *store.Tx, org, profile, movedTo id.ID) error {
			deleted = [3]id.ID{org, profile, movedTo}
			return nil
		}})
		if err := w.Access.DeleteProfile(ctx, admin, standard, administrator, 1); !fault.HasCode(err, "default_profile") {
			t.Errorf("the standard profile was deleted: %v", err)
		}
		if err := w.Access.DeleteProfile(ctx, admin, sales.ID, sales.ID, changed.Version); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("moved to itself: %v", err)
		}
		if err := w.Access.DeleteProfile(ctx, admin, sales.ID, standard, changed.Version); err != nil {
			t.Fatal(err)
		}
		if deleted != [3]id.ID{admin.Org(), sales.ID, standard} {
			t.Errorf("hook was told %v", deleted)
		}
		if a := w.Again(second); a.Profile() != standard || !a.Can(access.TabDeals, access.View) {
			t.Errorf("the user did not move: %+v", a)
		}
	})
}

func TestRolesFormOneTree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		ceo, manager := w.Role(admin, "CEO"), w.Role(admin, "Manager")
		rep := w.AddRole(admin, manager, "Rep")
		refused := map[string]func() error{
			"circle":                 func() error { _, err := w.Access.MoveRole(ctx, admin, manager, rep, 1); return err },
			"itself":                 func() error { _, err := w.Access.MoveRole(ctx, admin, manager, manager, 1); return err },
			"top":                    func() error { _, err := w.Access.MoveRole(ctx, admin, ceo, rep, 1); return err },
			"delete the top":         func() error { return w.Access.DeleteRole(ctx, admin, ceo, rep, 1) },
			"delete to below":        func() error { return w.Access.DeleteRole(ctx, admin, manager, rep, 1) },
			"doubled name":           func() error { _, err := w.Access.CreateRole(ctx, admin, ceo, "rep"); return err },
			"rename to another's":    func() error { _, err := w.Access.RenameRole(ctx, admin, rep, "manager", 1); return err },
			"a page from yesterday":  func() error { _, err := w.Access.RenameRole(ctx, admin, rep, "Agent", 0); return err },
			"below nothing at all":   func() error { _, err := w.Access.CreateRole(ctx, admin, 0, "Second top"); return err },
			"move to nothing at all": func() error { _, err := w.Access.MoveRole(ctx, admin, rep, 0, 1); return err },
		}
		for what, do := range refused {
			switch fault.KindOf(do()) {
			case fault.KindConflict, fault.KindStale, fault.KindNotFound:
			default:
				t.Errorf("%s: %v", what, do())
			}
		}
		if _, err := w.Access.RenameRole(ctx, admin, rep, "Agent", 1); err != nil {
			t.Fatal(err)
		}
		roles, err := w.Access.Roles(ctx, admin)
		if err != nil {
			t.Fatal(err)
		}
		want := []access.Role{
			{ID: ceo, Name: "CEO", Users: 1, Version: 1},
			{ID: manager, ParentID: ceo, Name: "Manager", Depth: 1, Version: 1},
			{ID: rep, ParentID: manager, Name: "Agent", Depth: 2, Version: 2},
		}
		if diff := cmp.Diff(want, roles); diff != "" {
			t.Error(diff)
		}
	})
}
