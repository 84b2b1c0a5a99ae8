package portal

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/store"
)

// Enter gives the person's badge in the portal. Who is not in it gets not_found, as
// if there were no such portal; who is deactivated, or whose contract is over, gets
// forbidden with the code "inactive".
func (s *Service) Enter(ctx context.Context, p identity.Person, portal id.ID) (Member, error) {
	f := founderOf(p)
	if f.Person == 0 {
		return Member{}, fault.New(fault.KindUnauthenticated, "portal.fault.signed_out")
	}
	e, err := entrantByPerson(ctx, s.db, s.db.Now(), portal, f.Person, emailKey(f.Email))
	if err != nil {
		return Member{}, err
	}
	if !e.Active {
		return Member{}, inactive()
	}
	if e.PersonID == 0 {
		// Their first visit: from now on they are known by person, not by address.
		if err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return bindPerson(ctx, tx, portal, e.ID, f.Person)
		}); err != nil {
			return Member{}, err
		}
		e.PersonID = f.Person
	}
	return badge(portal, e), nil
}

// EnterMember gives the badge of a member for the gate, which vouches for it. Client
// users do not come in this way.
func (s *Service) EnterMember(ctx context.Context, portal, member id.ID) (Member, error) {
	e, err := entrantByID(ctx, s.db, s.db.Now(), portal, member)
	if err != nil {
		return Member{}, err
	}
	if e.Kind != KindMember {
		return Member{}, notFound()
	}
	if !e.Active {
		return Member{}, inactive()
	}
	return badge(portal, e), nil
}

// System gives the badge of the program itself in a portal, for jobs and the gate's
// system scope. The reason goes to the audit log.
func (s *Service) System(portal id.ID, reason string) Member {
	if portal == 0 || reason == "" {
		return Member{}
	}
	return Member{portal: portal, system: reason}
}

// badge is the only maker of a person's Member.
func badge(portal id.ID, e entrant) Member {
	return Member{
		portal: portal, self: e.ID, person: e.PersonID, kind: e.Kind, company: e.Company, role: e.Role,
		name: e.Name, email: e.Email, locale: e.locale, zone: e.zone,
	}
}

func inactive() error { return fault.Forbidden("portal.fault.inactive").WithCode("inactive") }

// Memberships lists the portals the person is in, by name; those they are shut out
// of are listed too and marked.
func (s *Service) Memberships(ctx context.Context, p identity.Person) ([]Membership, error) {
	f := founderOf(p)
	if f.Person == 0 {
		return nil, fault.New(fault.KindUnauthenticated, "portal.fault.signed_out")
	}
	return memberships(ctx, s.db, s.db.Now(), f.Person, emailKey(f.Email))
}

// MembershipsOf is Memberships for a person vouched for by the caller (the gate).
func (s *Service) MembershipsOf(ctx context.Context, person id.ID, email string) ([]Membership, error) {
	if person == 0 {
		return nil, fault.New(fault.KindUnauthenticated, "portal.fault.signed_out")
	}
	return memberships(ctx, s.db, s.db.Now(), person, emailKey(email))
}
