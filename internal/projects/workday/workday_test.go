package workday_test

import (
	"testing"
	"time"

	"musubi/internal/projects/workday"
)

func day(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The days are those the Cabinet Office of Japan published for these years.
func TestJapaneseHolidays(t *testing.T) {
	c := workday.New(workday.Japan, nil)
	for text, works := range map[string]bool{
		"2025-05-06": false, // for Greenery Day, which was a Sunday
		"2026-05-06": false, // for Constitution Memorial Day
		"2026-05-07": true,
		"2026-09-22": false, // between two holidays
		"2026-10-31": false, // Saturday
		"2026-11-23": false,
		"2026-11-24": true,
		"2019-05-02": false,
	} {
		if got := c.Works(day(t, text)); got != works {
			t.Errorf("%s: works %v, want %v", text, got, works)
		}
	}
}

func TestCounting(t *testing.T) {
	jp := workday.New(workday.Japan, []workday.Span{{First: "2026-12-29", Last: "2027-01-03"}})
	plain := workday.New("", nil)
	for _, c := range []struct {
		calendar *workday.Calendar
		from, to string
		n        int
	}{
		{plain, "2026-04-27", "2026-05-07", 8},
		{jp, "2026-04-27", "2026-05-07", 4}, // 4/28, 4/30, 5/1, 5/7
		{jp, "2026-05-07", "2026-04-27", -4},
		{jp, "2026-12-28", "2027-01-04", 1},
		{jp, "2026-05-01", "2026-05-01", 0},
	} {
		from, to := day(t, c.from), day(t, c.to)
		if got := c.calendar.Between(from, to); got != c.n {
			t.Errorf("from %s to %s: %d working days, want %d", c.from, c.to, got, c.n)
		}
		if c.n < 0 {
			continue
		}
		if got := c.calendar.Add(from, c.n); !got.Equal(to) {
			t.Errorf("%s and %d working days: %s, want %s", c.from, c.n, got.Format(time.DateOnly), c.to)
		}
		if got := c.calendar.Back(to, c.n); !got.Equal(from) && c.calendar.Works(from) {
			t.Errorf("%d working days before %s: %s, want %s", c.n, c.to, got.Format(time.DateOnly), c.from)
		}
	}
}

func TestDaysOffMoveOn(t *testing.T) {
	c := workday.New(workday.Japan, nil)
	if got := c.Add(day(t, "2026-05-02"), 0).Format(time.DateOnly); got != "2026-05-07" {
		t.Errorf("the first working day from 5/2 on is %s", got)
	}
	if got := c.Back(day(t, "2026-05-06"), 0).Format(time.DateOnly); got != "2026-05-01" {
		t.Errorf("the last working day up to 5/6 is %s", got)
	}
	// A company that is closed for good keeps nobody waiting.
	shut := workday.New("", []workday.Span{{First: "2020-01-01", Last: "2999-12-31"}})
	shut.Add(day(t, "2026-01-01"), 3)
}
