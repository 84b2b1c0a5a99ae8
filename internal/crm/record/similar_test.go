package record_test

import (
	"fmt"
	"testing"

	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// Similar accounts are found by spelling, reading, domains and phone, of one's own
// organisation and outside the bin, as they are now.
func TestSimilarAccounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin, other := w.Organisation("Minato"), w.Organisation("Hino")
		aozora := w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "株式会社青空製作所", "Account_Name_Kana": "アオゾラセイサクショ",
			"Website": "https://www.aozora.example/", "Phone": "03-1234-5678"})
		umi := w.Account(admin, "Umi Logistics Ltd.")
		w.Contact(admin, umi, "森", "mori@umi.example")
		w.Account(other, "青空製作")
		many(t, w, admin, 300)
		find := func(p record.Probe) map[id.ID]record.Similar {
			t.Helper()
			p.Ref = "1"
			got, err := w.Records.SimilarAccounts(ctx, w.Access.System(admin.Org(), "integration"), []record.Probe{p})
			if err != nil {
				t.Fatal(err)
			}
			out := map[id.ID]record.Similar{}
			for _, s := range got["1"] {
				out[s.ID] = s
			}
			return out
		}
		if s := find(record.Probe{Name: "青空製作(株)"}); len(s) != 1 || s[aozora].Spelling < 80 {
			t.Errorf("by spelling: %+v", s)
		}
		if s := find(record.Probe{Name: "あおぞらせいさくしょ"}); !s[aozora].Reading {
			t.Errorf("by reading: %+v", s)
		}
		if s := find(record.Probe{Name: "Blue", Site: "http://aozora.example/en"}); !s[aozora].Site || s[aozora].Mail {
			t.Errorf("by website: %+v", s)
		}
		if s := find(record.Probe{Name: "Blue", Phone: "+81 3 1234 5678"}); !s[aozora].Telephone {
			t.Errorf("by phone: %+v", s)
		}
		if s := find(record.Probe{Name: "Sea", Mails: []string{"ito@umi.example", "x@gmail.com"}}); len(s) != 1 || !s[umi].Mail {
			t.Errorf("by address: %+v", s)
		}
		if s := find(record.Probe{Name: "Umi Logistic"}); s[umi].Spelling < 80 {
			t.Errorf("in letters: %+v", s)
		}
		if s := find(record.Probe{Name: "会社"}); len(s) != 0 {
			t.Errorf("a piece everybody has: %d", len(s))
		}
		// A domain three accounts share tells nothing of any of them.
		for i := range 2 {
			w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": fmt.Sprintf("Branch %d", i), "Website": "aozora.example"})
		}
		if s := find(record.Probe{Name: "Blue", Site: "aozora.example"}); len(s) != 0 {
			t.Errorf("by what many share: %+v", s)
		}
		r, _, err := w.Records.Get(ctx, admin, builtin.Accounts, umi)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Records.Update(ctx, admin, builtin.Accounts, umi, r.Version, map[string]any{"Account_Name": "Kawa"}); err != nil {
			t.Fatal(err)
		}
		if s := find(record.Probe{Name: "Umi Logistic"}); len(s) != 0 {
			t.Errorf("by the name it had: %+v", s)
		}
		if err := w.Records.Delete(ctx, admin, builtin.Accounts, aozora); err != nil {
			t.Fatal(err)
		}
		if s := find(record.Probe{Name: "青空製作(株)"}); len(s) != 0 {
			t.Errorf("in the bin: %+v", s)
		}
		if _, err := w.Records.SimilarAccounts(ctx, admin, nil); !fault.Is(err, fault.KindForbidden) && !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a person: %v", err)
		}
	})
}
