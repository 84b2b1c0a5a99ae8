package servicekey

import (
	"context"
	"time"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// A portal that is handed over may let the former owner's key open it on for some days,
// for the organisations that are connected with it already: time to enter the new key.

// handedOver notes until when the former owner's key goes on, in place of what was noted
// of owners before; zero ends it at once.
func (s *Service) handedOver(ctx context.Context, tx *store.Tx, in, from id.ID, until time.Time) error {
	if err := endGrace(ctx, tx, in); err != nil {
		return err
	}
	if !until.IsZero() && from != 0 {
		if err := insertGrace(ctx, tx, in, from, until); err != nil {
			return err
		}
	}
	return s.keyChanged(ctx, tx, from)
}

// Grace says until when the key of the portal's former owner works on; zero when it
// does not.
func (s *Service) Grace(ctx context.Context, as portal.Member) (time.Time, error) {
	if err := as.Require(portal.ActServiceKey); err != nil {
		return time.Time{}, err
	}
	return graceIn(ctx, s.db, s.db.Now(), as.Portal())
}

// EndGrace stops the former owner's key at once. Only the owner may. Audited.
func (s *Service) EndGrace(ctx context.Context, as portal.Member) error {
	if err := as.Require(portal.ActOwn); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := endGrace(ctx, tx, as.Portal()); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as.Portal(), as.Person(), "servicekey.grace_ended", as.Email()); err != nil {
			return err
		}
		return s.portals.Emit(ctx, tx, as.Portal(), portal.Change{Kind: portal.ChangeOwner, Subject: as.ID()})
	})
}

// opens says whether a person's key opens the portal for a caller: theirs is the portal,
// or was, and the caller is connected with that key and the days are not over. ends is
// when they are; zero where they do not count.
func opens(ctx context.Context, q store.Querier, now time.Time, person, in id.ID, there use) (ok bool, ends time.Time, err error) {
	if ok, err = ownsPortal(ctx, q, person, in); err != nil || ok {
		return ok, time.Time{}, err
	}
	if person == 0 || there.person != person {
		return false, time.Time{}, nil
	}
	ends, err = graceOf(ctx, q, now, person, in)
	return err == nil && !ends.IsZero(), ends, err
}
