package work

import (
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"musubi/internal/fault"
	"musubi/internal/id"
)

// Limits of what people type, in characters.
const (
	MaxName = 200   // of projects, groups, task lists and milestones
	MaxText = 250   // of the titles of tasks and bugs
	MaxRich = 60000 // of overviews and descriptions, markup included
	// MaxPrefix is the longest prefix of numbers.
	MaxPrefix = 10
)

const maxOwners = 50

// noDay stands in sort columns for "no date": after every date.
const noDay = "9999-12-31"

// fold is the form names are sorted and searched by: one width, one case, single
// spaces.
func fold(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(s))), " ")
}

// line trims a typed line and takes out what no line holds.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// text is line for what has several lines.
func text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// check gathers what is wrong with an input; ok gives it as one fault.
type check struct{ f *fault.Error }

func newCheck() *check { return &check{fault.Invalid("work.fault.invalid")} }

func (c *check) ok() error { return c.f.OrNil() }

func (c *check) bad(field, key string) { c.f.Field(field, key) }

func (c *check) name(field, value string, limit int) {
	if value == "" {
		c.f.Field(field, "work.fault.required")
		return
	}
	c.length(field, value, limit)
}

func (c *check) length(field, value string, limit int) {
	if utf8.RuneCountInString(value) > limit {
		c.f.Field(field, "work.fault.too_long", fault.Args{"Limit": limit})
	}
}

func (c *check) day(field, value string) bool {
	if value == "" {
		return false
	}
	if t, err := time.Parse(time.DateOnly, value); err != nil || t.Year() < 1900 || t.Year() > 2999 {
		c.f.Field(field, "work.fault.date")
		return false
	}
	return true
}

// span checks two dates that may be empty and their order; end names the field of
// the later one.
func (c *check) span(startField, start, endField, end string) {
	a, b := c.day(startField, start), c.day(endField, end)
	if a && b && end < start {
		c.f.Field(endField, "work.fault.date_order")
	}
}

// within checks that a date lies inside a strict project.
func (c *check) within(p projectRow, field, day string) {
	if !p.Strict || day == "" {
		return
	}
	if p.StartDate != "" && day < p.StartDate || p.EndDate != "" && day > p.EndDate {
		c.f.Field(field, "work.fault.outside_project", fault.Args{"Start": p.StartDate, "End": p.EndDate})
	}
}

func (c *check) status(field string, list []Status, key string) Status {
	st, ok := closedBy(list, key)
	if !ok {
		c.f.Field(field, "work.fault.choice")
	}
	return st
}

func (c *check) choice(field string, list []string, word string) string {
	w, ok := oneOf(list, word)
	if !ok {
		c.f.Field(field, "work.fault.choice")
	}
	return w
}

// dayKey is the sort column of a date.
func dayKey(day string) string {
	if day == "" {
		return noDay
	}
	return day
}

// distinct gives the ids once each, in order, without zero.
func distinct(ids []id.ID) []id.ID {
	seen := make(map[id.ID]bool, len(ids))
	var out []id.ID
	for _, n := range ids {
		if n != 0 && !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// nullID and nullText put a value that may be absent into its column.
func nullID(n id.ID) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}

func nullText(s string) any {
	if s == "" {
		return nil
	}
	return s
}
