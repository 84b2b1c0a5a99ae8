package servicekey

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/projects/portal"
	"musubi/internal/secret"
	"musubi/internal/store"
)

// Hooks tell higher rooms of changes inside the transaction that makes them.
type Hooks struct {
	// KeyChanged fires when a person's key stops opening what it opened: it was
	// regenerated, or a portal they owned has another owner, or they were shut out.
	KeyChanged func(ctx context.Context, tx *store.Tx, person id.ID) error
}

// Service is the room's one door. It is safe for concurrent use once the program
// is put together.
type Service struct {
	db      *store.DB
	portals *portal.Service
	people  *identity.Service
	box     *secret.Box
	hooks   []Hooks
}

// New makes the service, which from then on hears of people shut out, of new owners
// of portals, and of their deletion, which it refuses while a portal is in use.
func New(db *store.DB, portals *portal.Service, people *identity.Service, box *secret.Box) *Service {
	s := &Service{db: db, portals: portals, people: people, box: box}
	people.OnShut(s.keyChanged)
	portals.AddHooks(portal.Hooks{
		OwnerChanged: s.handedOver,
		UsedBy: func(ctx context.Context, tx *store.Tx, in id.ID) ([]string, error) {
			used, err := connectionsOf(ctx, tx, in)
			names := make([]string, len(used))
			for i, c := range used {
				names[i] = c.CallerName
			}
			return names, err
		},
		PersonShut: func(ctx context.Context, tx *store.Tx, _, _, person id.ID) error {
			return s.keyChanged(ctx, tx, person)
		},
		Deleting: func(ctx context.Context, tx *store.Tx, in id.ID) error {
			used, err := connectionsOf(ctx, tx, in)
			if err == nil && len(used) > 0 {
				err = fault.Conflict("servicekey.fault.connected").WithCode("connected").With("Count", len(used))
			}
			return err
		},
	})
	return s
}

// AddHooks registers hooks; the program calls it while it is put together.
func (s *Service) AddHooks(h Hooks) { s.hooks = append(s.hooks, h) }

// keyChanged tells of a person's key, if they ever had one.
func (s *Service) keyChanged(ctx context.Context, tx *store.Tx, person id.ID) error {
	if person == 0 {
		return nil
	}
	k, err := keyOf(ctx, tx, person)
	if err != nil || k.person == 0 {
		return err
	}
	for _, h := range s.hooks {
		if h.KeyChanged != nil {
			if err := h.KeyChanged(ctx, tx, person); err != nil {
				return err
			}
		}
	}
	return nil
}
