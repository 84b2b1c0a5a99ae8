// Package schema describes modules as data: their fields, how pages lay them out,
// what lists show, and which related lists a record has. Lists, forms, search, import
// and the related lists run on these descriptions alone. It holds no module itself
// (builtin does) and asks no database.
package schema

import (
	"musubi/internal/crm/field"
	"musubi/internal/id"
)

// Module is one kind of record.
type Module struct {
	Name     string // API name
	Table    string
	Code     string // one small letter that marks the module in the search index
	Singular string // locale keys
	Plural   string
	Icon     string
	// NameField holds what a record is called; contacts are called by two.
	NameField string
	Fields    []field.Field
	Sections  []Section
	// List are the columns a list shows when nothing else is chosen.
	List    []string
	Related []Related
	// DefaultSort is a field's name.
	DefaultSort string
	// Follows names the fields that are computed anew when another one changes, unless
	// they are given too: a deal's probability follows its stage.
	Follows map[string][]string
	// Hidden are stored columns no page shows: keys for matching and sorting.
	Hidden []field.Field
	// Derive computes hidden columns and read-only fields, by column, from the values
	// of a record that is about to be stored.
	Derive func(v Values) map[string]any

	// Words gives what else a record is found by, besides the texts of its fields.
	Words func(v Values) []string

	// Keys gives what an account is suggested by beside its name, and whose account that
	// is: itself where it is zero.
	Keys func(v Values) (account id.ID, keys []string)

	// Twins are indexed columns in which records agree that may be one and the same;
	// records of a module without any are not merged.
	Twins []string

	byName map[string]int
}

// Values are a record's values by API name.
type Values map[string]any

// Text gives a text value, empty where there is none.
func (v Values) Text(name string) string {
	s, _ := v[name].(string)
	return s
}

// Number gives a number, zero where there is none.
func (v Values) Number(name string) int64 {
	n, _ := v[name].(int64)
	return n
}

// Section is a titled part of form and record page.
type Section struct {
	Title  string // locale key
	Fields []string
}

// Related is a list of records of another module that point at this one.
type Related struct {
	Name   string // as addresses spell it
	Title  string // locale key
	Module string
	Field  string // the look-up there
	List   []string
	Only   Only
	// Past lists show what is over: nothing is begun there.
	Past bool
}

// Only restricts a related list to the records whose stored column holds a value; the
// zero value restricts nothing.
type Only struct {
	Column string
	Value  int64
}

// New prepares a module for look-ups by name.
func New(m Module) *Module {
	m.byName = make(map[string]int, len(m.Fields))
	for i, f := range m.Fields {
		m.byName[f.Name] = i
	}
	return &m
}

// Field gives a field by its API name.
func (m *Module) Field(name string) (field.Field, bool) {
	i, ok := m.byName[name]
	if !ok {
		return field.Field{}, false
	}
	return m.Fields[i], true
}

// RelatedList gives a related list by its name.
func (m *Module) RelatedList(name string) (Related, bool) {
	for _, r := range m.Related {
		if r.Name == name {
			return r, true
		}
	}
	return Related{}, false
}

// Sortable lists the fields a list can be sorted by.
func (m *Module) Sortable() []field.Field {
	var out []field.Field
	for _, f := range m.Fields {
		if f.Sort != "" {
			out = append(out, f)
		}
	}
	return out
}

// Filterable lists the fields a list can be filtered by.
func (m *Module) Filterable() []field.Field {
	var out []field.Field
	for _, f := range m.Fields {
		if f.Filter {
			out = append(out, f)
		}
	}
	return out
}

// Set is the modules of an installation.
type Set struct {
	list   []*Module
	byName map[string]*Module
}

// NewSet makes a set; the order is that of the tabs.
func NewSet(list ...*Module) *Set {
	s := &Set{list: list, byName: map[string]*Module{}}
	for _, m := range list {
		s.byName[m.Name] = m
	}
	return s
}

// All lists the modules.
func (s *Set) All() []*Module { return s.list }

// Module gives a module by its API name.
func (s *Set) Module(name string) (*Module, bool) {
	m, ok := s.byName[name]
	return m, ok
}

// OptionKey gives the locale key of a pick list value's label; see field.OptionKey.
func OptionKey(value string) string { return field.OptionKey(value) }
