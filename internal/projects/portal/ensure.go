package portal

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

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

// ForeseeMembers says what EnsureMembers would answer now, and changes nothing. System
// only.
func (s *Service) ForeseeMembers(ctx context.Context, as Member, batch []Newcomer) ([]Ensured, error) {
	if err := as.RequireSystem(); err != nil {
		return nil, err
	}
	if len(batch) > MaxNewcomers {
		return nil, fault.Invalid("portal.fault.too_many").With("Limit", MaxNewcomers)
	}
	there, err := present(ctx, s.db, s.db.Now(), as.portal, batch)
	if err != nil {
		return nil, err
	}
	room, err := roomLeft(ctx, s.db, as.portal)
	if err != nil {
		return nil, err
	}
	out := make([]Ensured, len(batch))
	for i, n := range batch {
		n.Email = strings.TrimSpace(n.Email)
		var fresh bool
		if out[i], fresh = there.decide(n, &room); fresh {
			there.add(&keyedPerson{emailKey: emailKey(n.Email), Person: Person{PersonID: n.Person, Kind: KindMember, Role: RoleEmployee, Active: true}})
		}
	}
	return out, nil
}

// decide says what becomes of a newcomer while there is room for so many, and whether
// they are new.
func (r roll) decide(n Newcomer, room *int) (Ensured, bool) {
	found := r.find(n)
	switch {
	case found != nil:
		return existing(n.Ref, found.Person), false
	case !validEmail(n.Email):
		return Ensured{Ref: n.Ref, Outcome: OutcomeInvalid}, false
	case *room <= 0:
		return Ensured{Ref: n.Ref, Outcome: OutcomeLimit}, false
	}
	*room--
	return Ensured{Ref: n.Ref, Outcome: OutcomeCreated, Role: RoleEmployee}, true
}

// ensure decides every newcomer against who is there, then writes the new ones.
func (s *Service) ensure(ctx context.Context, tx *store.Tx, as Member, batch []Newcomer) ([]Ensured, error) {
	there, err := present(ctx, tx, tx.Now(), as.portal, batch)
	if err != nil {
		return nil, err
	}
	room, err := roomLeft(ctx, tx, as.portal)
	if err != nil {
		return nil, err
	}
	out := make([]Ensured, len(batch))
	var added []keyedPerson
	var langs []string
	for i, n := range batch {
		n.Email = strings.TrimSpace(n.Email)
		found := there.find(n)
		var fresh bool
		out[i], fresh = there.decide(n, &room)
		if found != nil && found.PersonID == 0 && n.Person != 0 && found.Kind == KindMember {
			found.PersonID = n.Person
			if err := bindPerson(ctx, tx, as.portal, found.ID, n.Person); err != nil {
				return nil, err
			}
		}
		if fresh {
			p := keyedPerson{emailKey: emailKey(n.Email), Person: Person{
				ID: tx.NewID(), PersonID: n.Person, Kind: KindMember, Role: RoleEmployee, Email: n.Email,
				Name: personName(n.Name, n.Email), Active: true, AddedAt: tx.Now(), Version: 1,
			}}
			there.add(&p)
			added, langs = append(added, p), append(langs, n.Locale)
			out[i].Member = p.ID
		}
	}
	return out, s.addMembers(ctx, tx, as, added, langs)
}

// addMembers writes the new members of a batch, numbers them and mails them.
func (s *Service) addMembers(ctx context.Context, tx *store.Tx, as Member, added []keyedPerson, langs []string) error {
	if len(added) == 0 {
		return nil
	}
	in, err := getPortal(ctx, tx, as.portal)
	if err != nil {
		return err
	}
	var persons []id.ID
	for _, p := range added {
		if p.PersonID != 0 {
			persons = append(persons, p.PersonID)
		}
	}
	accounts, err := s.people.Profiles(ctx, tx, persons)
	if err != nil {
		return err
	}
	changes := make([]Change, len(added))
	for i := range added {
		p := &added[i]
		known, ok := accounts[p.PersonID]
		if !ok {
			if known, err = s.account(ctx, tx, in, p.Email, p.Name, langs[i]); err != nil {
				return err
			}
			p.PersonID = known.ID
		}
		if err := s.welcome(ctx, tx, in, p.Person, known); err != nil {
			return err
		}
		changes[i] = Change{Kind: ChangeMemberAdded, Subject: p.ID}
	}
	if err := insertPeople(ctx, tx, as.portal, added); err != nil {
		return err
	}
	if err := s.audit(ctx, tx, as, "members_ensured", 0, strconv.Itoa(len(added))); err != nil {
		return err
	}
	return s.Emit(ctx, tx, as.portal, changes...)
}

// roll is who is in a portal already, by address and by person.
type roll struct {
	byKey    map[string]*keyedPerson
	byPerson map[id.ID]*keyedPerson
}

func (r roll) add(p *keyedPerson) {
	r.byKey[p.emailKey] = p
	if p.PersonID != 0 {
		r.byPerson[p.PersonID] = p
	}
}

// find looks a newcomer up by person first: their address may have changed since.
func (r roll) find(n Newcomer) *keyedPerson {
	if p := r.byPerson[n.Person]; n.Person != 0 && p != nil {
		return p
	}
	return r.byKey[emailKey(n.Email)]
}

// present reads who of the batch is in the portal.
func present(ctx context.Context, q store.Querier, now time.Time, portal id.ID, batch []Newcomer) (roll, error) {
	var keys []string
	var persons []id.ID
	for _, n := range batch {
		keys = append(keys, emailKey(n.Email))
		if n.Person != 0 {
			persons = append(persons, n.Person)
		}
	}
	r := roll{byKey: map[string]*keyedPerson{}, byPerson: map[id.ID]*keyedPerson{}}
	there, err := matchPeople(ctx, q, now, portal, keys, persons)
	for i := range there {
		r.add(&there[i])
	}
	return r, err
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
