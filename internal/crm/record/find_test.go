package record_test

import (
	"slices"
	"strings"
	"testing"

	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestSpellingsDoNotMatter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		company := w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "株式会社山田商事", "Account_Name_Kana": "ヤマダショウジ",
			"Phone": "03-1234-5678", "Website": "https://www.yamada-shoji.example/", "Billing_City": "横浜市", "Description": "森の中の倉庫"})
		hayashi := w.Contact(admin, company, "林", "Hayashi.Hajime@example.com")
		taro := w.Make(admin, builtin.Contacts, map[string]any{"Last_Name": "山田", "First_Name": "太郎", "Last_Name_Kana": "ヤマダ",
			"First_Name_Kana": "タロウ", "Mobile": "０９０−１１１１−２２２２"})
		zoe := w.Make(admin, builtin.Contacts, map[string]any{"Last_Name": "O'Brien-Smith", "First_Name": "Zoë", "Phone": "0312349999"})
		data := w.Account(admin, "ｶﾌﾞｼｷｶﾞｲｼｬ ﾃﾞｰﾀﾜｰｸｽ")
		tower := w.Deal(admin, 0, "横浜ビル改修")
		for _, c := range []struct {
			text string
			want []id.ID
		}{
			{"山田", []id.ID{company, taro}}, {"林", []id.ID{hayashi}}, {"山", []id.ID{company, taro}}, {"田", []id.ID{company, taro}},
			{"やまだ", []id.ID{company, taro}}, {"ﾔﾏﾀﾞ", []id.ID{company, taro}}, {"商事", []id.ID{company}}, {"山商", nil},
			{"山田太郎", []id.ID{taro}}, {"山田　太郎", []id.ID{taro}}, {"太郎 山田", []id.ID{taro}}, {"ヤマダタロウ", []id.ID{taro}},
			{"hayashi.hajime@example.com", []id.ID{hayashi}}, {"ＨＡＹＡ", []id.ID{hayashi}},
			{"1234-5678", []id.ID{company}}, {"0312345678", []id.ID{company}}, {"03-1234", []id.ID{company, zoe}}, {"03-1234-9999", []id.ID{zoe}},
			{"090-1111", []id.ID{taro}}, {"09011112222", []id.ID{taro}},
			{"o'brien", []id.ID{zoe}}, {"ZOË", []id.ID{zoe}}, {"zoë smith", []id.ID{zoe}}, {"smith zoë", []id.ID{zoe}},
			{"データワークス", []id.ID{data}}, {"でーた", []id.ID{data}}, {"横浜", []id.ID{company, tower}}, {"会社 横浜", []id.ID{company}},
			{"yamada-shoji.example", []id.ID{company}}, {"森の中", []id.ID{company}},
			{"", nil}, {"　", nil}, {"%", nil}, {"_", nil}, {`\`, nil}, {`"`, nil}, {"'", nil}, {":*", nil}, {"NEAR(", nil}, {"株式会社 OR 林", nil},
			{strings.Repeat("山田", 500), nil}, {strings.Repeat("山 ", 50), []id.ID{company, taro}}, {"a\x00b", nil}, {"山\xff田", []id.ID{company, taro}},
		} {
			hits, err := w.Records.Search(ctx, admin, c.text)
			if err != nil && !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%q: %v", c.text, err)
			}
			var got []id.ID
			for _, h := range hits {
				for _, r := range h.Refs {
					got = append(got, r.ID)
				}
			}
			slices.Sort(got)
			if slices.Sort(c.want); !slices.Equal(got, c.want) {
				t.Errorf("%q finds %v, want %v", c.text, got, c.want)
			}
			if _, err := w.Records.List(ctx, admin, builtin.Accounts, record.Query{Keyword: c.text}); err != nil && !fault.Is(err, fault.KindInvalid) {
				t.Errorf("listing %q: %v", c.text, err)
			}
		}
		if got, err := w.Records.Suggest(ctx, admin, builtin.Accounts, "", 10); err != nil || len(got) != 2 {
			t.Errorf("the first of a picker: %v, %v", got, err)
		}
	})
}

// TestTheIndexFollowsTheRecord: what a record no longer says does not find it.
func TestTheIndexFollowsTheRecord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		account := w.Account(admin, "青空製作所")
		find := func(text string) bool {
			t.Helper()
			hits, err := w.Records.Search(ctx, admin, text)
			if err != nil {
				t.Fatal(err)
			}
			return len(hits) == 1 && hits[0].Refs[0].ID == account
		}
		if _, err := w.Records.Update(ctx, admin, builtin.Accounts, account, 1, map[string]any{"Account_Name": "夕焼工業"}); err != nil {
			t.Fatal(err)
		}
		if find("青空") || !find("夕焼") {
			t.Error("found by its old name, or not by its new one")
		}
		if err := w.Records.Delete(ctx, admin, builtin.Accounts, account); err != nil || find("夕焼") {
			t.Errorf("found in the bin; %v", err)
		}
		if err := w.Records.Restore(ctx, admin, builtin.Accounts, account); err != nil || !find("夕焼") {
			t.Errorf("not found after it came back; %v", err)
		}
	})
}

func TestNamesSortByTheirReading(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		for _, n := range [][2]string{{"渡辺", "ワタナベ"}, {"阿部", "アベ"}, {"Zed", ""}, {"上田", "うえだ"}, {"江口", "ｴｸﾞﾁ"}, {"adam", ""}, {"伊藤", "イトウ"}} {
			w.Make(admin, builtin.Contacts, map[string]any{"Last_Name": n[0], "Last_Name_Kana": n[1]})
		}
		l, err := w.Records.List(ctx, admin, builtin.Contacts, record.Query{})
		if got := strings.Join(names(l), " "); err != nil || got != "adam Zed 阿部 伊藤 上田 江口 渡辺" {
			t.Errorf("%s, %v", got, err)
		}
		if _, err := w.Records.List(ctx, admin, builtin.Contacts, record.Query{Sort: "Email"}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("sorted by what no index serves: %v", err)
		}
		for _, cursor := range []string{"x", "e30", "bnVsbA", "MQ"} {
			for _, sort := range []string{"", "Modified_Time"} {
				_, err := w.Records.List(ctx, admin, builtin.Contacts, record.Query{Sort: sort, Page: page.Request{Cursor: cursor}})
				if fault.Is(err, fault.KindInternal) {
					t.Errorf("cursor %q: %v", cursor, err)
				}
			}
		}
	})
}
