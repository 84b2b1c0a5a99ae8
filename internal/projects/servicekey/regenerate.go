package servicekey

import (
	"context"

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
	return connectionsBy(ctx, s.db, person)
}

// Regenerate drops the badge's own key at once, makes another, and gives back the
// connections that stop. version guards against a double click: a second one is
// stale. Audited.
func (s *Service) Regenerate(ctx context.Context, p identity.Person, as portal.Member, password string, version int64) (Key, []Connection, error) {
	person, err := s.confirm(ctx, p, as, password)
	if err != nil {
		return Key{}, nil, err
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
		if stopped, err = connectionsBy(ctx, tx, person); err != nil {
			return err
		}
		if err := replaceKey(ctx, tx, person, hash, sealed, tail(text)); err != nil {
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
