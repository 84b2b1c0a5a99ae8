package field_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/field"
)

func TestMatchKeys(t *testing.T) {
	for _, c := range []struct {
		what      string
		got, want string
	}{
		{"half width and hiragana", field.ReadingKey("あおぞら ｾｲｻｸｼﾞｮ"), "アオゾラセイサクジョ"},
		{"with the legal form", field.ReadingKey("カブシキガイシャ　アオゾラ"), "アオゾラ"},
		{"an address", field.DomainKey("Mori@Umi.Example "), "umi.example"},
		{"a website", field.DomainKey("https://www.umi.example:8443/ja?x=1"), "umi.example"},
		{"a bare website", field.DomainKey("www.umi.example/contact"), "umi.example"},
		{"a provider of everybody", field.DomainKey("mori@gmail.com"), ""},
		{"no domain", field.DomainKey("localhost"), ""},
		{"nonsense", field.DomainKey("http://%zz"), ""},
		{"nothing", field.DomainKey(""), ""},
		{"a number", field.PhoneKey("０３-1234-5678"), "0312345678"},
		{"from abroad", field.PhoneKey("+81 (0)3 1234 5678"), "0312345678"},
		{"of another country", field.PhoneKey("+44 20 7946 0000"), "442079460000"},
		{"an extension", field.PhoneKey("内線 123"), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	if diff := cmp.Diff([]string{"青空", "空製", "製a", "abc", "bcd"}, field.Pieces("青空製abcd")); diff != "" {
		t.Errorf("pieces (-want +got)\n%s", diff)
	}
	if !field.Kana("アオゾラ せいさくしょ") || field.Kana("青空") || field.Kana("") {
		t.Error("kana")
	}
}

func TestLikeness(t *testing.T) {
	for _, c := range []struct {
		a, b     string
		from, to int
	}{
		{"青空製作所", "青空製作所", 100, 100},
		{"青空製作所", "青空製作", 80, 90},
		{"aozoraseisakusho", "aozoraseisakusyo", 80, 95},
		{"青空製作所", "海運輸送", 0, 0},
		{"", "", 0, 0},
		{"林", "林田", 0, 0},
	} {
		if n := field.Likeness(c.a, c.b); n < c.from || n > c.to || n != field.Likeness(c.b, c.a) {
			t.Errorf("%s, %s: %d", c.a, c.b, n)
		}
	}
}
