package integration

import (
	"context"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// Reasons a key broke, for integration.key.reason.*
const (
	ReasonRejected = "rejected" // found by a call or the probe
)

// UpdateKey replaces the key of the bound portal; associations stay. The key of
// somebody who does not own that portal is refused (conflict, code other_portal), a
// wrong key or address with the fault of TypeKey.
func (s *Service) UpdateKey(ctx context.Context, as access.Actor, in KeyForm) (Overview, error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return Overview{}, err
	}
	now := s.p.DB.Now()
	if err := l.at(in.Version); err != nil {
		return Overview{}, err
	}
	if err := l.bound(now); err != nil {
		return Overview{}, err
	}
	key, portals, err := s.tryKey(ctx, as, in)
	if err != nil {
		return Overview{}, err
	}
	found, ok := portalIn(portals, l.Portal)
	if !ok {
		return Overview{}, fault.Conflict("integration.fault.other_portal").With("Portal", l.PortalName).WithCode("other_portal")
	}
	sealed, err := s.sealKey(l.Org, key)
	if err != nil {
		return Overview{}, err
	}
	err = s.change(ctx, as, in.Version, func(ctx context.Context, tx *store.Tx, l *link) error {
		if l.Portal != found.ID {
			return stale()
		}
		if err := l.renewKey(tx.Now(), sealed); err != nil {
			return err
		}
		l.PortalName, l.PortalSlug = found.Name, found.Slug
		if err := s.audit(ctx, tx, as, "integration.key_updated", sealed.Email); err != nil {
			return err
		}
		if _, err := writeKeyEnds(ctx, tx, l.Org, 0); err != nil {
			return err
		}
		return s.follow(ctx, tx, *l, as.User())
	})
	if err != nil {
		return Overview{}, err
	}
	return s.Overview(ctx, as)
}

// tryKey asks Projects what a typed key opens. Blank fields are told before asking.
func (s *Service) tryKey(ctx context.Context, as access.Actor, in KeyForm) (gate.Key, []gate.Portal, error) {
	key := gate.Key{Secret: strings.TrimSpace(in.Secret), Email: strings.TrimSpace(in.Email)}
	bad := fault.Invalid("integration.fault.key_form")
	if key.Secret == "" {
		bad.Field("key", "integration.fault.key_required")
	}
	if key.Email == "" {
		bad.Field("email", "integration.fault.email_required")
	}
	if err := bad.OrNil(); err != nil {
		return gate.Key{}, nil, err
	}
	return s.askKey(ctx, as, key)
}

// askKey asks Projects which portals a key opens now.
func (s *Service) askKey(ctx context.Context, as access.Actor, key gate.Key) (gate.Key, []gate.Portal, error) {
	caller, err := s.caller(ctx, as.Org())
	if err != nil {
		return gate.Key{}, nil, err
	}
	var portals []gate.Portal
	err = s.within(ctx, s.p.PageWait, func(ctx context.Context) error {
		portals, err = s.p.Door.Owned(ctx, caller, key)
		return err
	})
	if fault.HasCode(err, gate.CodeKeyRejected) {
		return gate.Key{}, nil, fault.Invalid("integration.fault.key_wrong").WithCode(gate.CodeKeyRejected)
	}
	return key, portals, err
}

// sealKey prepares a key for storing in the link of an organisation.
func (s *Service) sealKey(org id.ID, k gate.Key) (newKey, error) {
	sealed, err := s.p.Box.Seal([]byte(k.Secret), keySeal(org))
	if err != nil {
		return newKey{}, err
	}
	last := k.Secret
	if len(last) > 4 {
		last = last[len(last)-4:]
	}
	return newKey{Sealed: sealed, Email: k.Email, Last4: last}, nil
}

// keyRejected takes note that the portal rejected the key l was read with. Of many
// calls that learn it at the same moment one changes the state and writes the letters.
func (s *Service) keyRejected(ctx context.Context, l link) error {
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		cur, err := lockLink(ctx, tx, l.Org)
		if err != nil {
			return err
		}
		if !cur.breakKey(tx.Now(), l.Epoch, l.KeySerial, ReasonRejected) {
			return nil
		}
		if err := saveLink(ctx, tx, &cur); err != nil {
			return err
		}
		if err := s.auditSystem(ctx, tx, l.Org, "integration.key_broken", cur.KeyEmail); err != nil {
			return err
		}
		return s.tellAdministrators(ctx, tx, letter{Org: l.Org, Name: letterKeyBroken,
			Unique: idem(cur, "key", cur.KeySerial), Args: fault.Args{"Portal": cur.PortalName}})
	})
}

// PortalEvent takes note, in the transaction that makes it, that something happened
// in a portal: its outbox grew, or it has another owner. The organisations bound to it
// ask right after, which also verifies their keys.
func (s *Service) PortalEvent(ctx context.Context, tx *store.Tx, portal id.ID) error {
	return s.p.Queue.Insert(ctx, tx, portalEventJob{Portal: portal}, jobs.Unique(portal.String()))
}

// KeyEvent takes note that a person's key changed or was shut out: whoever is bound to
// a portal of theirs asks right after.
func (s *Service) KeyEvent(ctx context.Context, tx *store.Tx, person id.ID) error {
	return s.p.Queue.Insert(ctx, tx, keyEventJob{Person: person})
}

// keyEvent asks about every portal the person owns.
func (s *Service) keyEvent(ctx context.Context, j keyEventJob) error {
	if s.p.Owned == nil {
		return nil
	}
	portals, err := s.p.Owned(ctx, j.Person)
	if err != nil {
		return err
	}
	for _, p := range portals {
		if err := s.portalEvent(ctx, portalEventJob{Portal: p}); err != nil {
			return err
		}
	}
	return nil
}

func portalIn(list []gate.Portal, portal id.ID) (gate.Portal, bool) {
	for _, p := range list {
		if p.ID == portal {
			return p, true
		}
	}
	return gate.Portal{}, false
}
