package access_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/access/accesstest"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/mail"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestAnInvitationMakesAUserOnceAccepted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		var changed []id.ID
		w.Access.AddHooks(access.Hooks{UserChanged: func(_ context.Context, _ *store.Tx, _, user id.ID) error {
			changed = append(changed, user)
			return nil
		}})
		in := access.NewUser{Email: " Ito@Aoba.example ", Name: "Ito", Locale: "ja", ProfileID: w.Profile(admin, access.ProfileStandard), RoleID: w.Role(admin, "Manager")}
		u := w.Invite(admin, in)
		if u.Status != access.Unconfirmed || u.PersonID != 0 || u.Email != "Ito@Aoba.example" || u.InvitedAt.IsZero() || len(changed) != 0 {
			t.Errorf("invited: %+v, hooks %v", u, changed)
		}
		letters, err := w.Mail.List(ctx, mail.Tenant{Org: admin.Org()}, page.Request{})
		if err != nil || len(letters.Items) != 1 || letters.Items[0].Locale != "ja" || letters.Items[0].Link != "" {
			t.Errorf("letters: %+v, %v", letters.Items, err)
		}
		in.Email = "ITO@aoba.example"
		if _, err := w.Access.Invite(ctx, admin, in); !fault.HasCode(err, "duplicate") {
			t.Errorf("invited twice: %v", err)
		}
		if _, err := w.Access.EnterUser(ctx, admin.Org(), u.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("entered before accepting: %v", err)
		}
		person, err := w.Accept(admin, u)
		if err != nil {
			t.Fatal(err)
		}
		a, err := w.Access.Enter(ctx, person, admin.Org())
		if err != nil || a.User() != u.ID || a.Admin() || !a.Can(access.TabDeals, access.Create) {
			t.Errorf("entered as %+v, %v", a, err)
		}
		if diff := cmp.Diff([]id.ID{u.ID}, changed); diff != "" {
			t.Error("hooks", diff)
		}
		if err := w.Access.Resend(ctx, admin, u.ID); !fault.HasCode(err, "not_invited") {
			t.Errorf("invited again after accepting: %v", err)
		}
	})
}

func TestAnInvitationThatNobodyMeansAnyMoreIsVoid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		standard, role := w.Profile(admin, access.ProfileStandard), w.Role(admin, "Manager")
		u := w.Invite(admin, access.NewUser{Email: "a@aoba.example", Name: "A", ProfileID: standard, RoleID: role})
		w.Deactivate(admin, u.ID)
		if _, err := w.Accept(admin, u); !fault.HasCode(err, "invitation_void") {
			t.Errorf("a withdrawn invitation: %v", err)
		}
		w.Activate(admin, u.ID)
		if _, err := w.Accept(admin, u); err != nil {
			t.Errorf("invited anew: %v", err)
		}
		double := w.Invite(admin, access.NewUser{Email: "admin@tanuki.example", Name: "A", ProfileID: standard, RoleID: role})
		changed, err := w.Access.ChangeEmail(context.Background(), admin, double.ID, "c@aoba.example", double.Version)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Accept(admin, double); !fault.HasCode(err, "invitation_void") {
			t.Errorf("the address before the change: %v", err)
		}
		if _, err := w.Accept(admin, changed); err != nil {
			t.Errorf("the address after the change: %v", err)
		}
	})
}

func TestANewAddressCountsOnceItsHolderAccepts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		before := w.Person("old@aoba.example", "Mori")
		a := w.Admit(admin, before, 0, 0)
		u, err := w.Access.ChangeEmail(ctx, admin, a.User(), "new@aoba.example", 1)
		if err != nil || u.Email != "old@aoba.example" || u.PendingEmail != "new@aoba.example" {
			t.Fatalf("%+v, %v", u, err)
		}
		if _, err := w.Access.Enter(ctx, before, admin.Org()); err != nil {
			t.Errorf("the old address stopped working too early: %v", err)
		}
		after, err := w.Accept(admin, u)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.User(a); got.Email != "new@aoba.example" || got.PendingEmail != "" || got.PersonID != after.ID() {
			t.Errorf("after: %+v", got)
		}
		if _, err := w.Access.Enter(ctx, before, admin.Org()); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("the old person still enters: %v", err)
		}
		if _, err := w.Access.Enter(ctx, after, admin.Org()); err != nil {
			t.Errorf("the new person does not enter: %v", err)
		}
		if _, err := w.Access.ChangeEmail(ctx, admin, a.User(), admin.Email(), w.User(a).Version); !fault.HasCode(err, "duplicate") {
			t.Errorf("another user's address: %v", err)
		}
	})
}

// TestManagingUsersDoesNotLiftAnybodyUp: who may manage users but is no administrator
// reaches nobody with more rights, and gives none.
func TestManagingUsersDoesNotLiftAnybodyUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		standard, administrator, role := w.Profile(admin, access.ProfileStandard), w.Profile(admin, access.ProfileAdministrator), w.Role(admin, "Manager")
		wide := w.Join(admin, "wide@aoba.example", standard, role)
		reader := map[string]access.Rights{access.TabAccounts: {View: true}}
		desk, narrow := w.Clone(admin, "Desk", reader), w.Clone(admin, "Narrow", reader)
		if _, err := w.Access.UpdateProfile(ctx, admin, access.ProfileChange{
			ID: desk, Name: "Desk", Tabs: reader, Permissions: map[access.Permission]bool{access.ManageUsers: true}, Version: 3,
		}); err != nil {
			t.Fatal(err)
		}
		clerk := w.Join(admin, "clerk@aoba.example", desk, role)
		low := w.Join(admin, "low@aoba.example", narrow, role)
		for what, do := range map[string]func() error{
			"invite an administrator": func() error {
				_, err := w.Access.Invite(ctx, clerk, access.NewUser{Email: "x@aoba.example", Name: "X", ProfileID: administrator, RoleID: role})
				return err
			},
			"invite somebody with more": func() error {
				_, err := w.Access.Invite(ctx, clerk, access.NewUser{Email: "x@aoba.example", Name: "X", ProfileID: standard, RoleID: role})
				return err
			},
			"take over somebody with more": func() error {
				_, err := w.Access.ChangeEmail(ctx, clerk, wide.User(), "clerk2@aoba.example", 1)
				return err
			},
			"deactivate the administrator": func() error {
				_, err := w.Access.Deactivate(ctx, clerk, admin.User(), 1)
				return err
			},
			"assign a profile": func() error {
				_, err := w.Access.Assign(ctx, clerk, low.User(), standard, role, 1)
				return err
			},
			"change a profile": func() error {
				_, err := w.Access.UpdateProfile(ctx, clerk, access.ProfileChange{ID: narrow, Name: "N", Version: 3})
				return err
			},
		} {
			if err := do(); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s: %v", what, err)
			}
		}
		w.Deactivate(clerk, low.User())
		w.Invite(clerk, access.NewUser{Email: "x@aoba.example", Name: "X", ProfileID: narrow, RoleID: role})
	})
}
