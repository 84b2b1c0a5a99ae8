package record_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

var ctx = context.Background()

func names(list record.List) []string {
	var out []string
	for _, r := range list.Items {
		out = append(out, r.Name)
	}
	return out
}

func TestADealFollowsItsStage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		deal := w.Deal(admin, w.Account(admin, "青空製作所"), "受発注")
		r, names, err := w.Records.Get(ctx, admin, builtin.Deals, deal)
		if err != nil {
			t.Fatal(err)
		}
		if r.Values["Probability"] != int64(10) || r.Values["Expected_Revenue"] != int64(120_000_0000) {
			t.Errorf("%v %v", r.Values["Probability"], r.Values["Expected_Revenue"])
		}
		if names[r.Lookup("Account_Name")] != "青空製作所" {
			t.Errorf("names %v", names)
		}
		r, err = w.Records.Update(ctx, admin, builtin.Deals, deal, r.Version, map[string]any{"Stage": "Closed Won"})
		if err != nil || r.Values["Probability"] != int64(100) {
			t.Errorf("after winning: %v, %v", r.Values["Probability"], err)
		}
		r, err = w.Records.Update(ctx, admin, builtin.Deals, deal, r.Version, map[string]any{"Stage": "Qualification", "Probability": "33"})
		if err != nil || r.Values["Probability"] != int64(33) {
			t.Errorf("given a probability: %v, %v", r.Values["Probability"], err)
		}
	})
}

func TestBadInputNamesEveryField(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		neighbour := w.Organisation("Kaede")
		theirs := w.Account(neighbour, "よそ")
		_, err := w.Records.Create(ctx, admin, builtin.Deals, map[string]any{
			"Deal_Name": "", "Amount": "much", "Stage": "Nowhere", "Closing_Date": "2026-13-40", "Expected_Revenue": "1", "Nonsense": "x",
		})
		got := map[string]string{}
		if f := fault.As(err); f != nil {
			for _, x := range f.Fields {
				got[x.Name] = x.Key
			}
		}
		want := map[string]string{"Amount": "crm.field.currency", "Stage": "crm.field.picklist", "Closing_Date": "crm.field.no_day",
			"Expected_Revenue": "crm.field.read_only", "Nonsense": "crm.field.unknown"}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		for name, in := range map[string]map[string]any{
			"a neighbour's account": {"Last_Name": "山田", "Account_Name": theirs},
			"NUL":                   {"Last_Name": "a\x00b"},
			"not UTF-8":             {"Last_Name": "a\xffb"},
			"no name":               {"First_Name": "太郎"},
		} {
			if _, err := w.Records.Create(ctx, admin, builtin.Contacts, in); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		hostile := `<script>alert(1)</script>'; DROP TABLE crm_accounts; --`
		if r, _, err := w.Records.Get(ctx, admin, builtin.Accounts, w.Account(admin, hostile)); err != nil || r.Name != hostile {
			t.Errorf("%q, %v", r.Name, err)
		}
	})
}

func TestWhoSeesWhat(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin, neighbour := w.Organisation("Minato"), w.Organisation("Kaede")
		one := w.Join(admin, "one@minato.example", 0, 0)
		two := w.Join(admin, "two@minato.example", 0, 0)
		mine, foreign := w.Account(one, "青空製作所"), w.Account(neighbour, "青空製作所")
		for name, c := range map[string]struct {
			as   access.Actor
			id   id.ID
			sees bool
		}{
			"owner": {one, mine, true}, "administrator": {admin, mine, true}, "colleague": {two, mine, false},
			"neighbour": {neighbour, mine, false}, "their own": {neighbour, foreign, true}, "nobody": {access.Actor{}, mine, false},
		} {
			_, _, err := w.Records.Get(ctx, c.as, builtin.Accounts, c.id)
			if (err == nil) != c.sees {
				t.Errorf("%s: Get %v", name, err)
			}
			list, _ := w.Records.List(ctx, c.as, builtin.Accounts, record.Query{})
			found := false
			for _, r := range list.Items {
				found = found || r.ID == c.id
			}
			if found != c.sees {
				t.Errorf("%s: in the list %v", name, found)
			}
			hits, _ := w.Records.Search(ctx, c.as, "青空")
			found = false
			for _, h := range hits {
				for _, r := range h.Refs {
					found = found || r.ID == c.id
				}
			}
			if found != c.sees {
				t.Errorf("%s: found %v", name, found)
			}
			if !c.sees {
				if _, err := w.Records.Update(ctx, c.as, builtin.Accounts, c.id, 1, map[string]any{"Phone": "1"}); err == nil {
					t.Errorf("%s: updated", name)
				}
				if err := w.Records.Delete(ctx, c.as, builtin.Accounts, c.id); err == nil {
					t.Errorf("%s: deleted", name)
				}
				if _, err := w.Records.Related(ctx, c.as, builtin.Accounts, c.id, "contacts", record.Query{}); err == nil {
					t.Errorf("%s: read the related list", name)
				}
			}
		}
	})
}

func TestOfTwoWhoSaveAtOnceOneIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		account := w.Account(admin, "青空製作所")
		var group sync.WaitGroup
		results := make(chan error, 8)
		for i := range 8 {
			group.Go(func() {
				_, err := w.Records.Update(ctx, admin, builtin.Accounts, account, 1, map[string]any{"Phone": fmt.Sprint(i)})
				results <- err
			})
		}
		group.Wait()
		close(results)
		saved := 0
		for err := range results {
			if err == nil {
				saved++
			} else if !fault.Is(err, fault.KindStale) {
				t.Error(err)
			}
		}
		if saved != 1 {
			t.Errorf("%d of eight saves went through", saved)
		}
	})
}

func TestPagingReachesEveryRowOnceBothWays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		for i := range 7 {
			w.Account(admin, fmt.Sprintf("会社%d", i%3)) // equal names too
		}
		var pages []record.List
		q := record.Query{Page: page.Request{Size: 3}}
		seen := map[id.ID]bool{}
		for {
			l, err := w.Records.List(ctx, admin, builtin.Accounts, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range l.Items {
				if seen[r.ID] {
					t.Errorf("%s twice", r.Name)
				}
				seen[r.ID] = true
			}
			pages = append(pages, l)
			if l.Next == "" {
				break
			}
			q.Page.Cursor = l.Next
		}
		if len(seen) != 7 || len(pages) != 3 {
			t.Fatalf("%d rows on %d pages", len(seen), len(pages))
		}
		q.Page.Cursor = pages[2].Prev
		back, err := w.Records.List(ctx, admin, builtin.Accounts, q)
		if err != nil || !cmp.Equal(names(back), names(pages[1])) || back.Next == "" || back.Prev == "" {
			t.Errorf("back: %v, want %v; %q %q, %v", names(back), names(pages[1]), back.Prev, back.Next, err)
		}
		q.Page.Cursor = "nonsense"
		if _, err := w.Records.List(ctx, admin, builtin.Accounts, q); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a made-up cursor: %v", err)
		}
	})
}

func TestJapaneseIsFoundByParts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		acc := w.Account(admin, "山田商事株式会社")
		w.Account(admin, "ヤマビコ食品")
		w.Account(admin, "Northwind Robotics Inc.")
		w.Contact(admin, acc, "林", "hayashi@yamada.example")
		for _, c := range []struct{ text, want string }{
			{"山田", "山田商事株式会社"}, {"田商", "山田商事株式会社"}, {"林", "林"}, {"やまびこ", "ヤマビコ食品"}, {"ヤマビコ", "ヤマビコ食品"},
			{"north", "Northwind Robotics Inc."}, {"robot north", "Northwind Robotics Inc."}, {"hayashi@yamada", "林"},
			{"山商", ""}, {"100%", ""}, {"' OR 1=1", ""},
		} {
			hits, err := w.Records.Search(ctx, admin, c.text)
			if err != nil {
				t.Errorf("%s: %v", c.text, err)
			}
			got := ""
			for _, h := range hits {
				for _, r := range h.Refs {
					got += r.Name
				}
			}
			if got != c.want {
				t.Errorf("%s found %q, want %q", c.text, got, c.want)
			}
			if list, err := w.Records.List(ctx, admin, builtin.Accounts, record.Query{Keyword: c.text}); err != nil {
				t.Errorf("list %s: %v, %v", c.text, names(list), err)
			}
		}
	})
}

func TestTheBinGivesBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		var heard []string
		hear := func(act string) func(context.Context, *store.Tx, id.ID, string, id.ID) error {
			return func(context.Context, *store.Tx, id.ID, string, id.ID) error { heard = append(heard, act); return nil }
		}
		w.Records.AddHook(record.Hook{AfterDelete: hear("deleted"), AfterRestore: hear("restored")})
		account := w.Account(admin, "青空製作所")
		if err := w.Records.Delete(ctx, admin, builtin.Accounts, account); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Records.Get(ctx, admin, builtin.Accounts, account); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("deleted, yet %v", err)
		}
		if bin, err := w.Records.Bin(ctx, admin, "", page.Request{}); err != nil || len(bin.Items) != 1 {
			t.Errorf("bin %v, %v", bin, err)
		}
		if err := w.Records.Restore(ctx, admin, builtin.Accounts, account); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Records.Get(ctx, admin, builtin.Accounts, account); err != nil {
			t.Errorf("restored, yet %v", err)
		}
		if d := cmp.Diff([]string{"deleted", "restored"}, heard); d != "" {
			t.Error(d)
		}
		told, err := w.Records.Timeline(ctx, admin, builtin.Accounts, account, 10)
		if err != nil || len(told.Events) != 3 {
			t.Errorf("timeline %v, %v", told, err)
		}
	})
}

func TestTheTimelineTellsValues(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		parent := w.Account(admin, "Harbour Group")
		account := w.Account(admin, "Harbour")
		r, _, err := w.Records.Get(ctx, admin, builtin.Accounts, account)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Records.Update(ctx, admin, builtin.Accounts, account, r.Version, map[string]any{
			"Account_Name": "Harbour Ltd.", "Parent_Account": parent, "Employees": 12, "Description": strings.Repeat("long ", 1000)})
		if err != nil {
			t.Fatal(err)
		}
		told, err := w.Records.Timeline(ctx, admin, builtin.Accounts, account, 10)
		if err != nil {
			t.Fatal(err)
		}
		want := []record.Change{
			{Field: "Account_Name", From: "Harbour", To: "Harbour Ltd."}, {Field: "Description"},
			{Field: "Employees", To: int64(12)}, {Field: "Parent_Account", To: parent},
		}
		if d := cmp.Diff(want, told.Events[0].Changes); d != "" {
			t.Error(d)
		}
		if told.Names[parent] != "Harbour Group" {
			t.Errorf("names %v", told.Names)
		}
	})
}

func TestMatchingIsByFoldedNameAndAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin, neighbour := w.Organisation("Minato"), w.Organisation("Kaede")
		sys := w.Access.System(admin.Org(), "test")
		a := w.Account(admin, "株式会社　銀河システム")
		w.Account(admin, "さくら商店")
		w.Account(admin, "さくら商店")
		w.Account(neighbour, "よそ者")
		w.Contact(admin, a, "森", "Mori@Ginga.example")
		got, err := w.Records.MatchAccounts(ctx, db, sys, []string{record.NameKey("株式会社 銀河ｼｽﾃﾑ"), record.NameKey("さくら商店"), record.NameKey("よそ者")})
		if err != nil || len(got[record.NameKey("株式会社銀河システム")]) != 1 || len(got[record.NameKey("さくら商店")]) != 2 || len(got) != 2 {
			t.Errorf("%v, %v", got, err)
		}
		people, err := w.Records.MatchContacts(ctx, db, sys, []string{"mori@ginga.example"})
		if err != nil || len(people["mori@ginga.example"]) != 1 {
			t.Errorf("%v, %v", people, err)
		}
		if _, err := w.Records.MatchAccounts(ctx, db, admin, nil); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a person went past sharing: %v", err)
		}
		err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			made, err := w.Records.CreateContacts(ctx, tx, sys, []record.NewContact{
				{Ref: "1", Account: a, Owner: admin.User(), LastName: "工藤", FirstName: "誠", Email: "kudo@ginga.example"},
				{Ref: "2", Account: a, LastName: "", Email: "x@ginga.example"},
			})
			if made[0].ID == 0 || made[0].Problem != "" || made[1].Problem == "" {
				t.Errorf("%+v", made)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		list, err := w.Records.Related(ctx, admin, builtin.Accounts, a, "contacts", record.Query{})
		if err != nil || len(list.Items) != 2 {
			t.Errorf("%v, %v", names(list), err)
		}
	})
}

func TestSuggestKeyFoldsLegalForms(t *testing.T) {
	for _, c := range [][2]string{{"(株)大和建設", "株式会社大和建設"}, {"㈱大和建設", "大和建設"}, {"Harbour Light Ltd.", "harbour light"}, {"Northwind Robotics, Inc.", "Northwind Robotics"}} {
		if a, b := record.SuggestKey(c[0]), record.SuggestKey(c[1]); a != b {
			t.Errorf("%s is %q, %s is %q", c[0], a, c[1], b)
		}
	}
	if record.NameKey("(株)大和建設") == record.NameKey("株式会社大和建設") {
		t.Error("matching folds legal forms")
	}
}
