package query

import (
	"musubi/internal/crm/field"
	"musubi/internal/store"
)

// Write adds the criteria as one more condition on the alias of the module's table. Its
// columns stand in expressions, so that no planner drops the index the list is read by
// for one of theirs.
func (w Where) Write(b *store.Builder, alias string) {
	if w.None() {
		return
	}
	b.W(" AND (")
	for i, t := range w.terms {
		if i > 0 && w.any {
			b.W(" OR ")
		} else if i > 0 {
			b.W(" AND ")
		}
		t.write(b, alias+"."+t.field.Column)
	}
	b.W(")")
}

func (t term) write(b *store.Builder, column string) {
	number := numeric(t.field.Type)
	switch {
	case t.shape == truth:
		b.W("COALESCE(", column, ", 0) = ", pick(t.not, "0", "1"))
	case t.shape == absent && pointing(t.field.Type):
		b.W("COALESCE(", column, ", 0) ", pick(t.not, "<>", "="), " 0")
	case t.shape == absent && number:
		b.W("(", column, " + 0) IS ", pick(t.not, "NOT NULL", "NULL"))
	case t.shape == absent:
		b.W("COALESCE(", column, ", '') ", pick(t.not, "<>", "="), " ''")
	case t.shape == within:
		b.W("(", pick(t.not, hidden(column, number)+" IS NULL OR NOT (", ""))
		t.span.write(b, hidden(column, number))
		b.W(pick(t.not, "))", ")"))
	case t.shape == like:
		b.W("LOWER(COALESCE(", column, ", '')) ", pick(t.not, "NOT LIKE ", "LIKE "), b.Arg(t.text), ` ESCAPE '\'`)
	case number:
		b.W("COALESCE(", column, ", 0) ", pick(t.not, "NOT IN (", "IN ("), b.ArgList(t.in...), ")")
	case t.field.Type == field.Picklist:
		b.W("COALESCE(", column, ", '') ", pick(t.not, "NOT IN (", "IN ("), b.ArgList(t.in...), ")")
	default:
		text, _ := t.in[0].(string)
		b.W("LOWER(COALESCE(", column, ", '')) ", pick(t.not, "<> ", "= "), b.Arg(lower(text)))
	}
}

// write adds the span's ends as conditions on the expression.
func (s Span) write(b *store.Builder, expression string) {
	if s.Low != nil {
		b.W(expression, " >= ", b.Arg(s.Low))
	}
	if s.Low != nil && s.High != nil {
		b.W(" AND ")
	}
	if s.High != nil {
		b.W(expression, " <= ", b.Arg(s.High))
	}
}

// Within adds the span as one more condition on a column, which its index may serve.
func (s Span) Within(b *store.Builder, column string) {
	b.W(" AND ")
	s.write(b, column)
}

// Drivers gives the criteria that an index can look up by themselves, each as one more
// condition on the alias: values of filterable fields, spans of sorted ones.
func (w Where) Drivers() (out []func(b *store.Builder, alias string)) {
	if w.any {
		return nil
	}
	seen := map[string]bool{}
	for _, t := range w.terms {
		switch {
		case t.shape == equal && !t.not && t.field.Filter:
			out = append(out, func(b *store.Builder, alias string) {
				b.W(" AND ", alias, ".", t.field.Column, " IN (", b.ArgList(t.in...), ")")
			})
		case t.shape == within && !t.not && t.field.Sort != "" && !seen[t.field.Sort]:
			seen[t.field.Sort] = true
			span, _ := w.Span(t.field.Sort)
			out = append(out, func(b *store.Builder, alias string) { span.Within(b, alias+"."+t.field.Sort) })
		}
	}
	return out
}

func hidden(column string, number bool) string {
	if number {
		return "(" + column + " + 0)"
	}
	return "(" + column + " || '')"
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func pointing(t field.Type) bool { return t == field.Lookup || t == field.User }

func numeric(t field.Type) bool {
	switch t {
	case field.Integer, field.Currency, field.Percent, field.DateTime, field.Boolean:
		return true
	}
	return pointing(t)
}
