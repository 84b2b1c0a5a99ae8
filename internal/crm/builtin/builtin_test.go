package builtin_test

import (
	"testing"

	"musubi/internal/crm/builtin"
	"musubi/internal/crm/field"
	"musubi/internal/locale"
)

// TestModulesAreWhole finds what a description names that does not exist, and what has
// no word in a language.
func TestModulesAreWhole(t *testing.T) {
	set := builtin.Modules()
	codes := map[string]string{}
	for _, m := range set.All() {
		if other := codes[m.Code]; len(m.Code) != 1 || other != "" {
			t.Errorf("%s has the code %q of %s", m.Name, m.Code, other)
		}
		codes[m.Code] = m.Name
		laid := map[string]int{}
		keys := []string{m.Singular, m.Plural}
		for _, s := range m.Sections {
			keys = append(keys, s.Title)
			for _, name := range s.Fields {
				laid[name]++
				known(t, m.Name+" layout", name, m.Field)
			}
		}
		for _, name := range append(m.List, m.NameField, m.DefaultSort) {
			known(t, m.Name+" list", name, m.Field)
		}
		for _, f := range m.Fields {
			keys = append(keys, f.Label)
			for _, o := range f.Options {
				keys = append(keys, field.OptionKey(o))
			}
			if laid[f.Name] != 1 && f.Name != m.NameField {
				t.Errorf("%s.%s stands %d times in the layout", m.Name, f.Name, laid[f.Name])
			}
			if _, ok := set.Module(f.Module); f.Type == field.Lookup && !ok {
				t.Errorf("%s.%s looks up %q", m.Name, f.Name, f.Module)
			}
		}
		if n := len(m.Sortable()); n == 0 || n > 7 {
			t.Errorf("%s can be sorted by %d fields", m.Name, n)
		}
		for _, r := range m.Related {
			keys = append(keys, r.Title)
			other, ok := set.Module(r.Module)
			if !ok {
				t.Fatalf("%s has a list of %s", m.Name, r.Module)
			}
			f, _ := other.Field(r.Field)
			if f.Type != field.Lookup || f.Module != m.Name {
				t.Errorf("%s: %s.%s does not look it up", m.Name, r.Module, r.Field)
			}
			for _, name := range r.List {
				known(t, m.Name+" "+r.Name, name, other.Field)
			}
		}
		for _, lang := range []string{locale.Japanese, locale.English} {
			for _, key := range keys {
				if !locale.For(lang, "UTC").Has(key) {
					t.Errorf("%s has no word for %s", lang, key)
				}
			}
		}
	}
}

func known(t *testing.T, where, name string, find func(string) (field.Field, bool)) {
	t.Helper()
	if _, ok := find(name); !ok {
		t.Errorf("%s names %q, which is no field", where, name)
	}
}

func TestStagesSayWhatTheyMean(t *testing.T) {
	for _, s := range builtin.Stages() {
		got, ok := builtin.StageOf(s.Name)
		if !ok || got != s || s.Category == builtin.Won && s.Probability != 100 || s.Category == builtin.Lost && s.Probability != 0 {
			t.Errorf("%+v", s)
		}
	}
	if _, ok := builtin.StageOf("Nowhere"); ok {
		t.Error("there is a stage Nowhere")
	}
	if a, b := builtin.FullName("山田", "太郎"), builtin.FullName("Hart", "Olivia"); a != "山田 太郎" || b != "Olivia Hart" {
		t.Error(a, b)
	}
}
