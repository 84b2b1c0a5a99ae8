package access

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/store"
)

// Hooks tell higher rooms of changes, inside the transaction that makes them, so
// that what must follow is written with the change or not at all. An error undoes
// the change. Nil fields are skipped.
type Hooks struct {
	// UserChanged fires when a user accepts, is activated or deactivated, or gets
	// another profile, e-mail address or name.
	UserChanged func(ctx context.Context, tx *store.Tx, org, user id.ID) error
	// ProfileCreated fires for a new clone.
	ProfileCreated func(ctx context.Context, tx *store.Tx, org, profile id.ID) error
	// ProfileDeleted fires after its users moved to another profile. They may be
	// thousands, so UserChanged does not fire for each: follow up by movedTo.
	ProfileDeleted func(ctx context.Context, tx *store.Tx, org, profile, movedTo id.ID) error
	// EditionChanged fires when the organisation becomes free or paid.
	EditionChanged func(ctx context.Context, tx *store.Tx, org id.ID, now Edition) error
}

// AddHooks registers hooks; the program calls it while it is put together.
func (s *Service) AddHooks(h Hooks) { s.hooks = append(s.hooks, h) }

func (s *Service) userChanged(ctx context.Context, tx *store.Tx, org, user id.ID) error {
	for _, h := range s.hooks {
		if h.UserChanged == nil {
			continue
		}
		if err := h.UserChanged(ctx, tx, org, user); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) profileCreated(ctx context.Context, tx *store.Tx, org, profile id.ID) error {
	for _, h := range s.hooks {
		if h.ProfileCreated == nil {
			continue
		}
		if err := h.ProfileCreated(ctx, tx, org, profile); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) profileDeleted(ctx context.Context, tx *store.Tx, org, profile, movedTo id.ID) error {
	for _, h := range s.hooks {
		if h.ProfileDeleted == nil {
			continue
		}
		if err := h.ProfileDeleted(ctx, tx, org, profile, movedTo); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) editionChanged(ctx context.Context, tx *store.Tx, org id.ID, now Edition) error {
	for _, h := range s.hooks {
		if h.EditionChanged == nil {
			continue
		}
		if err := h.EditionChanged(ctx, tx, org, now); err != nil {
			return err
		}
	}
	return nil
}
