package access_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/access/accesstest"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestCreateFurnishesTheOrganisation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		person := w.Person("mori@aoba.example", "Mori Aoi")
		a, err := w.Access.Create(ctx, person, access.NewOrganisation{Name: "  青葉\n商事 ", Locale: "ja"})
		if err != nil {
			t.Fatal(err)
		}
		want := access.Organisation{
			ID: a.Org(), Name: "青葉 商事", Edition: access.Free, TimeZone: "Asia/Tokyo", Currency: "JPY", Locale: "ja", Version: 1,
		}
		if diff := cmp.Diff(want, a.Organisation()); diff != "" {
			t.Error(diff)
		}
		if !a.Admin() || !a.Can(access.TabDeals, access.Delete) || a.Person() != person.ID() {
			t.Errorf("the creator is no administrator: %+v", a)
		}
		profiles, err := w.Access.Profiles(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, p := range profiles {
			names = append(names, p.Name)
			if !p.Tabs[access.TabAccounts].Delete {
				t.Errorf("%s may not delete accounts", p.Name)
			}
		}
		roles, err := w.Access.Roles(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range roles {
			names = append(names, r.Name)
		}
		if diff := cmp.Diff([]string{"管理者", "標準", "代表取締役", "マネージャー"}, names); diff != "" {
			t.Error(diff)
		}
		if roles[1].ParentID != roles[0].ID || roles[1].Depth != 1 || roles[0].Users != 1 {
			t.Errorf("roles: %+v", roles)
		}
		defaults, err := w.Access.SharingDefaults(ctx, a)
		if err != nil || len(defaults) != len(access.SharedModules()) {
			t.Fatal(defaults, err)
		}
		for _, d := range defaults {
			if d.Sharing != access.SharingPrivate {
				t.Errorf("%s is shared: %s", d.Module, d.Sharing)
			}
		}
	})
}

func TestOrganisationsAreThoseOfThePerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		aoba, tanuki := w.Organisation("Aoba"), w.Organisation("Tanuki")
		w.Organisation("Kitsune")
		person := w.Person("both@example.com", "Both")
		for _, admin := range []access.Actor{tanuki, aoba} {
			w.Admit(admin, person, w.Profile(admin, access.ProfileStandard), w.Role(admin, "Manager"))
		}
		list, err := w.Access.Organisations(ctx, person)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range list {
			got = append(got, m.Organisation.Name)
			if a, err := w.Access.Enter(ctx, person, m.Organisation.ID); err != nil || a.User() != m.UserID {
				t.Errorf("enter %s: %v", m.Organisation.Name, err)
			}
		}
		if diff := cmp.Diff([]string{"Aoba", "Tanuki"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSettings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		good := access.Settings{Name: "Aoba Trading", TimeZone: "Europe/Berlin", Currency: "EUR", Locale: "en", Version: 1}
		for field, spoil := range map[string]func(*access.Settings){
			"name":      func(s *access.Settings) { s.Name = " \t" },
			"time_zone": func(s *access.Settings) { s.TimeZone = "Local" },
			"currency":  func(s *access.Settings) { s.Currency = "YEN" },
			"locale":    func(s *access.Settings) { s.Locale = "fr" },
		} {
			bad := good
			spoil(&bad)
			_, err := w.Access.UpdateOrganisation(ctx, admin, bad)
			if f := fault.As(err); f == nil || f.Kind != fault.KindInvalid || len(f.Fields) != 1 || f.Fields[0].Name != field {
				t.Errorf("bad %s: %v", field, err)
			}
		}
		o, err := w.Access.UpdateOrganisation(ctx, admin, good)
		if err != nil || o.Name != "Aoba Trading" || o.Version != 2 {
			t.Fatal(o, err)
		}
		if _, err := w.Access.UpdateOrganisation(ctx, admin, good); !fault.Is(err, fault.KindStale) {
			t.Errorf("second save of the same page: %v", err)
		}
		standard := w.Join(admin, "b@aoba.example", w.Profile(admin, access.ProfileStandard), w.Role(admin, "CEO"))
		good.Version = 2
		if _, err := w.Access.UpdateOrganisation(ctx, standard, good); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a standard user saved: %v", err)
		}
	})
}

func TestEditionChangeTellsTheHooksInItsTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		w := accesstest.New(t, db)
		admin := w.Organisation("Aoba")
		var told []access.Edition
		var refuse error
		w.Access.AddHooks(access.Hooks{EditionChanged: func(_ context.Context, _ *store.Tx, org id.ID, now access.Edition) error {
			if org != admin.Org() {
				t.Errorf("told of %d", org)
			}
			told = append(told, now)
			return refuse
		}})
		refuse = errors.New("not now")
		if _, err := w.Access.ChangeEdition(ctx, admin, access.Paid, 1); !errors.Is(err, refuse) {
			t.Fatal(err)
		}
		if o, err := w.Access.Organisation(ctx, admin); err != nil || o.Edition != access.Free {
			t.Fatalf("changed although a hook refused: %+v %v", o, err)
		}
		refuse = nil
		for range 2 { // the second is the double click
			if _, err := w.Access.ChangeEdition(ctx, admin, access.Paid, 1); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]access.Edition{access.Paid, access.Paid}, told); diff != "" {
			t.Error(diff)
		}
		if _, err := w.Access.ChangeEdition(ctx, admin, "gold", 2); !fault.Is(err, fault.KindInvalid) {
			t.Error(err)
		}
	})
}
