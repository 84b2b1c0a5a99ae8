package record_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/note"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// merging asks for a merge of records as they are now.
func merging(t *testing.T, w *crmtest.World, as access.Actor, module string, master id.ID, others ...id.ID) record.Merge {
	t.Helper()
	in := record.Merge{Master: master, Others: others, From: map[string]id.ID{}, Versions: map[id.ID]int64{}}
	for _, n := range append([]id.ID{master}, others...) {
		r, _, err := w.Records.Get(ctx, as, module, n)
		if err != nil {
			t.Fatal(err)
		}
		in.Versions[n] = r.Version
	}
	return in
}

// TestMerge: the master takes the chosen values and all that belonged to the others,
// whose addresses lead to it, and who do not come back.
func TestMerge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		notes := note.New(db, w.Records)
		admin := w.Organisation("Minato")
		group := w.Account(admin, "青空グループ")
		master := w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "青空製作所", "Phone": "03-1111-2222"})
		twin := w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "青空製作所", "Phone": "03-9999-0000", "Website": "aozora.example", "Parent_Account": group})
		third := w.Account(admin, "アオゾラ")
		branch := w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "青空 支店", "Parent_Account": twin})
		contact, deal := w.Contact(admin, twin, "山田", "yamada@aozora.example"), w.Deal(admin, third, "受発注")
		binned := w.Deal(admin, twin, "古い商談")
		if err := w.Records.Delete(ctx, admin, builtin.Deals, binned); err != nil {
			t.Fatal(err)
		}
		if _, err := notes.Create(ctx, admin, builtin.Accounts, twin, "電話", "折り返し"); err != nil {
			t.Fatal(err)
		}
		found, err := w.Records.Twins(ctx, admin, builtin.Accounts, master, "")
		if err != nil || len(found.Records) != 1 || found.Records[0].ID != twin {
			t.Errorf("the same name: %+v, %v", found.Records, err)
		}
		if found, err = w.Records.Twins(ctx, admin, builtin.Accounts, master, "アオゾラ"); err != nil || len(found.Records) != 1 || found.Records[0].ID != third {
			t.Errorf("by search: %+v, %v", found.Records, err)
		}

		in := merging(t, w, admin, builtin.Accounts, master, twin, third)
		in.From = map[string]id.ID{"Website": twin, "Phone": master, "Parent_Account": twin}
		got, err := w.Records.Merge(ctx, admin, builtin.Accounts, in)
		if err != nil {
			t.Fatal(err)
		}
		if got.Values["Website"] != "aozora.example" || got.Values["Phone"] != "03-1111-2222" || got.Lookup("Parent_Account") != group {
			t.Errorf("the master holds %v", got.Values)
		}
		for module, of := range map[string]id.ID{builtin.Contacts: contact, builtin.Deals: deal} {
			if r, _, err := w.Records.Get(ctx, admin, module, of); err != nil || r.Lookup("Account_Name") != master || r.Version != 2 {
				t.Errorf("%s points at %v, version %d, %v", module, r.Lookup("Account_Name"), r.Version, err)
			}
		}
		if r, _, _ := w.Records.Get(ctx, admin, builtin.Accounts, branch); r.Lookup("Parent_Account") != master {
			t.Errorf("the branch is below %v", r.Lookup("Parent_Account"))
		}
		if err := w.Records.Restore(ctx, admin, builtin.Deals, binned); err != nil {
			t.Fatal(err)
		}
		if r, _, err := w.Records.Get(ctx, admin, builtin.Deals, binned); err != nil || r.Lookup("Account_Name") != master {
			t.Errorf("what came out of the bin points at %v, %v", r.Lookup("Account_Name"), err)
		}
		if l, err := notes.List(ctx, admin, builtin.Accounts, master, page.Request{}); err != nil || len(l.Items) != 1 {
			t.Errorf("notes %v, %v", l.Items, err)
		}
		told, err := w.Records.Timeline(ctx, admin, builtin.Accounts, master, 5)
		if err != nil || told.Events[0].Act != record.ActMerged || told.Events[0].Subject != "青空製作所, アオゾラ" {
			t.Errorf("timeline %+v, %v", told.Events, err)
		}
		log, err := w.Access.AuditLog(ctx, admin, page.Request{})
		if err != nil || log.Items[0].Act != "access.merged" || log.Items[0].Detail != "Accounts: 青空製作所 ← 青空製作所, アオゾラ" {
			t.Errorf("audit %+v, %v", log.Items, err)
		}
		if to, err := w.Records.Successor(ctx, admin, builtin.Accounts, third); err != nil || to != master {
			t.Errorf("the old address leads to %v, %v", to, err)
		}
		if err := w.Records.Restore(ctx, admin, builtin.Accounts, twin); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("restoring what was merged: %v", err)
		}
		if bin, err := w.Records.Bin(ctx, admin, "", page.Request{}); err != nil || len(bin.Items) != 0 {
			t.Errorf("the bin shows %+v, %v", bin.Items, err)
		}
		// The master goes into another: the first addresses follow.
		last := w.Account(admin, "青空ホールディングス")
		if _, err := w.Records.Merge(ctx, admin, builtin.Accounts, merging(t, w, admin, builtin.Accounts, last, master)); err != nil {
			t.Fatal(err)
		}
		if to, err := w.Records.Successor(ctx, admin, builtin.Accounts, twin); err != nil || to != last {
			t.Errorf("after another merge it leads to %v, %v", to, err)
		}
	})
}

// TestMergeRefusals: rights, sharing, other tenants, stale pages, nonsense.
func TestMergeRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin, neighbour := w.Organisation("Minato"), w.Organisation("Kaede")
		clerk := w.Join(admin, "clerk@minato.example", 0, 0)
		mine, also, theirs := w.Account(clerk, "A"), w.Account(clerk, "B"), w.Account(admin, "C")
		foreign := w.Account(neighbour, "A")
		task := w.Make(admin, builtin.Tasks, map[string]any{"Subject": "T"})
		ask := func(module string, master id.ID, others ...id.ID) record.Merge {
			in := record.Merge{Master: master, Others: others, Versions: map[id.ID]int64{}}
			for _, n := range append(others, master) {
				in.Versions[n] = 1
			}
			return in
		}
		odd := ask(builtin.Accounts, mine, also)
		odd.From = map[string]id.ID{"Phone": theirs}
		for name, c := range map[string]struct {
			as     access.Actor
			module string
			in     record.Merge
			kind   fault.Kind
		}{
			"a record one may not see":  {clerk, builtin.Accounts, ask(builtin.Accounts, mine, theirs), fault.KindNotFound},
			"a master one may not see":  {clerk, builtin.Accounts, ask(builtin.Accounts, theirs, mine), fault.KindNotFound},
			"another organisation's":    {admin, builtin.Accounts, ask(builtin.Accounts, mine, foreign), fault.KindNotFound},
			"itself":                    {admin, builtin.Accounts, ask(builtin.Accounts, mine, mine), fault.KindInvalid},
			"nothing":                   {admin, builtin.Accounts, ask(builtin.Accounts, mine), fault.KindInvalid},
			"four":                      {admin, builtin.Accounts, ask(builtin.Accounts, mine, also, theirs, foreign), fault.KindInvalid},
			"tasks":                     {admin, builtin.Tasks, ask(builtin.Tasks, task, mine), fault.KindNotFound},
			"a stale page":              {admin, builtin.Accounts, record.Merge{Master: mine, Others: []id.ID{also}, Versions: map[id.ID]int64{mine: 1, also: 2}}, fault.KindStale},
			"a value of something else": {admin, builtin.Accounts, odd, fault.KindInvalid},
			"nobody":                    {access.Actor{}, builtin.Accounts, ask(builtin.Accounts, mine, also), fault.KindUnauthenticated},
		} {
			if _, err := w.Records.Merge(ctx, c.as, c.module, c.in); !fault.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.Share(admin, builtin.Accounts, access.SharingReadWrite)
		clerk = w.Again(clerk)
		if _, err := w.Records.Merge(ctx, clerk, builtin.Accounts, ask(builtin.Accounts, mine, theirs)); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("one may edit but not delete: %v", err)
		}
		if _, err := w.Records.Compare(ctx, clerk, builtin.Accounts, mine, []id.ID{theirs}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("its page: %v", err)
		}
		if c, err := w.Records.Compare(ctx, clerk, builtin.Accounts, theirs, []id.ID{mine}); err != nil || len(c.Records) != 2 || c.Records[0].ID != theirs {
			t.Errorf("the other way round: %+v, %v", c, err)
		}
	})
}

// TestMergeOfTooMuch: what would move more than is good for everybody else is refused,
// on the page already; the other way round it can be done.
func TestMergeOfTooMuch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		notes := note.New(db, w.Records)
		admin := w.Organisation("Minato")
		small, large := w.Account(admin, "A"), w.Account(admin, "B")
		w.Contact(admin, large, "One", "")
		w.Deal(admin, large, "Two")
		w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "Three", "Parent_Account": large})
		if _, err := notes.Create(ctx, admin, builtin.Accounts, large, "", "four"); err != nil {
			t.Fatal(err)
		}
		w.Records.SetMergeCap(3)
		refused := func(err error) bool { return fault.Is(err, fault.KindInvalid) && fault.HasCode(err, "merge_large") }
		if _, err := w.Records.Compare(ctx, admin, builtin.Accounts, small, []id.ID{large}); !refused(err) {
			t.Errorf("the page: %v", err)
		}
		if _, err := w.Records.Merge(ctx, admin, builtin.Accounts, merging(t, w, admin, builtin.Accounts, small, large)); !refused(err) {
			t.Errorf("the merge: %v", err)
		}
		if r, _, err := w.Records.Get(ctx, admin, builtin.Accounts, large); err != nil || r.Version != 1 {
			t.Errorf("refused, and changed: %+v, %v", r, err)
		}
		w.Records.SetMergeCap(4)
		if _, err := w.Records.Compare(ctx, admin, builtin.Accounts, small, []id.ID{large}); err != nil {
			t.Errorf("at the bound: %v", err)
		}
		w.Records.SetMergeCap(0)
		if _, err := w.Records.Merge(ctx, admin, builtin.Accounts, merging(t, w, admin, builtin.Accounts, large, small)); err != nil {
			t.Errorf("the other way round: %v", err)
		}
	})
}

// TestMergeTwice: a double click, and two merges that want the same record.
func TestMergeTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		a, b, c := w.Account(admin, "A"), w.Account(admin, "B"), w.Account(admin, "C")
		w.Contact(admin, b, "山田", "y@b.example")
		in := merging(t, w, admin, builtin.Accounts, a, b)
		rival := merging(t, w, admin, builtin.Accounts, c, b)
		if _, err := w.Records.Merge(ctx, admin, builtin.Accounts, in); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if r, err := w.Records.Merge(ctx, admin, builtin.Accounts, in); err != nil || r.ID != a {
					t.Errorf("again: %v, %v", r.ID, err)
				}
				if _, err := w.Records.Merge(ctx, admin, builtin.Accounts, rival); !fault.Is(err, fault.KindNotFound) {
					t.Errorf("the rival: %v", err)
				}
			})
		}
		all.Wait()
		told, err := w.Records.Timeline(ctx, admin, builtin.Accounts, a, 10)
		var acts []string
		for _, e := range told.Events {
			acts = append(acts, e.Act)
		}
		if d := cmp.Diff([]string{record.ActMerged, record.ActCreated}, acts); d != "" || err != nil {
			t.Errorf("%s, %v", d, err)
		}
		// A pair clicked at once, each into the other: one wins, nothing is lost.
		d, e := w.Account(admin, "D"), w.Account(admin, "E")
		one, two := merging(t, w, admin, builtin.Accounts, d, e), merging(t, w, admin, builtin.Accounts, e, d)
		won := make([]error, 2)
		for i, in := range []record.Merge{one, two} {
			all.Go(func() { _, won[i] = w.Records.Merge(ctx, admin, builtin.Accounts, in) })
		}
		all.Wait()
		if (won[0] == nil) == (won[1] == nil) {
			t.Errorf("both or none: %v", won)
		}
	})
}

// TestMergeOfRelatives: nothing becomes its own parent.
func TestMergeOfRelatives(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		top := w.Account(admin, "top")
		middle := w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "middle", "Parent_Account": top})
		low := w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "low", "Parent_Account": middle})
		r, err := w.Records.Merge(ctx, admin, builtin.Accounts, merging(t, w, admin, builtin.Accounts, low, top))
		if err != nil || r.Lookup("Parent_Account") != 0 {
			t.Errorf("the master is below %v, %v", r.Lookup("Parent_Account"), err)
		}
		if m, _, err := w.Records.Get(ctx, admin, builtin.Accounts, middle); err != nil || m.Lookup("Parent_Account") != low {
			t.Errorf("the middle is below %v, %v", m.Lookup("Parent_Account"), err)
		}
	})
}
