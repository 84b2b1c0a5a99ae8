package access_test

import (
	"context"
	"slices"
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

// TestActsAreToldAndKept: hooks, letters and audit entries of one user's life, none of
// which a neighbour's administrator reads.
func TestActsAreToldAndKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin, other := w.Organisation("Aoba"), w.Organisation("Tanuki")
		person := w.Person("b@aoba.example", "B")
		changed := 0
		w.Access.AddHooks(access.Hooks{UserChanged: func(_ context.Context, _ *store.Tx, org, _ id.ID) error {
			if org == admin.Org() {
				changed++
			}
			return nil
		}})
		a := w.Admit(admin, person, 0, 0)                                                              // 1
		w.Assign(admin, a.User(), a.Profile(), w.Role(admin, "CEO"))                                   // a role alone is nobody's business
		w.Assign(admin, a.User(), w.Profile(admin, access.ProfileAdministrator), w.Role(admin, "CEO")) // 2
		w.Assign(admin, a.User(), w.Profile(admin, access.ProfileAdministrator), w.Role(admin, "CEO")) // nothing
		if _, err := w.Access.Rename(ctx, admin, a.User(), "Bessho", w.User(a).Version); err != nil {  // 3
			t.Fatal(err)
		}
		if err := w.People.SetLocale(ctx, person, "ja"); err != nil {
			t.Fatal(err)
		}
		admins, err := w.Access.Administrators(ctx, admin)
		if err != nil || len(admins) != 2 || admins[1].Name != "Bessho" || admins[1].Locale != "ja" {
			t.Errorf("administrators: %+v, %v", admins, err)
		}
		w.Deactivate(admin, a.User()) // 4
		w.Activate(admin, a.User())   // 5
		if changed != 5 {
			t.Errorf("the hook was told %d times, want 5", changed)
		}
		log, err := w.Access.AuditLog(ctx, admin, page.Request{})
		if err != nil {
			t.Fatal(err)
		}
		var acts []string
		for _, e := range log.Items {
			acts = append(acts, e.Act)
			if e.Actor != admin.Person() && e.Act != "access.user.added" {
				t.Errorf("%s was done by %d", e.Act, e.Actor)
			}
		}
		slices.Reverse(acts)
		if diff := cmp.Diff([]string{
			"access.organisation.created", "access.user.added", "access.user.assigned", "access.user.assigned",
			"access.user.renamed", "access.user.deactivated", "access.user.activated",
		}, acts); diff != "" {
			t.Error(diff)
		}
		letters, err := w.Access.Letters(ctx, admin, page.Request{})
		if err != nil || len(letters.Items) != 1 || letters.Items[0].To.Email != "b@aoba.example" || letters.Items[0].Locale != "ja" {
			t.Fatalf("letters: %+v, %v", letters.Items, err)
		}
		if _, err := w.Access.Letter(ctx, other, letters.Items[0].ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a neighbour reads the letter: %v", err)
		}
		if _, err := w.Access.Letters(ctx, w.Join(admin, "c@aoba.example", 0, 0), page.Request{}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a standard user reads the outbox: %v", err)
		}
	})
}

func TestUsersByProfilesResumes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		standard := w.Profile(admin, access.ProfileStandard)
		var want, got []string
		for _, name := range []string{"c", "a", "b"} {
			want = append(want, w.Join(admin, name+"@aoba.example", standard, 0).Email())
		}
		w.Deactivate(admin, w.Join(admin, "gone@aoba.example", standard, 0).User())
		w.Invite(admin, access.NewUser{Email: "later@aoba.example", Name: "L", ProfileID: standard, RoleID: admin.Role()})
		system := w.Access.System(admin.Org(), "provision")
		r := page.Request{Size: 2}
		for range 4 {
			p, err := w.Access.UsersByProfiles(ctx, system, []id.ID{standard}, r)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range p.Items {
				got = append(got, u.Email)
			}
			if r.Cursor = p.Next; r.Cursor == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
