package servicekey

import (
	"context"
	"time"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// Connection is an organisation that uses a portal.
type Connection struct {
	ID         id.ID
	Portal     id.ID
	PortalName string
	Caller     string // the caller's own id
	CallerName string
	Person     id.ID // whose key it gave
	Since      time.Time
	LastUsedAt time.Time
}

// Caller is the organisation that presents a key. Address is where it knocks from,
// for slowing down guesses; empty stands for the organisation itself.
type Caller struct {
	Org     string
	Name    string
	Address string
}

// Connect records the caller as using the portal; doing it again changes the key's
// person and the caller's name only.
func (s *Service) Connect(ctx context.Context, c Caller, v Verified, in id.ID) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		before, err := connectionOf(ctx, tx, in, c.Org)
		if err != nil {
			return err
		}
		if err := s.stillOpens(ctx, tx, v, in, before); err != nil {
			return err
		}
		if err := upsertConnection(ctx, tx, in, c, v.person); err != nil {
			return err
		}
		if err := stampKey(ctx, tx, v.person, c.Name, store.Micros(tx.Now())+1); err != nil {
			return err
		}
		if before.person == v.person {
			return nil
		}
		return s.audit(ctx, tx, in, v.person, "servicekey.connected", c.Name)
	})
}

// Disconnect forgets the caller in the portal. It needs no valid key, since it only
// takes away; the gate vouches for the caller.
func (s *Service) Disconnect(ctx context.Context, c Caller, in id.ID) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		gone, err := deleteConnection(ctx, tx, in, c.Org)
		if err != nil || !gone {
			return err
		}
		return s.audit(ctx, tx, in, 0, "servicekey.disconnected", c.Name)
	})
}

// Connections lists who uses the portal. Owner and administrators may.
func (s *Service) Connections(ctx context.Context, as portal.Member) ([]Connection, error) {
	if err := as.Require(portal.ActServiceKey); err != nil {
		return nil, err
	}
	return connectionsOf(ctx, s.db, as.Portal())
}
