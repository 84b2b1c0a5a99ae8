package portal

import (
	"context"
	"time"

	"musubi/internal/id"
	"musubi/internal/store"
)

// Hooks tell higher rooms of changes, inside the transaction that makes them, so
// that what must follow is written with the change or not at all. An error undoes
// the change. Nil fields are skipped.
type Hooks struct {
	// Changed fires once per Emit, after the entry is written.
	Changed func(ctx context.Context, tx *store.Tx, portal id.ID) error
	// OwnerChanged fires with the person who owned the portal, and until when their keys
	// go on opening it: zero for not at all.
	OwnerChanged func(ctx context.Context, tx *store.Tx, portal, from id.ID, until time.Time) error
	// UsedBy names the organisations that use the portal.
	UsedBy func(ctx context.Context, tx *store.Tx, portal id.ID) ([]string, error)
	// PersonShut fires when a member or client user is deactivated or removed, also
	// when a contract ends. person is zero when they never signed in.
	PersonShut func(ctx context.Context, tx *store.Tx, portal, member, person id.ID) error
	// PersonRemoved fires when a member or client user is taken out, so that what
	// they had in projects can be cleared; the row stays for its name.
	PersonRemoved func(ctx context.Context, tx *store.Tx, portal, member id.ID) error
	// ClientUserMoved fires after a client user changed company.
	ClientUserMoved func(ctx context.Context, tx *store.Tx, portal, user, company id.ID) error
	// CompanyRemoved fires when a client company is taken out; its row stays.
	CompanyRemoved func(ctx context.Context, tx *store.Tx, portal, company id.ID) error
	// Deleting fires before a portal is deleted; an error refuses it.
	Deleting func(ctx context.Context, tx *store.Tx, portal id.ID) error
}

// AddHooks registers hooks; the program calls it while it is put together.
func (s *Service) AddHooks(h Hooks) { s.hooks = append(s.hooks, h) }

func (s *Service) changed(ctx context.Context, tx *store.Tx, portal id.ID) error {
	for _, h := range s.hooks {
		if h.Changed != nil {
			if err := h.Changed(ctx, tx, portal); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) ownerChanged(ctx context.Context, tx *store.Tx, portal, from id.ID, until time.Time) error {
	for _, h := range s.hooks {
		if h.OwnerChanged != nil {
			if err := h.OwnerChanged(ctx, tx, portal, from, until); err != nil {
				return err
			}
		}
	}
	return nil
}

// usedBy names the organisations that use the portal.
func (s *Service) usedBy(ctx context.Context, tx *store.Tx, portal id.ID) ([]string, error) {
	var out []string
	for _, h := range s.hooks {
		if h.UsedBy != nil {
			names, err := h.UsedBy(ctx, tx, portal)
			if err != nil {
				return nil, err
			}
			out = append(out, names...)
		}
	}
	return out, nil
}

func (s *Service) personShut(ctx context.Context, tx *store.Tx, portal, member, person id.ID) error {
	for _, h := range s.hooks {
		if h.PersonShut != nil {
			if err := h.PersonShut(ctx, tx, portal, member, person); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) personRemoved(ctx context.Context, tx *store.Tx, portal, member id.ID) error {
	for _, h := range s.hooks {
		if h.PersonRemoved != nil {
			if err := h.PersonRemoved(ctx, tx, portal, member); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) clientUserMoved(ctx context.Context, tx *store.Tx, portal, user, company id.ID) error {
	for _, h := range s.hooks {
		if h.ClientUserMoved != nil {
			if err := h.ClientUserMoved(ctx, tx, portal, user, company); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) companyRemoved(ctx context.Context, tx *store.Tx, portal, company id.ID) error {
	for _, h := range s.hooks {
		if h.CompanyRemoved != nil {
			if err := h.CompanyRemoved(ctx, tx, portal, company); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) deleting(ctx context.Context, tx *store.Tx, portal id.ID) error {
	for _, h := range s.hooks {
		if h.Deleting != nil {
			if err := h.Deleting(ctx, tx, portal); err != nil {
				return err
			}
		}
	}
	return nil
}
