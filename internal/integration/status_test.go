package integration_test

import (
	"testing"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/integration"
)

func TestStatusDerivesFromFacts(t *testing.T) {
	now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	before, after := now.Add(-time.Hour), now.Add(time.Hour)
	type facts = integration.Facts
	free, paid := access.Free, access.Paid
	cases := []struct {
		name string
		f    facts
		want integration.Status
	}{
		{"nothing happened", facts{}, integration.StatusNone},
		{"nothing happened, paid", facts{Edition: paid}, integration.StatusNone},
		{"begun, free", facts{StartedAt: before, Edition: free, TrialEndsAt: after}, integration.StatusSettingUp},
		{"begun, paid", facts{StartedAt: before, Edition: paid}, integration.StatusSettingUp},
		{"bound, free", facts{StartedAt: before, Edition: free, TrialEndsAt: after, Portal: 7, KeyOK: true}, integration.StatusTrial},
		{"bound, paid", facts{StartedAt: before, Edition: paid, Portal: 7, KeyOK: true}, integration.StatusActive},
		{"paid now, was on trial", facts{StartedAt: before, Edition: paid, TrialEndsAt: before, Portal: 7, KeyOK: true}, integration.StatusActive},
		{"key broken, free", facts{StartedAt: before, Edition: free, TrialEndsAt: after, Portal: 7}, integration.StatusKeyInvalid},
		{"key broken, paid", facts{StartedAt: before, Edition: paid, Portal: 7}, integration.StatusKeyInvalid},
		{"trial over", facts{StartedAt: before, Edition: free, TrialEndsAt: before, Portal: 7, KeyOK: true}, integration.StatusTrialExpired},
		{"trial over at this very moment", facts{StartedAt: before, Edition: free, TrialEndsAt: now, Portal: 7, KeyOK: true}, integration.StatusTrialExpired},
		{"trial over and key broken", facts{StartedAt: before, Edition: free, TrialEndsAt: before, Portal: 7}, integration.StatusTrialExpired},
		{"trial over, never bound", facts{StartedAt: before, Edition: free, TrialEndsAt: before}, integration.StatusTrialExpired},
		{"disabled", facts{StartedAt: before, DisabledAt: before, Edition: paid}, integration.StatusDisabled},
		{"disabled after the trial", facts{StartedAt: before, DisabledAt: before, Edition: free, TrialEndsAt: before}, integration.StatusDisabled},
	}
	for _, c := range cases {
		if got := integration.Derive(c.f, now); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTrialEndsWhenTheFifteenthDayEnds(t *testing.T) {
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	cases := []struct{ zone, start, last, over string }{
		{"Asia/Tokyo", "2026-11-01T00:00:00+09:00", "2026-11-15T23:59:59.999999+09:00", "2026-11-16T00:00:00+09:00"},
		{"Asia/Tokyo", "2026-11-01T23:59:59+09:00", "2026-11-15T23:59:59.999999+09:00", "2026-11-16T00:00:00+09:00"},
		// Still October in UTC, already November in Tokyo.
		{"Asia/Tokyo", "2026-10-31T15:30:00Z", "2026-11-15T14:59:59Z", "2026-11-15T15:00:00Z"},
		// Summer time ends in between: the days count, not the hours.
		{"Europe/Berlin", "2026-10-20T12:00:00+02:00", "2026-11-03T23:59:59+01:00", "2026-11-04T00:00:00+01:00"},
		{"America/Los_Angeles", "2026-03-01T00:00:00-08:00", "2026-03-15T23:59:59-07:00", "2026-03-16T00:00:00-07:00"},
	}
	at := func(s string) time.Time {
		got, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, c := range cases {
		z := zone(c.zone)
		end := integration.TrialEnd(at(c.start), z)
		if !end.Equal(at(c.over)) {
			t.Errorf("%s from %s ends %s, want %s", c.zone, c.start, end, c.over)
		}
		for when, want := range map[string]int{c.start: 15, c.last: 1, c.over: 0} {
			if got := integration.TrialDaysLeft(end, at(when), z); got != want {
				t.Errorf("%s at %s: %d days left, want %d", c.zone, when, got, want)
			}
		}
	}
}
