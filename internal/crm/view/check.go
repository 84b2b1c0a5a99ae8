package view

import (
	"slices"
	"strings"
	"unicode/utf8"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/query"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/store"
)

// check refuses a draft that cannot be looked at, or shared by this badge, and gives it
// as it is kept.
func check(as access.Actor, m *schema.Module, d Draft) (Draft, error) {
	bad := fault.Invalid("crm.view.invalid")
	d.Name = strings.Join(strings.Fields(d.Name), " ")
	switch {
	case d.Name == "":
		bad.Field("name", "crm.view.no_name")
	case store.CheckText(d.Name) != nil:
		bad.Field("name", "crm.field.text_invalid")
	case utf8.RuneCountInString(d.Name) > MaxName:
		bad.Field("name", "crm.field.long", fault.Args{"Max": MaxName})
	}
	if d.Shared && !MayShare(as) {
		bad.Field("shared", "crm.view.no_share")
	}
	if f, ok := m.Field(d.Sort); d.Sort != "" && (!ok || f.Sort == "" || !query.Sees(as, f)) {
		bad.Field("sort", "crm.fault.sort")
	}
	var err error
	if d.Criteria, err = query.Check(as, m, d.Criteria); err != nil {
		f := fault.As(err)
		if len(f.Fields) == 0 {
			bad.Field("criteria", f.Key, f.Args)
		}
		bad.Fields = append(bad.Fields, f.Fields...)
	}
	if d.Columns, err = checkColumns(as, m, d.Columns); err != nil {
		bad.Fields = append(bad.Fields, fault.As(err).Fields...)
	}
	return d, bad.OrNil()
}

// MayShare says whether the badge may share views with the whole organisation, and
// change those that are.
func MayShare(as access.Actor) bool { return as.Allowed(access.ShareViews) }

// Columns lists the fields a list of the module can show beside the name. Long texts do
// not fit into a line.
func Columns(as access.Actor, m *schema.Module) []field.Field {
	var out []field.Field
	for _, f := range query.Fields(as, m) {
		if f.Name != m.NameField && f.Type != field.LongText {
			out = append(out, f)
		}
	}
	return out
}

func checkColumns(as access.Actor, m *schema.Module, columns []string) ([]string, error) {
	bad := fault.Invalid("crm.view.invalid")
	if len(columns) > MaxColumns {
		return nil, bad.Field("columns", "crm.view.many_columns", fault.Args{"Max": MaxColumns})
	}
	offered := Columns(as, m)
	for i, name := range columns {
		if !slices.ContainsFunc(offered, func(f field.Field) bool { return f.Name == name }) {
			return nil, bad.Field("columns", "crm.query.field")
		}
		if slices.Contains(columns[:i], name) {
			return nil, bad.Field("columns", "crm.view.twice")
		}
	}
	return columns, nil
}

// seen leaves out of a view the columns the badge may not see, and gives it its key.
func seen(as access.Actor, m *schema.Module, v View) View {
	v.Columns = slices.DeleteFunc(slices.Clone(v.Columns), func(name string) bool {
		_, err := checkColumns(as, m, []string{name})
		return err != nil
	})
	return v
}
