package portal

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// MaxGrace is for how many days keys of a former owner may go on.
const MaxGrace = 30

// TransferOwner makes an active administrator the owner; the former owner becomes an
// administrator. Only the owner may. Keys of the former owner stop opening the portal at
// once, or after grace days for the organisations that use it already.
func (s *Service) TransferOwner(ctx context.Context, as Member, to id.ID, grace int) (Portal, error) {
	if err := as.Require(ActOwn); err != nil {
		return Portal{}, err
	}
	if grace < 0 || grace > MaxGrace {
		return Portal{}, fault.Invalid("portal.fault.grace").With("Max", MaxGrace).Field("grace", "portal.fault.grace", fault.Args{"Max": MaxGrace})
	}
	var out Portal
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		if err := s.recheck(ctx, tx, as, ActOwn); err != nil {
			return err
		}
		p, err := getPortal(ctx, tx, as.portal)
		if err != nil {
			return err
		}
		next, err := personByID(ctx, tx, tx.Now(), as.portal, to)
		if err != nil {
			return err
		}
		switch {
		case next.ID == p.Owner:
			return fault.Conflict("portal.fault.owner_already")
		case next.Role != RoleAdministrator || !next.Active:
			return fault.Conflict("portal.fault.owner_not_admin").WithCode("owner_not_admin")
		}
		accounts, err := s.people.Profiles(ctx, tx, []id.ID{next.PersonID})
		if err != nil {
			return err
		}
		if !accounts[next.PersonID].Accepted {
			return fault.Conflict("portal.fault.owner_never_signed_in").WithCode("owner_never_signed_in")
		}
		former, err := personByID(ctx, tx, tx.Now(), as.portal, p.Owner)
		if err != nil {
			return err
		}
		if _, err := setRole(ctx, tx, as.portal, former.ID, RoleAdministrator, "", former.Version); err != nil {
			return err
		}
		if _, err := setRole(ctx, tx, as.portal, next.ID, RoleOwner, "", next.Version); err != nil {
			return err
		}
		if err := setOwner(ctx, tx, as.portal, next.ID, next.PersonID); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "owner_changed", next.ID, former.Email+" → "+next.Email); err != nil {
			return err
		}
		var until time.Time
		if grace > 0 {
			until = tx.Now().AddDate(0, 0, grace)
		}
		if err := s.tellOwner(ctx, tx, p, former, next, accounts[next.PersonID], until); err != nil {
			return err
		}
		if err := s.ownerChanged(ctx, tx, as.portal, former.PersonID, until); err != nil {
			return err
		}
		if err := s.Emit(ctx, tx, as.portal, Change{Kind: ChangeOwner, Subject: next.ID}); err != nil {
			return err
		}
		out, err = getPortal(ctx, tx, as.portal)
		return err
	})
	return out, err
}
