package field_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/field"
	"musubi/internal/id"
)

func TestParsing(t *testing.T) {
	type f = field.Field
	for _, c := range []struct {
		field f
		text  string
		want  any
		fault string
	}{
		{f{Type: field.Text, Max: 3}, "  あ い\n", "あ い", ""},
		{f{Type: field.Text, Max: 3}, "あいうえ", nil, "crm.field.long"},
		{f{Type: field.Text}, "a\x00", nil, "crm.field.text_invalid"},
		{f{Type: field.Text}, "a\xff", nil, "crm.field.text_invalid"},
		{f{Type: field.Text}, " 　\t", nil, ""},
		{f{Type: field.LongText}, "a\n\nb ", "a\n\nb", ""},
		{f{Type: field.Phone, Max: 30}, "+81 (3) 1234-5678", "+81 (3) 1234-5678", ""},
		{f{Type: field.URL}, "example.jp/a", "example.jp/a", ""},
		{f{Type: field.URL}, "https://例え.jp", "https://例え.jp", ""},
		{f{Type: field.URL}, "javascript:alert(1)", nil, "crm.field.url"},
		{f{Type: field.URL}, "data:text/html,x", nil, "crm.field.url"},
		{f{Type: field.URL}, "ftp://a.example", nil, "crm.field.url"},
		{f{Type: field.Email}, " Taro@Example.com ", "Taro@Example.com", ""},
		{f{Type: field.Email}, "taro", nil, "crm.field.email"},
		{f{Type: field.Email}, "a@b@c", nil, "crm.field.email"},
		{f{Type: field.Picklist, Options: []string{"Retail", "Food & Beverage"}}, "food & beverage", "Food & Beverage", ""},
		{f{Type: field.Picklist, Options: []string{"Retail", "Closed Won"}}, "受注", "Closed Won", ""},
		{f{Type: field.Picklist, Options: []string{"Retail"}}, "Wholesale", nil, "crm.field.picklist"},
		{f{Type: field.Lookup}, "42", id.ID(42), ""},
		{f{Type: field.User}, "0", nil, ""},
		{f{Type: field.Lookup}, "-1", nil, "crm.field.lookup"},
		{f{Type: field.Lookup}, "9007199254740993", nil, "crm.field.lookup"},
		{f{Type: field.Integer, Max: 5}, "１２，３４５", int64(12345), ""},
		{f{Type: field.Integer, Max: 5}, "-99999", int64(-99999), ""},
		{f{Type: field.Integer, Max: 5}, "100000", nil, "crm.field.digits"},
		{f{Type: field.Integer}, "99999999999999999999", nil, "crm.field.integer"},
		{f{Type: field.Integer}, "1.5", nil, "crm.field.integer"},
		{f{Type: field.Percent}, "75%", int64(75), ""},
		{f{Type: field.Percent}, "101", nil, "crm.field.percent"},
		{f{Type: field.Percent}, "-1", nil, "crm.field.percent"},
		{f{Type: field.Currency, Max: 16}, "¥1,200,000", int64(1_200_000_0000), ""},
		{f{Type: field.Currency, Max: 16}, "１２００円", int64(1200_0000), ""},
		{f{Type: field.Currency, Max: 16}, "-0.0001", int64(-1), ""},
		{f{Type: field.Currency, Max: 16}, "99999999999999.9999", int64(999_999_999_999_999_999), ""},
		{f{Type: field.Currency, Max: 16}, "100000000000000", nil, "crm.field.currency"},
		{f{Type: field.Currency, Max: 4}, "12345", nil, "crm.field.digits"},
		{f{Type: field.Currency}, "0.12345", nil, "crm.field.currency"},
		{f{Type: field.Currency}, "1e3", nil, "crm.field.currency"},
		{f{Type: field.Currency}, "--1", nil, "crm.field.currency"},
		{f{Type: field.Currency}, ".", nil, "crm.field.currency"},
		{f{Type: field.Date}, "2026/4/1", "2026-04-01", ""},
		{f{Type: field.Date}, "２０２６年４月１日", "2026-04-01", ""},
		{f{Type: field.Date}, "2026-02-30", nil, "crm.field.no_day"},
		{f{Type: field.Date}, "2028/2/29", "2028-02-29", ""},
		{f{Type: field.Date}, "2026-02-29", nil, "crm.field.no_day"},
		{f{Type: field.Date}, "9999-12-31", "9999-12-31", ""},
		{f{Type: field.Date}, "10000-01-01", nil, "crm.field.date_range"},
		{f{Type: field.Date}, "0001-01-01", nil, "crm.field.date_range"},
		{f{Type: field.Date}, "0000-00-00", nil, "crm.field.no_day"},
		{f{Type: field.Date}, "tomorrow", nil, "crm.field.date"},
		{f{Type: field.DateTime}, "2026-04-01T09:00:00+09:00", int64(1775001600_000000), ""},
		{f{Type: field.DateTime}, "2026-04-01", nil, "crm.field.date_time"},
		{f{Type: field.Boolean}, "はい", true, ""},
		{f{Type: field.Boolean}, "off", false, ""},
		{f{Type: field.Boolean}, "perhaps", nil, "crm.field.boolean"},
		{f{Type: "nonsense"}, "x", nil, "crm.field.unknown"},
	} {
		c.field.Name = "F"
		got, bad := c.field.Parse(c.text)
		key := ""
		if bad != nil {
			if key = bad.Key; bad.Name != "F" {
				t.Errorf("%q: the fault names %q", c.text, bad.Name)
			}
		}
		if got != c.want || key != c.fault {
			t.Errorf("%s %q: %v %q, want %v %q", c.field.Type, c.text, got, key, c.want, c.fault)
		}
		if got == nil {
			continue
		}
		if again, bad := c.field.Parse(c.field.Format(got)); bad != nil || again != got {
			t.Errorf("%s %q is written %q, which reads %v, %v", c.field.Type, c.text, c.field.Format(got), again, bad)
		}
	}
}

func TestValuesOfPrograms(t *testing.T) {
	for _, c := range []struct {
		field field.Field
		value any
		want  any
		ok    bool
	}{
		{field.Field{Type: field.Integer}, 5, int64(5), true},
		{field.Field{Type: field.Text}, 5, nil, false},
		{field.Field{Type: field.Text}, true, nil, false},
		{field.Field{Type: field.Text}, id.ID(5), nil, false},
		{field.Field{Type: field.Lookup}, id.ID(5), id.ID(5), true},
		{field.Field{Type: field.Lookup}, id.ID(0), nil, true},
		{field.Field{Type: field.Boolean}, false, false, true},
		{field.Field{Type: field.Integer}, 1.5, nil, false},
		{field.Field{Type: field.Percent}, int64(120), nil, false},
		{field.Field{Type: field.Text}, nil, nil, true},
	} {
		got, bad := c.field.Check(c.value)
		if got != c.want || (bad == nil) != c.ok {
			t.Errorf("%s %v: %v, %v", c.field.Type, c.value, got, bad)
		}
	}
}

func TestNamesFold(t *testing.T) {
	same := [][]string{
		{"株式会社　山田商事", "株式会社山田商事", "株式会社 山田-商事。"}, {"ＡＣＭＥ, Inc.", "acme inc"}, {"ｱｵｿﾞﾗ", "アオゾラ"},
	}
	for _, group := range same {
		for _, name := range group[1:] {
			if field.NameKey(name) != field.NameKey(group[0]) {
				t.Errorf("%q is %q, %q is %q", name, field.NameKey(name), group[0], field.NameKey(group[0]))
			}
		}
	}
	got := map[string]string{}
	for _, name := range []string{"㈱大和建設", "大和建設株式会社", "（株）大和建設", "Yamada Co., Ltd.", "Costco", "株式会社", "Inc.", "A&B", "有限会社 青空"} {
		got[name] = field.SuggestKey(name)
	}
	want := map[string]string{"㈱大和建設": "大和建設", "大和建設株式会社": "大和建設", "（株）大和建設": "大和建設", "Yamada Co., Ltd.": "yamada",
		"Costco": "costco", "株式会社": "株式会社", "Inc.": "inc", "A&B": "a&b", "有限会社 青空": "青空"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSearchCuts(t *testing.T) {
	if diff := cmp.Diff([]string{"o", "brien", "山田", "田太", "太郎", "郎"}, field.Grams(field.SearchText("O'Brien 山田 太郎"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]field.Gram{{Text: "林", Part: true}}, field.QueryGrams("林")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{{"03 1234", "031234"}, {"やまだ"}}, field.SearchWords("０３-1234　ﾔﾏﾀﾞ ・ %")); diff != "" {
		t.Error(diff)
	}
	for _, g := range field.Grams(strings.Repeat("é", 500)) {
		if len(g) > 120 {
			t.Errorf("a gram of %d bytes", len(g))
		}
	}
}
