package portal

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
)

// Members lists the portal's members by name.
func (s *Service) Members(ctx context.Context, as Member, f PeopleFilter) (page.Page[Person], error) {
	if err := as.Require(ActSeePeople); err != nil {
		return page.Page[Person]{}, err
	}
	f.Company = 0
	return listPeople(ctx, s.db, s.db.Now(), as.portal, KindMember, f)
}

// ClientUsers lists client users by name, of one company or of all.
func (s *Service) ClientUsers(ctx context.Context, as Member, f PeopleFilter) (page.Page[Person], error) {
	if err := as.Require(ActSeePeople); err != nil {
		return page.Page[Person]{}, err
	}
	f.Role = ""
	return listPeople(ctx, s.db, s.db.Now(), as.portal, KindClient, f)
}

// Person gives one member or client user. Everybody may read themselves.
func (s *Service) Person(ctx context.Context, as Member, person id.ID) (Person, error) {
	if err := as.RequireKnown(); err != nil {
		return Person{}, err
	}
	if person != as.self || person == 0 {
		if err := as.Require(ActSeePeople); err != nil {
			return Person{}, err
		}
	}
	return personByID(ctx, s.db, s.db.Now(), as.portal, person)
}

// PeopleByID gives the people with these ids, also those taken out since, for past
// work names them; unknown ones are absent. Everybody in the portal may, but
// contractors and client users are told no address.
func (s *Service) PeopleByID(ctx context.Context, as Member, ids []id.ID) (map[id.ID]Person, error) {
	if err := as.RequireKnown(); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return map[id.ID]Person{}, nil
	}
	people, err := peopleByID(ctx, s.db, s.db.Now(), as.portal, ids)
	if err != nil || as.Can(ActSeePeople) {
		return people, err
	}
	for n, p := range people {
		if n != as.self {
			p.Email = ""
			people[n] = p
		}
	}
	return people, nil
}

// ChangeRole gives a member another role; endsOn is for contractors. Only the owner
// makes and unmakes administrators.
func (s *Service) ChangeRole(ctx context.Context, as Member, person id.ID, role Role, endsOn string, version int64) (Person, error) {
	bad := fault.Invalid("portal.fault.invalid")
	checkRole(bad, role, endsOn)
	return s.onPerson(ctx, as, person, func(ctx context.Context, tx *store.Tx, p Person) error {
		if err := bad.OrNil(); err != nil {
			return err
		}
		if p.Kind != KindMember {
			return fault.Conflict("portal.fault.client_role")
		}
		if p.Role == RoleOwner {
			return ownerStays()
		}
		if role == RoleAdministrator {
			if err := s.recheck(ctx, tx, as, ActAddAdmin); err != nil {
				return err
			}
		}
		ok, err := setRole(ctx, tx, as.portal, person, role, endsOn, version)
		if err != nil {
			return err
		}
		if !ok {
			return stale()
		}
		if err := s.audit(ctx, tx, as, "member_role", person, p.Email+" "+string(role)); err != nil {
			return err
		}
		return s.Emit(ctx, tx, as.portal, Change{Kind: ChangeMemberRole, Subject: person})
	})
}

// RenamePerson changes the name a member or client user is shown by.
func (s *Service) RenamePerson(ctx context.Context, as Member, person id.ID, name string, version int64) (Person, error) {
	name = clean(name)
	bad := fault.Invalid("portal.fault.invalid")
	checkText(bad, "name", name, true, MaxName)
	return s.onPerson(ctx, as, person, func(ctx context.Context, tx *store.Tx, p Person) error {
		if err := bad.OrNil(); err != nil {
			return err
		}
		p.Name = name
		ok, err := setName(ctx, tx, as.portal, p, version)
		if err == nil && !ok {
			err = stale()
		}
		return err
	})
}

// Deactivate shuts a member or client user out; their work stays. Never the owner.
// Doing it twice changes nothing.
func (s *Service) Deactivate(ctx context.Context, as Member, person id.ID) (Person, error) {
	return s.onPerson(ctx, as, person, func(ctx context.Context, tx *store.Tx, p Person) error {
		if p.Role == RoleOwner {
			return ownerStays()
		}
		return s.shut(ctx, tx, as, p)
	})
}

// shut deactivates somebody and tells everyone who must know.
func (s *Service) shut(ctx context.Context, tx *store.Tx, as Member, p Person) error {
	news, err := setActive(ctx, tx, as.portal, p.ID, false)
	if err != nil || !news {
		return err
	}
	if err := s.audit(ctx, tx, as, "deactivated", p.ID, p.Email); err != nil {
		return err
	}
	if err := s.personShut(ctx, tx, as.portal, p.ID, p.PersonID); err != nil {
		return err
	}
	return s.Emit(ctx, tx, as.portal, Change{Kind: ChangeMemberDeactivated, Subject: p.ID})
}

// Activate lets a deactivated person in again, within the user limit. A contract that
// ended has no last day any more.
func (s *Service) Activate(ctx context.Context, as Member, person id.ID) (Person, error) {
	return s.onPerson(ctx, as, person, func(ctx context.Context, tx *store.Tx, p Person) error {
		if p.Active {
			return nil
		}
		if p.Kind == KindMember {
			// A contract that ended today still fills its place until the sweep: make
			// room by shutting it first.
			if _, err := setActive(ctx, tx, as.portal, person, false); err != nil {
				return err
			}
			if err := s.withinLimit(ctx, tx, as.portal); err != nil {
				return err
			}
		}
		if _, err := setActive(ctx, tx, as.portal, person, true); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "activated", p.ID, p.Email); err != nil {
			return err
		}
		return s.Emit(ctx, tx, as.portal, Change{Kind: ChangeMemberActivated, Subject: person})
	})
}

// Remove takes a person out of the portal; past work keeps their name, and the
// address is free again. Never the owner.
func (s *Service) Remove(ctx context.Context, as Member, person id.ID) error {
	_, err := s.onPerson(ctx, as, person, func(ctx context.Context, tx *store.Tx, p Person) error {
		if p.Role == RoleOwner {
			return ownerStays()
		}
		return s.remove(ctx, tx, as, p)
	})
	return err
}

func (s *Service) remove(ctx context.Context, tx *store.Tx, as Member, p Person) error {
	if err := s.personRemoved(ctx, tx, as.portal, p.ID); err != nil {
		return err
	}
	if err := s.people.Withdraw(ctx, tx, purpose, as.portal, p.ID); err != nil {
		return err
	}
	if err := removePerson(ctx, tx, as.portal, p.ID); err != nil {
		return err
	}
	if err := s.personShut(ctx, tx, as.portal, p.ID, p.PersonID); err != nil {
		return err
	}
	kind := ChangeMemberRemoved
	if p.Kind == KindClient {
		kind = ChangeClientUserRemoved
	}
	if err := s.audit(ctx, tx, as, kind, p.ID, p.Email); err != nil {
		return err
	}
	return s.Emit(ctx, tx, as.portal, Change{Kind: kind, Subject: p.ID})
}

// onPerson runs an act on somebody under the portal's lock, for whoever may manage
// people; on an administrator only for the owner. It gives the person afterwards,
// removed or not.
func (s *Service) onPerson(ctx context.Context, as Member, person id.ID, do func(context.Context, *store.Tx, Person) error) (Person, error) {
	if err := as.Require(ActManagePeople); err != nil {
		return Person{}, err
	}
	var out Person
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		p, err := personByID(ctx, tx, tx.Now(), as.portal, person)
		if err != nil {
			return err
		}
		act := ActManagePeople
		if p.Role == RoleAdministrator && p.ID != as.self {
			act = ActAddAdmin
		}
		if err := s.recheck(ctx, tx, as, act); err != nil {
			return err
		}
		if err := do(ctx, tx, p); err != nil {
			return err
		}
		after, err := peopleByID(ctx, tx, tx.Now(), as.portal, []id.ID{person})
		out = after[person]
		return err
	})
	return out, err
}

func ownerStays() error { return fault.Conflict("portal.fault.owner_stays").WithCode("owner_stays") }
