package access

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/store"
)

// Organisations lists what the person may enter, by name.
func (s *Service) Organisations(ctx context.Context, person identity.Person) ([]Membership, error) {
	if err := person.Require(); err != nil {
		return nil, err
	}
	return membershipsOf(ctx, s.db, person.ID())
}

// Enter gives the person's badge in the organisation. Who is no member, not yet
// confirmed, or whose organisation does not exist gets not_found, all alike; who
// was deactivated gets forbidden.
func (s *Service) Enter(ctx context.Context, person identity.Person, org id.ID) (Actor, error) {
	if err := person.Require(); err != nil {
		return Actor{}, err
	}
	user, err := membershipUser(ctx, s.db, person.ID(), org)
	if err != nil {
		return Actor{}, err
	}
	a, err := enter(ctx, s.db, org, user)
	if err == nil && a.user.PersonID != person.ID() {
		return Actor{}, fault.NotFound("access.fault.not_member")
	}
	return a, err
}

// EnterUser gives the badge of a user for a job that carries on what that user
// began. It is refused as soon as the user is no longer active.
func (s *Service) EnterUser(ctx context.Context, org, user id.ID) (Actor, error) {
	return enter(ctx, s.db, org, user)
}

// System gives the badge of the program itself in an organisation, for jobs and
// set paths no person stands behind. The reason goes to the audit log; without one,
// or without an organisation, the badge is nobody's.
func (s *Service) System(org id.ID, reason string) Actor {
	if org <= 0 || reason == "" {
		return Actor{}
	}
	return Actor{org: Organisation{ID: org}, system: reason}
}

func enter(ctx context.Context, q store.Querier, org, user id.ID) (Actor, error) {
	if org <= 0 || user <= 0 {
		return Actor{}, fault.NotFound("access.fault.not_member")
	}
	a, err := loadActor(ctx, q, org, user)
	if err != nil {
		return Actor{}, err
	}
	switch a.user.Status {
	case Active:
		return a, nil
	case Inactive:
		return Actor{}, fault.Forbidden("access.fault.deactivated").WithCode("deactivated")
	}
	return Actor{}, fault.NotFound("access.fault.not_member")
}

// change runs fn in a transaction that owns the organisation's people and rights,
// with the badge as it stands now: somebody who lost the right a moment ago is
// refused, and two who act on each other come one after the other.
func (s *Service) change(ctx context.Context, as Actor, need func(Actor) error,
	fn func(ctx context.Context, tx *store.Tx, as Actor) error) error {
	if err := need(as); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		org, err := lockOrganisation(ctx, tx, as.Org())
		if err != nil {
			return err
		}
		now := as
		if as.System() {
			now.org = org
		} else if now, err = enter(ctx, tx, as.Org(), as.User()); err != nil {
			return err
		}
		if err := need(now); err != nil {
			return err
		}
		return fn(ctx, tx, now)
	})
}

func adminOnly(a Actor) error { return a.RequireAdmin() }

func mayManageUsers(a Actor) error { return a.RequirePermission(ManageUsers) }
