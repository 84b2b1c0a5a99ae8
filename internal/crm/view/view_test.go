package view_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/query"
	"musubi/internal/crm/record"
	"musubi/internal/crm/view"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

var ctx = context.Background()

// media asks for the accounts of one industry.
func media(name string) view.Draft {
	return view.Draft{Name: name, Columns: []string{"Owner", "Industry"}, Sort: "Modified_Time", Desc: true,
		Criteria: query.Criteria{List: []query.Criterion{{Field: "Industry", Op: query.OneOf, Values: []string{"Media"}}}}}
}

func TestNothingAnswersWithoutABadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		badgetest.Run(t, view.New(db, crmtest.New(t, db).Records))
	})
}

// org is an administrator, two others of whom the second may share, and a neighbour.
func org(t *testing.T, db *store.DB) (w *crmtest.World, s *view.Service, admin, one, two, neighbour access.Actor) {
	t.Helper()
	w = crmtest.New(t, db)
	admin, neighbour = w.Organisation("Minato"), w.Organisation("Kaede")
	one = w.Join(admin, "one@minato.example", 0, 0)
	sharer := w.Clone(admin, "Sharer", map[string]access.Rights{builtin.Accounts: access.AllRights()})
	p, err := w.Access.Profile(ctx, admin, sharer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Access.UpdateProfile(ctx, admin, access.ProfileChange{ID: p.ID, Name: p.Name, Version: p.Version, Tabs: p.Tabs,
		Permissions: map[access.Permission]bool{access.ShareViews: true}}); err != nil {
		t.Fatal(err)
	}
	two = w.Join(admin, "two@minato.example", sharer, 0)
	return w, view.New(db, w.Records), admin, one, two, neighbour
}

func TestAViewIsOnesOwnUntilItIsShared(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, s, admin, one, two, neighbour := org(t, db)
		w.Make(two, builtin.Accounts, map[string]any{"Account_Name": "two's", "Industry": "Media"})
		w.Make(one, builtin.Accounts, map[string]any{"Account_Name": "one's", "Industry": "Media"})
		made, err := s.Create(ctx, two, builtin.Accounts, media("  報道  機関 "))
		if err != nil || made.Name != "報道 機関" || !made.Edit {
			t.Fatal(made, err)
		}
		hidden := func(when string, who ...access.Actor) {
			t.Helper()
			for _, as := range who {
				if _, err := s.Get(ctx, as, builtin.Accounts, made.ID); !fault.Is(err, fault.KindNotFound) {
					t.Errorf("%s, %s gets it: %v", when, as.Name(), err)
				}
				if _, err := s.Shelf(ctx, as, builtin.Accounts, made.Key); !fault.Is(err, fault.KindNotFound) {
					t.Errorf("%s, %s opens it: %v", when, as.Name(), err)
				}
				for name, err := range map[string]error{
					"deletes":    s.Delete(ctx, as, builtin.Accounts, made.ID),
					"favourites": s.SetFavourite(ctx, as, builtin.Accounts, made.Key),
				} {
					if !fault.Is(err, fault.KindNotFound) {
						t.Errorf("%s, %s %s it: %v", when, as.Name(), name, err)
					}
				}
				d := media("x")
				d.Shared = as.Admin()
				if _, err := s.Update(ctx, as, builtin.Accounts, made.ID, 1, d); !fault.Is(err, fault.KindNotFound) {
					t.Errorf("%s, %s changes it: %v", when, as.Name(), err)
				}
			}
		}
		hidden("private", one, admin, neighbour)
		if _, err := s.Get(ctx, two, builtin.Contacts, made.ID); err == nil {
			t.Error("it is found under another tab")
		}

		d := media("報道機関")
		d.Shared = true
		if _, err := s.Create(ctx, one, builtin.Accounts, d); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("shared without the permission: %v", err)
		}
		if made, err = s.Update(ctx, two, builtin.Accounts, made.ID, 1, d); err != nil || made.Version != 2 {
			t.Fatal(made, err)
		}
		hidden("shared", neighbour)
		shelf, err := s.Shelf(ctx, one, builtin.Accounts, made.Key)
		if err != nil || len(shelf.Shared) != 1 || len(shelf.Mine) != 0 || shelf.Current.Edit || shelf.Current.OwnerName != two.Name() {
			t.Fatalf("%+v, %v", shelf, err)
		}
		// What it finds is what the reader may see.
		list, err := w.Records.List(ctx, one, builtin.Accounts, record.Query{Where: shelf.Current.Criteria})
		if err != nil || len(list.Items) != 1 || list.Items[0].Name != "one's" {
			t.Errorf("%+v, %v", list.Items, err)
		}
		if _, err := s.Update(ctx, one, builtin.Accounts, made.ID, 2, media("x")); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a reader changed it: %v", err)
		}
		if err := s.Delete(ctx, one, builtin.Accounts, made.ID); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a reader deleted it: %v", err)
		}
		if _, err := s.Update(ctx, admin, builtin.Accounts, made.ID, 2, media("x")); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("taken back by another: %v", err)
		}
		if _, err := s.Update(ctx, admin, builtin.Accounts, made.ID, 2, d); err != nil {
			t.Error(err)
		}
		if _, err := s.Update(ctx, two, builtin.Accounts, made.ID, 2, d); !fault.Is(err, fault.KindStale) {
			t.Errorf("an old version: %v", err)
		}
		if err := s.Delete(ctx, admin, builtin.Accounts, made.ID); err != nil {
			t.Error(err)
		}
		hidden("deleted", one, two, admin)
		if shelf, err = s.Shelf(ctx, one, builtin.Accounts, ""); err != nil || shelf.Current.Key != view.KeyAll {
			t.Errorf("the last view is gone: %+v, %v", shelf.Current, err)
		}
	})
}

func TestWhatOpensFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		_, s, admin, one, _, _ := org(t, db)
		opens := func(as access.Actor, key, want string) {
			t.Helper()
			shelf, err := s.Shelf(ctx, as, builtin.Accounts, key)
			if err != nil || shelf.Current.Key != want {
				t.Errorf("%q opens %q, want %q, %v", key, shelf.Current.Key, want, err)
			}
		}
		opens(one, "", view.KeyAll)
		opens(one, view.KeyMine, view.KeyMine)
		opens(one, "", view.KeyMine)
		opens(admin, "", view.KeyAll)
		made, err := s.Create(ctx, one, builtin.Accounts, media("報道"))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SetFavourite(ctx, one, builtin.Accounts, made.Key); err != nil {
			t.Fatal(err)
		}
		opens(one, view.KeyNew, view.KeyNew)
		opens(one, "", made.Key)
		if err := s.SetFavourite(ctx, one, builtin.Accounts, ""); err != nil {
			t.Fatal(err)
		}
		opens(one, "", view.KeyNew)
		for _, key := range []string{"nonsense", "0", "99"} {
			if err := s.SetFavourite(ctx, one, builtin.Accounts, key); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%q: %v", key, err)
			}
			if _, err := s.Shelf(ctx, one, builtin.Accounts, key); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%q: %v", key, err)
			}
		}
		for _, m := range builtin.Modules().All() { // the built-in ones can all be read
			shelf, err := s.Shelf(ctx, admin, m.Name, "")
			if err != nil || len(shelf.System) < 4 {
				t.Fatal(m.Name, err)
			}
			for _, v := range shelf.System {
				if _, err := query.Check(admin, m, v.Criteria); err != nil {
					t.Errorf("%s %s: %v", m.Name, v.Key, err)
				}
			}
		}
	})
}

func TestColumns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, s, admin, one, _, _ := org(t, db)
		m, _ := builtin.Modules().Module(builtin.Contacts)
		shows := func(as access.Actor, want ...string) {
			t.Helper()
			shelf, err := s.Shelf(ctx, as, builtin.Contacts, "")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, shelf.Current.Columns); diff != "" {
				t.Error(diff)
			}
		}
		shows(one, "Account_Name", "Title", "Email", "Phone", "Owner")
		if err := s.SetColumns(ctx, one, builtin.Contacts, []string{"Mobile", "Account_Name"}); err != nil {
			t.Fatal(err)
		}
		shows(one, "Mobile", "Account_Name")
		shows(admin, "Account_Name", "Title", "Email", "Phone", "Owner")
		if err := s.SetColumns(ctx, one, builtin.Contacts, nil); err != nil {
			t.Fatal(err)
		}
		shows(one, "Account_Name", "Title", "Email", "Phone", "Owner")
		clerk := w.Join(admin, "clerk@minato.example", w.Clone(admin, "Contacts only", map[string]access.Rights{builtin.Contacts: access.AllRights()}), 0)
		shows(clerk, "Title", "Email", "Phone", "Owner")
		for name, columns := range map[string][]string{
			"unknown": {"Secret"}, "twice": {"Mobile", "Mobile"}, "the name": {m.NameField}, "a long text": {"Description"}, "a hidden column": {"email_key"},
			"too many": slices.Repeat([]string{"Mobile"}, view.MaxColumns+1),
		} {
			if err := s.SetColumns(ctx, one, builtin.Contacts, columns); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.SetColumns(ctx, clerk, builtin.Contacts, []string{"Account_Name"}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a hidden field: %v", err)
		}
	})
}

func TestADraftHasLimits(t *testing.T) {
	db := storetest.New(t, store.SQLite, nil)
	_, s, admin, _, _, _ := org(t, db)
	for name, change := range map[string]func(*view.Draft){
		"no name":      func(d *view.Draft) { d.Name = " " },
		"a long name":  func(d *view.Draft) { d.Name = strings.Repeat("あ", view.MaxName+1) },
		"no such sort": func(d *view.Draft) { d.Sort = "Phone" },
		"no criterion": func(d *view.Draft) { d.Criteria.List[0].Field = "Secret" },
		"too many":     func(d *view.Draft) { d.Criteria.List = slices.Repeat(d.Criteria.List, query.MaxCriteria+1) },
		"column":       func(d *view.Draft) { d.Columns = []string{"Secret"} },
	} {
		d := media("報道")
		change(&d)
		if _, err := s.Create(ctx, admin, builtin.Accounts, d); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var last id.ID
	for range view.MaxOwn {
		v, err := s.Create(ctx, admin, builtin.Accounts, media("報道"))
		if err != nil {
			t.Fatal(err)
		}
		last = v.ID
	}
	if _, err := s.Create(ctx, admin, builtin.Accounts, media("one more")); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a view too many: %v", err)
	}
	if _, err := s.Update(ctx, admin, builtin.Accounts, last, 1, media("renamed")); err != nil {
		t.Errorf("a full shelf cannot be changed: %v", err)
	}
}
