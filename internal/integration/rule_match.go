package integration

import (
	"regexp"
	"slices"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/field"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
)

// Condition is a test of one field. Op is one of Ops for its type; Value is text as
// the field parses it, empty where the test needs none. Users and accounts are kept as
// ids; a rule that is read says them in words as well.
type Condition struct {
	Field string `json:"field"`
	Op    string `json:"op"`
	Value string `json:"value"`
	Said  string `json:"-"`
}

// The tests of fields.
const (
	OpWon      = "won"  // a stage of that category, whatever it is called
	OpLost     = "lost" // likewise
	OpIs       = "is"
	OpIsNot    = "is_not"
	OpContains = "contains"
	OpAtLeast  = "at_least"
	OpAtMost   = "at_most"
	OpEmpty    = "empty"
	OpNotEmpty = "not_empty"
)

// Ops lists all tests.
func Ops() []string {
	return []string{OpIs, OpIsNot, OpContains, OpAtLeast, OpAtMost, OpEmpty, OpNotEmpty, OpWon, OpLost}
}

// stageField is the field of deals whose values have categories.
const stageField = "Stage"

const maxConditions = 10

// opsOf lists the tests a field offers.
func opsOf(m *schema.Module, f field.Field) []string {
	switch {
	case m.Name == access.TabDeals && f.Name == stageField:
		return []string{OpWon, OpLost, OpIs, OpIsNot}
	case f.Type == field.User || toAccount(f):
		return []string{OpIs, OpIsNot, OpEmpty, OpNotEmpty}
	case f.Type == field.Lookup:
		return []string{OpEmpty, OpNotEmpty}
	case f.Type == field.Integer || f.Type == field.Currency || f.Type == field.Percent || f.Type == field.Date:
		return []string{OpIs, OpAtLeast, OpAtMost, OpEmpty, OpNotEmpty}
	case f.Type == field.Boolean:
		return []string{OpIs}
	case f.Type == field.Picklist:
		return []string{OpIs, OpIsNot, OpEmpty, OpNotEmpty}
	case f.Type == field.DateTime:
		return nil
	}
	return []string{OpIs, OpIsNot, OpContains, OpEmpty, OpNotEmpty}
}

func needsValue(op string) bool {
	return !slices.Contains([]string{OpWon, OpLost, OpEmpty, OpNotEmpty}, op)
}

// RuleField is a field as the form of a rule offers it; Label is a locale key.
type RuleField struct {
	Name  string
	Label string
}

// ruleFields lists the fields of a module that rules can test.
func ruleFields(m *schema.Module) []RuleField {
	return fieldsOf(m, func(f field.Field) bool { return len(opsOf(m, f)) > 0 })
}

// dateFields lists the date fields of a module.
func dateFields(m *schema.Module) []RuleField {
	return fieldsOf(m, func(f field.Field) bool { return f.Type == field.Date })
}

func fieldsOf(m *schema.Module, which func(field.Field) bool) []RuleField {
	var out []RuleField
	for _, f := range m.Fields {
		if which(f) {
			out = append(out, RuleField{f.Name, f.Label})
		}
	}
	return out
}

// checkConditions drops empty lines and names what is wrong with the others; values
// become those the record would hold.
func checkConditions(m *schema.Module, in []Condition, bad *fault.Error) []Condition {
	var out []Condition
	for _, c := range in {
		if c.Field == "" {
			continue
		}
		f, ok := m.Field(c.Field)
		if !ok || !slices.Contains(opsOf(m, f), c.Op) {
			bad.Field("conditions", "integration.rule.condition_op", fault.Args{"Field": c.Field})
			continue
		}
		if !needsValue(c.Op) {
			c.Value = ""
			out = append(out, c)
			continue
		}
		v, wrong := f.Parse(c.Value)
		if c.Op == OpContains {
			v, wrong = strings.TrimSpace(c.Value), nil
		}
		if wrong != nil || v == nil || v == "" {
			bad.Field("conditions", "integration.rule.condition_value", fault.Args{"Value": c.Value})
			continue
		}
		c.Value = f.Format(v)
		out = append(out, c)
	}
	switch {
	case len(out) == 0 && len(bad.Fields) == 0:
		bad.Field("conditions", "integration.rule.no_condition")
	case len(out) > maxConditions:
		bad.Field("conditions", "integration.rule.conditions", fault.Args{"Limit": maxConditions})
	}
	return out
}

// matches says whether a record fulfils every condition of the rule.
func (r Rule) matches(m *schema.Module, values record.Values) bool {
	for _, c := range r.Conditions {
		f, ok := m.Field(c.Field)
		if !ok || !c.holds(f, values[c.Field]) {
			return false
		}
	}
	return len(r.Conditions) > 0
}

func (c Condition) holds(f field.Field, v any) bool {
	empty := v == nil || v == ""
	switch c.Op {
	case OpWon, OpLost:
		name, _ := v.(string)
		stage, known := builtin.StageOf(name)
		return known && stage.Category == map[string]builtin.Category{OpWon: builtin.Won, OpLost: builtin.Lost}[c.Op]
	case OpEmpty:
		return empty
	case OpNotEmpty:
		return !empty
	case OpContains:
		text, _ := v.(string)
		return strings.Contains(field.Fold(text), field.Fold(c.Value))
	}
	want, wrong := f.Parse(c.Value)
	if wrong != nil {
		return false
	}
	if c.Op == OpIsNot {
		return v != want
	}
	if empty {
		return f.Type == field.Boolean && c.Op == OpIs && want == false
	}
	switch c.Op {
	case OpIs:
		return v == want
	case OpAtLeast:
		return compare(v, want) >= 0
	case OpAtMost:
		return compare(v, want) <= 0
	}
	return false
}

// compare orders two values of one field: numbers, or dates as text.
func compare(a, b any) int {
	if x, ok := a.(int64); ok {
		y, _ := b.(int64)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	x, _ := a.(string)
	y, _ := b.(string)
	return strings.Compare(x, y)
}

var braces = regexp.MustCompile(`\{([^{}]*)\}`)

// unknownField gives a name in braces that is no field of the module.
func unknownField(m *schema.Module, pattern string) string {
	for _, found := range braces.FindAllStringSubmatch(pattern, -1) {
		if _, ok := m.Field(found[1]); !ok {
			return found[1]
		}
	}
	return ""
}

// nameFields are the fields that fill writes into a name.
func nameFields(m *schema.Module) []RuleField {
	return fieldsOf(m, func(f field.Field) bool {
		return len(opsOf(m, f)) > 0 && (f.Name == "Account_Name" || f.Type != field.Lookup && f.Type != field.User)
	})
}

// fill writes a record's values into a pattern. Look-ups are written as their names.
func fill(m *schema.Module, pattern string, values record.Values, names map[string]string) string {
	text := braces.ReplaceAllStringFunc(pattern, func(in string) string {
		name := in[1 : len(in)-1]
		if given, ok := names[name]; ok {
			return given
		}
		f, ok := m.Field(name)
		if !ok || f.Type == field.Lookup || f.Type == field.User {
			return ""
		}
		return f.Format(values[name])
	})
	text = strings.Trim(strings.Join(strings.Fields(text), " "), " -–—/:・")
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200])
	}
	return text
}
