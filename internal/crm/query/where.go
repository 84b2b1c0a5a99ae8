package query

import (
	"strconv"
	"strings"
	"time"

	"musubi/internal/crm/field"
	"musubi/internal/id"
)

// Where is compiled criteria. The zero value restricts nothing.
type Where struct {
	any   bool
	terms []term
}

// term is one condition on a field: one of the shapes below, or its opposite.
type term struct {
	field field.Field
	shape shape
	not   bool
	in    []any  // of equal
	text  string // of like: the pattern
	span  Span   // of within
}

type shape int

const (
	equal  shape = iota // one of the values
	like                // text of a pattern
	within              // a span of an ordered type
	absent              // empty
	truth               // a tick
)

// Span is an interval with both ends inside; a nil end is open.
type Span struct{ Low, High any }

// Pin is a criterion that an index serves as a filter: one value of its column.
type Pin struct {
	Column string
	Value  any
}

// Pins gives the criteria that hold one value of a filterable field, and the others.
// Where any criterion is enough nothing is pinned.
func (w Where) Pins() ([]Pin, Where) {
	if w.any {
		return nil, w
	}
	var pins []Pin
	rest := Where{}
	for _, t := range w.terms {
		if t.shape == equal && !t.not && len(t.in) == 1 && t.field.Filter {
			pins = append(pins, Pin{t.field.Column, t.in[0]})
		} else {
			rest.terms = append(rest.terms, t)
		}
	}
	return pins, rest
}

// None says whether nothing is restricted.
func (w Where) None() bool { return len(w.terms) == 0 }

// Spans says whether the criteria are nothing but spans of the field, whose sort column
// holds its values themselves: then its index alone answers them.
func (w Where) Spans(f field.Field) bool {
	if w.any || f.Sort != f.Column {
		return w.None()
	}
	for _, t := range w.terms {
		if t.shape != within || t.not || t.field.Name != f.Name {
			return false
		}
	}
	return true
}

// Span gives the span of a sort column outside of which no record meets the criteria.
func (w Where) Span(column string) (out Span, ok bool) {
	if w.any || column == "" {
		return out, false
	}
	for _, t := range w.terms {
		if t.shape == within && !t.not && t.field.Sort == column {
			out, ok = out.and(t.span), true
		}
	}
	return out, ok
}

func (s Span) and(t Span) Span {
	if s.Low == nil || t.Low != nil && less(s.Low, t.Low) {
		s.Low = t.Low
	}
	if s.High == nil || t.High != nil && less(t.High, s.High) {
		s.High = t.High
	}
	return s
}

func less(a, b any) bool {
	if n, ok := a.(int64); ok {
		m, _ := b.(int64)
		return n < m
	}
	s, _ := a.(string)
	t, _ := b.(string)
	return s < t
}

// compile makes the term of a checked criterion.
func compile(f field.Field, c Criterion, env Env) term {
	t := term{field: f}
	value := func(i int) any {
		v, _ := Operand(f).Parse(c.Values[i])
		return v
	}
	switch c.Op {
	case Empty, NotEmpty:
		t.shape, t.not = absent, c.Op == NotEmpty
	case Yes, No:
		t.shape, t.not = truth, c.Op == No
	case Me, NotMe:
		t.in, t.not = []any{me(env)}, c.Op == NotMe
	case OneOf, NoneOf:
		t.not = c.Op == NoneOf
		for i := range c.Values {
			t.in = append(t.in, value(i))
		}
	case Contains, ContainsNot:
		t.shape, t.text, t.not = like, "%"+escaped(c.Values[0])+"%", c.Op == ContainsNot
	case Starts:
		t.shape, t.text = like, escaped(c.Values[0])+"%"
	default:
		switch f.Type {
		case field.Date, field.DateTime:
			t.shape, t.span = within, days(f, c, env)
		case field.Integer, field.Currency, field.Percent:
			t.shape, t.span, t.not = within, numbers(c.Op, value), c.Op == IsNot
		default:
			t.in, t.not = []any{value(0)}, c.Op == IsNot
		}
	}
	return t
}

// me is who asks; the program itself owns nothing.
func me(env Env) id.ID {
	if n := env.As.User(); n != 0 {
		return n
	}
	return -1
}

// numbers gives the span of whole numbers: money is whole ten-thousandths.
func numbers(op Operator, value func(int) any) Span {
	n, _ := value(0).(int64)
	switch op {
	case Less:
		return Span{High: n - 1}
	case AtMost:
		return Span{High: n}
	case Greater:
		return Span{Low: n + 1}
	case AtLeast:
		return Span{Low: n}
	case Between:
		return Span{Low: n, High: value(1)}
	}
	return Span{Low: n, High: n}
}

// The first and the last day a field takes.
const (
	firstDay = "1800-01-01"
	lastDay  = "9999-12-31"
)

// days gives the span of days, as dates or as the moments they begin and end.
func days(f field.Field, c Criterion, env Env) Span {
	first, last := daysOf(c, env.today())
	var out Span
	if f.Type == field.DateTime {
		if !first.IsZero() {
			out.Low = begin(first, env.zone()).UnixMicro()
		}
		if !last.IsZero() {
			out.High = begin(last.AddDate(0, 0, 1), env.zone()).UnixMicro() - 1
		}
		return out
	}
	if first.Year() > 9999 { // as text it would stand before every other year
		return Span{Low: lastDay, High: firstDay}
	}
	if !first.IsZero() {
		out.Low = first.Format(time.DateOnly)
	}
	if !last.IsZero() {
		out.High = last.Format(time.DateOnly)
	}
	return out
}

// begin is the moment a day begins in a zone. Where clocks go forward at midnight that
// hour is missing, and the day begins with the next one.
func begin(day time.Time, zone *time.Location) time.Time {
	y, m, d := day.Date()
	t := time.Date(y, m, d, 0, 0, 0, 0, zone)
	if t.Day() != d {
		t = time.Date(y, m, d, 1, 0, 0, 0, zone)
	}
	return t
}

// daysOf gives the first and the last day, in the zone where each has all its hours; a
// zero time is an open end.
func daysOf(c Criterion, today time.Time) (first, last time.Time) {
	day := func(n int) time.Time { return today.AddDate(0, 0, n) }
	month := func(n int) time.Time {
		return time.Date(today.Year(), today.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	}
	monday := -(int(today.Weekday()) + 6) % 7
	typed := func(i int) time.Time {
		d, _ := time.Parse(time.DateOnly, c.Values[i])
		return d
	}
	switch c.Op {
	case Is:
		return typed(0), typed(0)
	case Before:
		return time.Time{}, typed(0).AddDate(0, 0, -1)
	case After:
		return typed(0).AddDate(0, 0, 1), time.Time{}
	case Between:
		return typed(0), typed(1)
	case Past:
		return time.Time{}, day(-1)
	case Yesterday:
		return day(-1), day(-1)
	case Tomorrow:
		return day(1), day(1)
	case LastWeek:
		return day(monday - 7), day(monday - 1)
	case ThisWeek:
		return day(monday), day(monday + 6)
	case NextWeek:
		return day(monday + 7), day(monday + 13)
	case LastMonth:
		return month(-1), month(0).AddDate(0, 0, -1)
	case ThisMonth:
		return month(0), month(1).AddDate(0, 0, -1)
	case NextMonth:
		return month(1), month(2).AddDate(0, 0, -1)
	case ThisYear:
		return time.Date(today.Year(), 1, 1, 0, 0, 0, 0, time.UTC), time.Date(today.Year(), 12, 31, 0, 0, 0, 0, time.UTC)
	case LastDays, NextDays:
		n, _ := strconv.Atoi(c.Values[0])
		if c.Op == LastDays {
			return day(1 - n), today
		}
		return today, day(n - 1)
	}
	return today, today
}

func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(lower(text))
}

// lower is the lower case both engines agree on: that of the letters A to Z.
func lower(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, text)
}
