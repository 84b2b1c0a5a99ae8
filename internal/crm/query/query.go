// Package query is the language in which people and programs ask for records: criteria
// of fields, operators that fit the field's type, and values as text. Check refuses what
// cannot be asked, Compile makes of the rest conditions for a statement, days such as
// "this month" counted on the day it runs. It reads no table: crm/record does, and
// decides which index serves a criterion.
package query

import (
	"strconv"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/locale"
)

// What one question may hold.
const (
	MaxCriteria = 25
	MaxValues   = 50   // of "one of"
	MaxText     = 1000 // characters; SQLite looks for no pattern without end
	MaxDays     = 3660 // of "in the last days"
)

// Criterion compares a field with values, written as field.Format writes them.
type Criterion struct {
	Field  string   `json:"field"`
	Op     Operator `json:"op"`
	Values []string `json:"values,omitempty"`
}

// Criteria are criteria that must all be met, or any one of them. None ask for
// everything.
type Criteria struct {
	Any  bool        `json:"any,omitempty"`
	List []Criterion `json:"list,omitempty"`
}

// At names a criterion in faults by its place.
func At(place int) string { return "criteria." + strconv.Itoa(place) }

// Sees says whether the badge may see a field: what looks up records of a tab is hidden
// with that tab.
func Sees(as access.Actor, f field.Field) bool {
	return f.Type != field.Lookup || as.Can(f.Module, access.View)
}

// Fields lists the fields of a module that the badge may see.
func Fields(as access.Actor, m *schema.Module) []field.Field {
	var out []field.Field
	for _, f := range m.Fields {
		if Sees(as, f) {
			out = append(out, f)
		}
	}
	return out
}

// Check refuses criteria of fields that do not exist or that the badge may not see, of
// operators that do not fit, and of values the field cannot hold. It gives them in the
// spelling they are kept in.
func Check(as access.Actor, m *schema.Module, c Criteria) (Criteria, error) {
	out := Criteria{Any: c.Any}
	if len(c.List) > MaxCriteria {
		return out, fault.Invalid("crm.query.many").With("Max", MaxCriteria)
	}
	bad := fault.Invalid("crm.query.invalid")
	for i, one := range c.List {
		f, ok := m.Field(one.Field)
		if !ok || !Sees(as, f) {
			bad.Field(At(i), "crm.query.field")
			continue
		}
		values, wrong := check(f, one)
		if wrong != nil {
			bad.Field(At(i), wrong.Key, wrong.Args)
			continue
		}
		out.List = append(out.List, Criterion{one.Field, one.Op, values})
	}
	return out, bad.OrNil()
}

// Env is what criteria mean to whoever asks: who "me" is, and which day it is.
type Env struct {
	As  access.Actor
	Now time.Time
}

func (e Env) zone() *time.Location { return locale.For("", e.As.Organisation().TimeZone).Zone() }

func (e Env) today() time.Time {
	y, m, d := e.Now.In(e.zone()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Compile makes conditions of criteria, after it checked them.
func Compile(m *schema.Module, c Criteria, env Env) (Where, error) {
	if len(c.List) == 0 {
		return Where{}, nil
	}
	c, err := Check(env.As, m, c)
	if err != nil {
		return Where{}, err
	}
	w := Where{any: c.Any && len(c.List) > 1}
	for _, one := range c.List {
		f, _ := m.Field(one.Field)
		w.terms = append(w.terms, compile(f, one, env))
	}
	return w, nil
}
