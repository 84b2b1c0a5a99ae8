package servicekey

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// Stops lists the connections that a new key would stop.
func (s *Service) Stops(ctx context.Context, as portal.Member) ([]Connection, error) {
	person, err := holderOf(as)
	if err != nil {
		return nil, err
	}
	return connectionsBy(ctx, s.db, s.db.Now(), person)
}

// MaxOverlap is for how many days an old key may work beside the new one.
const MaxOverlap = 30

// EndOverlap stops at once what still works of the badge's own replaced keys. Audited.
func (s *Service) EndOverlap(ctx context.Context, as portal.Member) error {
	person, err := holderOf(as)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := endOverlap(ctx, tx, person); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as.Portal(), person, "servicekey.overlap_ended", as.Email()); err != nil {
			return err
		}
		return s.keyChanged(ctx, tx, person)
	})
}

// Regenerate makes another of the badge's own key and gives back the connections that
// stop: at once, or when the old key ends after overlap days, 30 at most. version guards against a double click: a second one is
// stale. Audited.
func (s *Service) Regenerate(ctx context.Context, p identity.Person, as portal.Member, password string, version int64, overlap int) (Key, []Connection, error) {
	person, err := s.confirm(ctx, p, as, password)
	if err != nil {
		return Key{}, nil, err
	}
	if overlap < 0 || overlap > MaxOverlap {
		return Key{}, nil, fault.Invalid("servicekey.fault.invalid").Field("overlap", "servicekey.fault.overlap", fault.Args{"Max": MaxOverlap})
	}
	if _, err := s.ensure(ctx, person); err != nil {
		return Key{}, nil, err
	}
	text, hash, sealed, err := s.mint(person)
	if err != nil {
		return Key{}, nil, err
	}
	var now stored
	var stopped []Connection
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		before, err := lockKey(ctx, tx, person)
		if err != nil {
			return err
		}
		if before.version != version {
			return fault.New(fault.KindStale, "servicekey.fault.stale")
		}
		if stopped, err = connectionsBy(ctx, tx, tx.Now(), person); err != nil {
			return err
		}
		var until time.Time
		if overlap > 0 {
			until = tx.Now().AddDate(0, 0, overlap)
		}
		if err := replaceKey(ctx, tx, person, hash, sealed, tail(text), until); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as.Portal(), person, "servicekey.regenerated", as.Email()); err != nil {
			return err
		}
		if err := s.keyChanged(ctx, tx, person); err != nil {
			return err
		}
		now, err = keyOf(ctx, tx, person)
		return err
	})
	if err != nil {
		return Key{}, nil, err
	}
	k, err := s.view(ctx, now)
	return k, stopped, err
}

// confirm asks for the password again and gives the person whose own key it is.
func (s *Service) confirm(ctx context.Context, p identity.Person, as portal.Member, password string) (id.ID, error) {
	person, err := holderOf(as)
	if err != nil {
		return 0, err
	}
	if personID(p) != person {
		return 0, fault.Forbidden("servicekey.fault.no_person")
	}
	return person, s.people.Confirm(ctx, p, password)
}
