package query

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"musubi/internal/crm/field"
	"musubi/internal/fault"
	"musubi/internal/locale"
)

func init() {
	locale.Dynamic("crm.operator.")
}

// Operator says how a field is compared.
type Operator string

// The operators. Which fit a field depends on its type; see Operators.
const (
	Is          Operator = "is"
	IsNot       Operator = "is_not"
	Contains    Operator = "contains"
	ContainsNot Operator = "contains_not"
	Starts      Operator = "starts"
	OneOf       Operator = "one_of"
	NoneOf      Operator = "none_of"
	Me          Operator = "me"
	NotMe       Operator = "not_me"
	Less        Operator = "less"
	AtMost      Operator = "at_most"
	Greater     Operator = "greater"
	AtLeast     Operator = "at_least"
	Between     Operator = "between"
	Before      Operator = "before"
	After       Operator = "after"
	Past        Operator = "past"
	Yesterday   Operator = "yesterday"
	Today       Operator = "today"
	Tomorrow    Operator = "tomorrow"
	LastWeek    Operator = "last_week"
	ThisWeek    Operator = "this_week" // weeks begin on Monday
	NextWeek    Operator = "next_week"
	LastMonth   Operator = "last_month"
	ThisMonth   Operator = "this_month"
	NextMonth   Operator = "next_month"
	ThisYear    Operator = "this_year"
	LastDays    Operator = "last_days" // today is one of them
	NextDays    Operator = "next_days"
	Yes         Operator = "yes"
	No          Operator = "no"
	Empty       Operator = "empty"
	NotEmpty    Operator = "not_empty"
)

var (
	ofText    = []Operator{Is, IsNot, Contains, ContainsNot, Starts, Empty, NotEmpty}
	ofNumber  = []Operator{Is, IsNot, Less, AtMost, Greater, AtLeast, Between, Empty, NotEmpty}
	ofDate    = []Operator{Is, Before, After, Between, Past, Yesterday, Today, Tomorrow, LastWeek, ThisWeek, NextWeek, LastMonth, ThisMonth, NextMonth, ThisYear, LastDays, NextDays, Empty, NotEmpty}
	operators = map[field.Type][]Operator{
		field.Text: ofText, field.LongText: {Contains, ContainsNot, Empty, NotEmpty}, field.URL: ofText, field.Email: ofText, field.Phone: ofText,
		field.Picklist: {OneOf, NoneOf, Empty, NotEmpty},
		field.Lookup:   {Is, IsNot, Empty, NotEmpty},
		field.User:     {Me, NotMe, Is, IsNot, Empty, NotEmpty},
		field.Integer:  ofNumber, field.Currency: ofNumber, field.Percent: ofNumber,
		field.Date: ofDate, field.DateTime: ofDate,
		field.Boolean: {Yes, No},
	}
)

// Operators lists the operators that fit a type, the most usual first.
func Operators(t field.Type) []Operator { return operators[t] }

// Label gives the locale key of an operator; dates and numbers call some by other words.
func (o Operator) Label(t field.Type) string {
	switch {
	case o == Is && (t == field.Date || t == field.DateTime):
		return "crm.operator.on"
	case (o == Is || o == IsNot) && slices.Equal(operators[t], ofNumber):
		return "crm.operator.number_" + string(o)
	}
	return "crm.operator." + string(o)
}

// Takes says what an operator is given.
type Takes string

// What operators take.
const (
	Nothing  Takes = "nothing"
	OneValue Takes = "one"
	Two      Takes = "two"
	Many     Takes = "many"
	Days     Takes = "days"
)

// Takes says what the operator is given to compare with.
func (o Operator) Takes() Takes {
	switch o {
	case Is, IsNot, Contains, ContainsNot, Starts, Less, AtMost, Greater, AtLeast, Before, After:
		return OneValue
	case Between:
		return Two
	case OneOf, NoneOf:
		return Many
	case LastDays, NextDays:
		return Days
	}
	return Nothing
}

// check gives a criterion's values as they are kept.
func check(f field.Field, c Criterion) ([]string, *fault.Field) {
	bad := func(key string, args fault.Args) *fault.Field { return &fault.Field{Key: key, Args: args} }
	if !slices.Contains(operators[f.Type], c.Op) {
		return nil, bad("crm.query.operator", nil)
	}
	if c.Op.Takes() == Nothing {
		return nil, nil
	}
	var out []string
	for _, text := range c.Values {
		if c.Op.Takes() == Days {
			n, err := strconv.Atoi(width.Fold.String(strings.TrimSpace(text)))
			if err != nil || n < 1 || n > MaxDays {
				return nil, bad("crm.query.days", fault.Args{"Max": MaxDays})
			}
			out = append(out, strconv.Itoa(n))
			continue
		}
		v, wrong := Operand(f).Parse(text)
		if wrong != nil {
			return nil, wrong
		}
		if v != nil {
			out = append(out, Operand(f).Format(v))
		}
	}
	fewest, most := 1, 1
	switch c.Op.Takes() {
	case Two:
		fewest, most = 2, 2
	case Many:
		most = MaxValues
	}
	switch {
	case len(out) < fewest:
		return nil, bad("crm.query.value", nil)
	case len(out) > most:
		return nil, bad("crm.query.values", fault.Args{"Max": most})
	case most == 2 && !ordered(f, out[0], out[1]):
		return nil, bad("crm.query.between", nil)
	}
	return out, nil
}

// Operand is the field as its values are typed in a question: of an address or a web
// page a part is enough, and moments are asked for by the day.
func Operand(f field.Field) field.Field {
	switch f.Type {
	case field.Email, field.URL, field.LongText:
		f.Type = field.Text
	case field.DateTime:
		f.Type = field.Date
	}
	if f.Type == field.Text && (f.Max == 0 || f.Max > MaxText) {
		f.Max = MaxText
	}
	return f
}

func ordered(f field.Field, from, to string) bool {
	f = Operand(f)
	a, _ := f.Parse(from)
	b, _ := f.Parse(to)
	if low, ok := a.(int64); ok {
		high, _ := b.(int64)
		return low <= high
	}
	return from <= to
}
