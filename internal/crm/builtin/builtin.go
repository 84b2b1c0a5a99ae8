// Package builtin is the standard modules as data: accounts, contacts, deals and tasks with
// every standard field, label and limit. What data cannot say, such as a stage's
// probability, stands beside it as a table of values. Labels are locale keys
// "crm.field.<Name>"; where a word differs by module, "crm.<module>.<Name>".
package builtin

import (
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/locale"
)

func init() {
	locale.Dynamic("crm.label.")
	locale.Dynamic("crm.option.")
}

// Modules gives the standard modules in the order of their tabs.
func Modules() *schema.Set { return schema.NewSet(accounts(), contacts(), deals(), tasks()) }

// label gives the locale key of a field's name.
func label(module, name string) string { return "crm.label." + module + "." + name }

// columns gives each field its label, and its column where none is set.
func finish(m schema.Module) *schema.Module {
	for i := range m.Fields {
		f := &m.Fields[i]
		f.Label = label(m.Name, f.Name)
		if f.Column == "" {
			f.Column = snake(f.Name)
		}
	}
	return schema.New(m)
}

// snake gives the column of an API name: "Billing_City" is billing_city.
func snake(name string) string {
	out := []byte(name)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}

// systemFields are kept by the program in every module.
func systemFields() []field.Field {
	return []field.Field{
		{Name: "Created_By", Type: field.User, ReadOnly: true},
		{Name: "Modified_By", Type: field.User, ReadOnly: true},
		{Name: "Created_Time", Type: field.DateTime, ReadOnly: true, Sort: "created_time"},
		{Name: "Modified_Time", Type: field.DateTime, ReadOnly: true, Sort: "modified_time"},
	}
}

func address(prefix string) []field.Field {
	return []field.Field{
		{Name: prefix + "_Code", Type: field.Text, Max: 30},
		{Name: prefix + "_State", Type: field.Text, Max: 30},
		{Name: prefix + "_City", Type: field.Text, Max: 30},
		{Name: prefix + "_Street", Type: field.Text, Max: 250},
		{Name: prefix + "_Country", Type: field.Text, Max: 30},
	}
}

func names(list []field.Field) []string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.Name
	}
	return out
}

func leadSources() []string {
	return []string{"Advertisement", "Cold Call", "Employee Referral", "External Referral", "Online Store", "Partner",
		"Public Relations", "Sales Email", "Seminar", "Trade Show", "Web Download", "Web Research", "Chat"}
}
