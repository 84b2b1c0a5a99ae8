package integration

import (
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/id"
)

// Status is where the integration of an organisation stands. It is derived from
// Facts and never stored.
type Status string

// The statuses.
const (
	StatusNone         Status = "none"          // never begun
	StatusSettingUp    Status = "setting_up"    // begun, no portal bound yet
	StatusTrial        Status = "trial"         // works, free edition, days running
	StatusActive       Status = "active"        // works
	StatusKeyInvalid   Status = "key_invalid"   // the portal no longer takes the key
	StatusTrialExpired Status = "trial_expired" // the free days are over; data kept
	StatusDisabled     Status = "disabled"      // switched off by an administrator
)

// Facts are what the status derives from. Zero times say "not happened".
type Facts struct {
	StartedAt   time.Time
	DisabledAt  time.Time
	TrialEndsAt time.Time // first moment after the trial
	Edition     access.Edition
	Portal      id.ID
	KeyOK       bool
}

// Derive gives the status of the facts at a moment. The key and the trial are
// independent facts: an organisation whose trial ended stays expired whatever its
// key does, and finds the state of its key again after the upgrade.
func Derive(f Facts, now time.Time) Status {
	switch {
	case f.StartedAt.IsZero():
		return StatusNone
	case !f.DisabledAt.IsZero():
		return StatusDisabled
	case f.Edition != access.Paid && !f.TrialEndsAt.IsZero() && !now.Before(f.TrialEndsAt):
		return StatusTrialExpired
	case f.Portal == 0:
		return StatusSettingUp
	case !f.KeyOK:
		return StatusKeyInvalid
	case f.Edition != access.Paid:
		return StatusTrial
	}
	return StatusActive
}

// Bound says whether a portal is joined, whatever the key and the trial say.
func (f Facts) Bound() bool { return f.Portal != 0 && f.DisabledAt.IsZero() && !f.StartedAt.IsZero() }

// Works says whether daily use goes through in this status.
func (s Status) Works() bool { return s == StatusTrial || s == StatusActive }

// Shown says whether the tab and the related lists are there at all; with a
// rejected key they are, and say so.
func (s Status) Shown() bool { return s.Works() || s == StatusKeyInvalid }
