package integration

import (
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
)

// The transitions of the row of facts. Each is one function with its guard; it
// touches nothing but the row, whose lock the caller holds. What follows from it is
// written by the caller in the same transaction.

// newKey is a key ready to be stored.
type newKey struct {
	Sealed []byte
	Email  string
	Last4  string
}

// at refuses a change that was begun on another version of the row.
func (l *link) at(version int64) error {
	if l.Version != version {
		return stale()
	}
	return nil
}

// begin is はじめに: from nothing or from disabled. The trial clock of a free
// organisation starts once in its life.
func (l *link) begin(now time.Time, edition access.Edition, zone *time.Location) error {
	if s := l.status(now); s != StatusNone && s != StatusDisabled {
		return fault.Conflict("integration.fault.already_started").WithCode("already_started")
	}
	l.StartedAt, l.DisabledAt = now, time.Time{}
	l.TimeZone = zone.String()
	l.changeEdition(now, edition)
	return nil
}

// changeEdition takes note of the organisation's edition. A begun free organisation
// that never had a trial gets it now.
func (l *link) changeEdition(now time.Time, edition access.Edition) {
	l.Edition = edition
	if edition != access.Paid && l.TrialEndsAt.IsZero() && !l.StartedAt.IsZero() && l.DisabledAt.IsZero() {
		l.TrialEndsAt = TrialEnd(now, zoneOf(l.TimeZone))
	}
}

// bind joins a portal: only while setting up. A second portal is refused.
func (l *link) bind(now time.Time, p gate.Portal, k newKey, by id.ID) error {
	switch l.status(now) {
	case StatusSettingUp:
	case StatusTrialExpired:
		return trialExpired()
	case StatusNone, StatusDisabled:
		return fault.Conflict("integration.fault.not_started").WithCode("not_started")
	default:
		return fault.Conflict("integration.fault.second_portal").With("Portal", l.PortalName).WithCode("second_portal")
	}
	l.join(now, p, k, by)
	return nil
}

// rebind changes the portal: what belonged to the old one carries an older epoch and
// is gone at once.
func (l *link) rebind(now time.Time, p gate.Portal, k newKey, by id.ID) error {
	if err := l.bound(now); err != nil {
		return err
	}
	if l.Portal == p.ID {
		return fault.Conflict("integration.fault.same_portal").WithCode("same_portal")
	}
	l.join(now, p, k, by)
	return nil
}

func (l *link) join(now time.Time, p gate.Portal, k newKey, by id.ID) {
	l.Epoch++
	l.Portal, l.PortalName, l.PortalSlug = p.ID, p.Name, p.Slug
	l.BoundAt, l.BoundBy = now, by
	l.Answer, l.AnswerBy, l.AnswerAt = AnswerNone, 0, time.Time{}
	l.ChangesSeq = 0
	l.setKey(k)
}

// renewKey replaces the key of the bound portal. That its person owns the portal was
// asked of the portal before.
func (l *link) renewKey(now time.Time, k newKey) error {
	if err := l.bound(now); err != nil {
		return err
	}
	l.setKey(k)
	return nil
}

func (l *link) setKey(k newKey) {
	l.KeySealed, l.KeyEmail, l.KeyLast4 = k.Sealed, k.Email, k.Last4
	l.KeySerial++
	l.KeyOK, l.KeyBrokenAt, l.KeyReason = true, time.Time{}, ""
}

// breakKey takes note that the portal rejected the key of that serial, and says
// whether that was news: once for each key.
func (l *link) breakKey(now time.Time, epoch, serial int64, reason string) bool {
	if !l.Bound() || !l.KeyOK || l.Epoch != epoch || l.KeySerial != serial {
		return false
	}
	l.KeyOK, l.KeyBrokenAt, l.KeyReason = false, now, reason
	return true
}

// answer takes the one answer to the association question of this binding.
func (l *link) answer(now time.Time, with string, by id.ID) error {
	if err := l.bound(now); err != nil {
		return err
	}
	if l.Answer != AnswerNone {
		return fault.Conflict("integration.fault.already_answered").WithCode("already_answered")
	}
	l.Answer, l.AnswerBy, l.AnswerAt = with, by, now
	return nil
}

// disable switches off, from any state that was begun. The key is forgotten.
func (l *link) disable(now time.Time) error {
	if s := l.status(now); s == StatusNone || s == StatusDisabled {
		return fault.Conflict("integration.fault.not_started").WithCode("not_started")
	}
	l.DisabledAt = now
	l.Epoch++
	l.Portal, l.PortalName, l.PortalSlug = 0, "", ""
	l.BoundAt, l.BoundBy = time.Time{}, 0
	l.KeySealed, l.KeyEmail, l.KeyLast4, l.KeyOK = nil, "", "", false
	l.KeyBrokenAt, l.KeyReason = time.Time{}, ""
	l.Answer, l.AnswerBy, l.AnswerAt = AnswerNone, 0, time.Time{}
	return nil
}

// bound refuses what needs a joined portal and a trial that runs.
func (l *link) bound(now time.Time) error {
	switch l.status(now) {
	case StatusTrial, StatusActive, StatusKeyInvalid:
		return nil
	case StatusTrialExpired:
		return trialExpired()
	}
	return fault.Conflict("integration.fault.not_bound").WithCode("not_bound")
}

// works refuses what needs the portal to answer.
func (l *link) works(now time.Time) error {
	if err := l.bound(now); err != nil {
		return err
	}
	if !l.KeyOK {
		return keyInvalid()
	}
	return nil
}

func trialExpired() *fault.Error {
	return fault.Conflict("integration.fault.trial_expired").WithCode("trial_expired")
}
