package integration

import (
	"context"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/store"
)

// TrialDays is the length of the trial in calendar days, the first one being that
// of getting started.
const TrialDays = 15

// trialWarning is how many days before the end administrators are told.
const trialWarning = 3

// TrialEnd gives the first moment after a trial that began at start: midnight after
// the 15th calendar day in the organisation's time zone.
func TrialEnd(start time.Time, zone *time.Location) time.Time {
	y, m, d := start.In(zone).Date()
	return time.Date(y, m, d+TrialDays, 0, 0, 0, 0, zone)
}

// TrialDaysLeft gives the calendar days left at now, the present one counted; zero
// once the trial is over.
func TrialDaysLeft(end, now time.Time, zone *time.Location) int {
	if end.IsZero() || !now.Before(end) {
		return 0
	}
	day := func(t time.Time) time.Time { // in UTC, where every day has 24 hours
		y, m, d := t.In(zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	last := end.Add(-time.Nanosecond) // inside the last day, whatever the zone
	return int(day(last).Sub(day(now))/(24*time.Hour)) + 1
}

// zoneOf loads a time zone by name; an unknown one counts as UTC.
func zoneOf(name string) *time.Location {
	if z, err := time.LoadLocation(name); err == nil {
		return z
	}
	return time.UTC
}

// trials queues a look at every organisation whose trial ends soon or has ended.
func (s *Service) trials(ctx context.Context) error {
	soon := s.p.DB.Now().AddDate(0, 0, trialWarning)
	return s.each(ctx, func(after id.ID, limit int) ([]id.ID, error) {
		return trialOrgs(ctx, s.p.DB, soon, after, limit)
	}, func(ctx context.Context, tx *store.Tx, org id.ID) error {
		return s.p.Queue.Insert(ctx, tx, trialJob{Org: org}, jobs.Unique(org.String()))
	})
}

// trial tells administrators three days before the end and at the end, each once.
func (s *Service) trial(ctx context.Context, j trialJob) error {
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, j.Org)
		if err != nil {
			return err
		}
		due := l.trialLetter(tx.Now())
		if due == "" {
			return nil
		}
		if err := keepLink(ctx, tx, l); err != nil {
			return err
		}
		last := l.TrialEndsAt.In(zoneOf(l.TimeZone)).AddDate(0, 0, -1).Format(time.DateOnly)
		return s.tellAdministrators(ctx, tx, letter{Org: l.Org, Name: due, Unique: due, Day: last})
	})
}

// trialLetter takes note of the letter that is due, if any, so that it is due once.
func (l *link) trialLetter(now time.Time) string {
	if l.TrialEndsAt.IsZero() || l.Edition == access.Paid || !l.DisabledAt.IsZero() {
		return ""
	}
	switch {
	case !now.Before(l.TrialEndsAt):
		if l.TrialTold < 2 {
			l.TrialTold = 2
			return letterTrialEnded
		}
	case !now.Before(l.TrialEndsAt.AddDate(0, 0, -trialWarning)):
		if l.TrialTold < 1 {
			l.TrialTold = 1
			return letterTrialSoon
		}
	}
	return ""
}
