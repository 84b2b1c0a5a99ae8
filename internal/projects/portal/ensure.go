package portal

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// Bounds of one batch.
const (
	MaxNewcomers = 5000
	MaxClients   = 5000
)

// Newcomer is somebody to become a member with the role employee. Ref is the
// caller's own id; Person is zero when they have no account yet.
type Newcomer struct {
	Ref    string
	Person id.ID
	Email  string
	Name   string
	Locale string
}

// Outcome says what became of a newcomer.
type Outcome string

// Outcomes of EnsureMembers.
const (
	OutcomeCreated  Outcome = "created"
	OutcomeExisting Outcome = "existing"  // role stays as it was
	OutcomeIsClient Outcome = "is_client" // the address is a client user here
	OutcomeLimit    Outcome = "limit"     // the portal's user limit is reached
	OutcomeInactive Outcome = "inactive"  // deactivated here; stays so
	OutcomeInvalid  Outcome = "invalid"   // the address cannot be one
)

// Ensured is the outcome for one newcomer. Member and Role are empty where refused;
// a deactivated member is named, since they can be let in again.
type Ensured struct {
	Ref     string
	Member  id.ID
	Outcome Outcome
	Role    Role
}

// EnsureMembers makes each newcomer a member or finds the one there is, in one
// transaction for the whole batch. One outcome per newcomer, in order; the same
// idem gives the same answer and no second mail. System only.
func (s *Service) EnsureMembers(ctx context.Context, as Member, idem string, batch []Newcomer) ([]Ensured, error) {
	if err := as.RequireSystem(); err != nil {
		return nil, err
	}
	if len(batch) > MaxNewcomers {
		return nil, fault.Invalid("portal.fault.too_many").With("Limit", MaxNewcomers)
	}
	if len(batch) == 0 {
		return nil, nil
	}
	var out []Ensured
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		if idem != "" {
			answer, err := ensuredAnswer(ctx, tx, as.portal, idem)
			if err != nil {
				return err
			}
			if answer != "" {
				if err := json.Unmarshal([]byte(answer), &out); err != nil {
					return fault.Internal(err)
				}
				return nil
			}
		}
		var err error
		if out, err = s.ensure(ctx, tx, as, batch); err != nil || idem == "" {
			return err
		}
		answer, err := json.Marshal(out)
		if err != nil {
			return fault.Internal(err)
		}
		return keepAnswer(ctx, tx, as.portal, idem, string(answer))
	})
	return out, err
}

// ensure decides every newcomer against who is there, then writes the new ones.
func (s *Service) ensure(ctx context.Context, tx *store.Tx, as Member, batch []Newcomer) ([]Ensured, error) {
	byKey, byPerson, err := s.present(ctx, tx, as.portal, batch)
	if err != nil {
		return nil, err
	}
	room, err := roomLeft(ctx, tx, as.portal)
	if err != nil {
		return nil, err
	}
	out := make([]Ensured, len(batch))
	var added []keyedPerson
	var changes []Change
	for i, n := range batch {
		n.Email = strings.TrimSpace(n.Email)
		key := emailKey(n.Email)
		there := byPerson[n.Person]
		if n.Person == 0 || there == nil {
			there = byKey[key]
		}
		switch {
		case there != nil:
			out[i] = existing(n.Ref, there.Person)
			if there.PersonID == 0 && n.Person != 0 && there.Kind == KindMember {
				there.PersonID = n.Person
				if err := bindPerson(ctx, tx, as.portal, there.ID, n.Person); err != nil {
					return nil, err
				}
			}
		case !validEmail(n.Email):
			out[i] = Ensured{Ref: n.Ref, Outcome: OutcomeInvalid}
		case room <= 0:
			out[i] = Ensured{Ref: n.Ref, Outcome: OutcomeLimit}
		default:
			room--
			p := &keyedPerson{emailKey: key, Person: Person{
				ID: tx.NewID(), PersonID: n.Person, Kind: KindMember, Role: RoleEmployee, Email: n.Email,
				Name: personName(n.Name, n.Email), Active: true, AddedAt: tx.Now(), Version: 1,
			}}
			byKey[key] = p
			if n.Person != 0 {
				byPerson[n.Person] = p
			}
			added = append(added, *p)
			changes = append(changes, Change{Kind: ChangeMemberAdded, Subject: p.ID})
			out[i] = Ensured{Ref: n.Ref, Member: p.ID, Outcome: OutcomeCreated, Role: RoleEmployee}
			if err := s.welcome(ctx, tx, as, p.Person, n.Locale); err != nil {
				return nil, err
			}
		}
	}
	if len(added) == 0 {
		return out, nil
	}
	if err := insertPeople(ctx, tx, as.portal, added); err != nil {
		return nil, err
	}
	if err := s.audit(ctx, tx, as, "portal.members_ensured", strconv.Itoa(len(added))); err != nil {
		return nil, err
	}
	return out, s.emit(ctx, tx, as.portal, changes)
}

// present reads who of the batch is in the portal already, by address and by person.
func (s *Service) present(ctx context.Context, tx *store.Tx, portal id.ID, batch []Newcomer) (map[string]*keyedPerson, map[id.ID]*keyedPerson, error) {
	var keys []string
	var persons []id.ID
	for _, n := range batch {
		keys = append(keys, emailKey(n.Email))
		if n.Person != 0 {
			persons = append(persons, n.Person)
		}
	}
	there, err := matchPeople(ctx, tx, tx.Now(), portal, keys, persons)
	if err != nil {
		return nil, nil, err
	}
	byKey, byPerson := make(map[string]*keyedPerson, len(there)), make(map[id.ID]*keyedPerson, len(there))
	for i := range there {
		p := &there[i]
		byKey[p.emailKey] = p
		if p.PersonID != 0 {
			byPerson[p.PersonID] = p
		}
	}
	return byKey, byPerson, nil
}

func existing(ref string, p Person) Ensured {
	switch {
	case p.Kind == KindClient:
		return Ensured{Ref: ref, Outcome: OutcomeIsClient}
	case !p.Active:
		return Ensured{Ref: ref, Member: p.ID, Outcome: OutcomeInactive, Role: p.Role}
	}
	return Ensured{Ref: ref, Member: p.ID, Outcome: OutcomeExisting, Role: p.Role}
}
