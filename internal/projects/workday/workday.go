package workday

import (
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/jp"
)

// Japan is the country whose holidays are known: those of the law on public holidays,
// with substitute days, as far as they are enacted.
const Japan = "jp"

// Countries lists those whose holidays are known, by their two letters.
func Countries() []string { return []string{Japan} }

// Span is a company's days off, both ends included, YYYY-MM-DD.
type Span struct {
	First, Last string
}

// Calendar says which days are worked on. It remembers what it was asked, so it is for
// one goroutine.
type Calendar struct {
	business *cal.BusinessCalendar
	off      []Span
	known    map[int64]bool
}

// New makes the calendar of a country, "" for none, less a company's own days off.
func New(country string, off []Span) *Calendar {
	c := &Calendar{business: cal.NewBusinessCalendar(), off: off, known: map[int64]bool{}}
	if country == Japan {
		c.business.AddHoliday(jp.Holidays...)
	}
	return c
}

const secondsOfDay = 24 * 60 * 60

// works says whether a day, counted from 1970, is worked on.
func (c *Calendar) works(n int64) bool {
	if on, ok := c.known[n]; ok {
		return on
	}
	t := time.Unix(n*secondsOfDay, 0).UTC()
	on, day := c.business.IsWorkday(t), t.Format(time.DateOnly)
	for _, s := range c.off {
		on = on && (day < s.First || day > s.Last)
	}
	c.known[n] = on
	return on
}

// Works says whether the day is worked on.
func (c *Calendar) Works(day time.Time) bool { return c.works(number(day)) }

// Between counts the working days after one day up to another; it is negative when
// the other comes first. A day off counts as the working day before it.
func (c *Calendar) Between(from, to time.Time) int {
	a, b, sign := number(from), number(to), 1
	if a > b {
		a, b, sign = b, a, -1
	}
	n := 0
	for d := a + 1; d <= b; d++ {
		if c.works(d) {
			n++
		}
	}
	return n * sign
}

// farthest bounds the search for a working day where a company takes years off.
const farthest = 5 * 366

// Add gives the day n working days after a day, before it when n is negative. Begun on
// a day off, it counts from the next working day, or back from the last one.
func (c *Calendar) Add(day time.Time, n int) time.Time { return c.add(day, n, n < 0) }

// Back gives the day n working days before a day; begun on a day off it counts back
// from the last working day.
func (c *Calendar) Back(day time.Time, n int) time.Time { return c.add(day, -n, n >= 0) }

func (c *Calendar) add(day time.Time, n int, back bool) time.Time {
	step := int64(1)
	if back {
		step = -1
	}
	d := number(day)
	for i := 0; i < farthest && !c.works(d); i++ {
		d += step
	}
	step = 1
	if n < 0 {
		step, n = -1, -n
	}
	for idle := 0; n > 0 && idle < farthest; {
		d += step
		if c.works(d) {
			n, idle = n-1, 0
		} else {
			idle++
		}
	}
	return time.Unix(d*secondsOfDay, 0).UTC()
}

func number(t time.Time) int64 {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay
}
