package view

import (
	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/query"
	"musubi/internal/crm/schema"
)

// The keys of the built-in views.
const (
	KeyAll     = "all"
	KeyMine    = "mine"
	KeyNew     = "new"
	KeyChanged = "changed"
	KeyClosing = "closing"
	KeyOpen    = "open"
	KeyOverdue = "overdue"
)

// recent is how many days new and changed records are so.
const recent = "7"

// system makes the built-in views of a module. They cannot be changed, but for their
// columns, which each person has of their own.
func system(as access.Actor, m *schema.Module, columns []string) []View {
	if columns == nil {
		columns = Usual(as, m)
	}
	mine := query.Criterion{Field: "Owner", Op: query.Me}
	built := func(key, title, sort string, desc bool, list ...query.Criterion) View {
		d := Draft{Columns: columns, Sort: sort, Desc: desc, Criteria: query.Criteria{List: list}}
		return seen(as, m, View{Key: key, Title: title, Module: m.Name, Draft: d})
	}
	last := func(field string) query.Criterion {
		return query.Criterion{Field: field, Op: query.LastDays, Values: []string{recent}}
	}
	out := []View{built(KeyAll, "crm.view.all", "", false), built(KeyMine, "crm.view.mine", "", false, mine)}
	switch m.Name {
	case builtin.Deals:
		out = append(out, built(KeyClosing, "crm.view.closing", "", false, query.Criterion{Field: "Closing_Date", Op: query.ThisMonth}))
	case builtin.Tasks:
		open := query.Criterion{Field: "Status", Op: query.NoneOf, Values: []string{builtin.TaskCompleted}}
		out = append(out, built(KeyOpen, "crm.view.open", "", false, mine, open),
			built(KeyOverdue, "crm.view.overdue", "", false, query.Criterion{Field: "Due_Date", Op: query.Past}, open))
	}
	return append(out, built(KeyNew, "crm.view.new", "Created_Time", true, last("Created_Time")),
		built(KeyChanged, "crm.view.changed", "Modified_Time", true, last("Modified_Time")))
}

// Usual are the columns a list shows to whoever chose none.
func Usual(as access.Actor, m *schema.Module) []string {
	return seen(as, m, View{Draft: Draft{Columns: m.List}}).Columns
}

func builtIn(as access.Actor, m *schema.Module, key string) bool {
	for _, v := range system(as, m, nil) {
		if v.Key == key {
			return true
		}
	}
	return false
}
