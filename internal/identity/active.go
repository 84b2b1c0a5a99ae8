package identity

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// ShutFunc is what a room does when a person is shut out, in the same transaction.
type ShutFunc func(ctx context.Context, tx *store.Tx, person id.ID) error

// OnShut registers a room that must hear of people shut out; the program calls it
// while it is put together.
func (s *Service) OnShut(f ShutFunc) { s.shut = append(s.shut, f) }

// SetActive shuts a person out of the whole installation, or lets them in again: who
// runs the installation decides, on the command line. Sessions end at once, open
// invitations and resets stay void, and what they made stays. Doing it twice
// changes nothing.
func (s *Service) SetActive(ctx context.Context, tx *store.Tx, email string, active bool) error {
	p, found, err := findProfile(ctx, tx, EmailKey(email))
	if err != nil {
		return err
	}
	if !found {
		return fault.NotFound("identity.person.unknown")
	}
	if p.Active == active {
		return nil
	}
	if err := setActive(ctx, tx, p.ID, active); err != nil {
		return err
	}
	act := "identity.activated"
	if !active {
		act = "identity.deactivated"
		if err := dropSessions(ctx, tx, p.ID); err != nil {
			return err
		}
		for _, f := range s.shut {
			if err := f(ctx, tx, p.ID); err != nil {
				return err
			}
		}
	}
	return s.Audit(ctx, tx, Entry{Act: act, Target: p.ID, Detail: p.Email})
}
