package portal

import (
	"context"
	"strings"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// Codes of the conflicts of one address inside a portal, and of the user limit.
const (
	CodeAlreadyMember = "already_member"
	CodeAlreadyClient = "already_client"
	CodeOtherCompany  = "other_company"
	CodeUserLimit     = "user_limit"
)

// Invite adds a member, active at once, and mails them. Conflicts carry the codes
// already_member and already_client; the user limit carries user_limit.
func (s *Service) Invite(ctx context.Context, as Member, in NewMember) (Person, error) {
	act := ActManagePeople
	if in.Role == RoleAdministrator {
		act = ActAddAdmin
	}
	if err := as.Require(act); err != nil {
		return Person{}, err
	}
	in.Name, in.Email = clean(in.Name), strings.TrimSpace(in.Email)
	bad := fault.Invalid("portal.fault.invalid")
	checkEmail(bad, in.Email)
	checkText(bad, "name", in.Name, false, MaxName)
	checkRole(bad, in.Role, in.EndsOn)
	if err := bad.OrNil(); err != nil {
		return Person{}, err
	}
	return s.admit(ctx, as, act, Person{
		Kind: KindMember, Role: in.Role, Email: in.Email, Name: in.Name, EndsOn: in.EndsOn,
	}, in.Locale)
}

// InviteClientUser adds a client user to a company and mails them. Conflicts carry
// the codes already_member, already_client and other_company.
func (s *Service) InviteClientUser(ctx context.Context, as Member, company id.ID, in NewClientUser) (Person, error) {
	if err := as.Require(ActManagePeople); err != nil {
		return Person{}, err
	}
	p, err := newClientUser(company, in)
	if err != nil {
		return Person{}, err
	}
	return s.admit(ctx, as, ActManagePeople, p, in.Locale)
}

func newClientUser(company id.ID, in NewClientUser) (Person, error) {
	p := Person{
		Kind: KindClient, Role: RoleClient, Company: company,
		Email: strings.TrimSpace(in.Email), Name: clean(in.Name),
	}
	bad := fault.Invalid("portal.fault.invalid")
	checkEmail(bad, p.Email)
	checkText(bad, "name", p.Name, false, MaxName)
	return p, bad.OrNil()
}

// admit adds one person under the portal's lock, unless the address is taken.
func (s *Service) admit(ctx context.Context, as Member, act Action, p Person, locale string) (Person, error) {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		if err := s.recheck(ctx, tx, as, act); err != nil {
			return err
		}
		var err error
		p, err = s.admitIn(ctx, tx, as, p, locale)
		return err
	})
	return p, err
}

// admitIn is admit inside a transaction that holds the lock.
func (s *Service) admitIn(ctx context.Context, tx *store.Tx, as Member, p Person, locale string) (Person, error) {
	key := emailKey(p.Email)
	there, err := matchPeople(ctx, tx, tx.Now(), as.portal, []string{key}, nil)
	if err != nil {
		return Person{}, err
	}
	if len(there) > 0 {
		return Person{}, taken(there[0].Person, p)
	}
	if p.Kind == KindClient {
		if _, err := companyByID(ctx, tx, as.portal, p.Company); err != nil {
			return Person{}, err
		}
	} else if err := s.withinLimit(ctx, tx, as.portal); err != nil {
		return Person{}, err
	}
	in, err := getPortal(ctx, tx, as.portal)
	if err != nil {
		return Person{}, err
	}
	known, err := s.account(ctx, tx, in, p.Email, p.Name, locale)
	if err != nil {
		return Person{}, err
	}
	p.ID, p.PersonID, p.Active, p.AddedAt, p.Version = tx.NewID(), known.ID, true, tx.Now(), 1
	if p.Name == "" {
		p.Name = known.Name
	}
	p.Name = personName(p.Name, p.Email)
	if err := insertPeople(ctx, tx, as.portal, []keyedPerson{{Person: p, emailKey: key}}); err != nil {
		return Person{}, err
	}
	kind := ChangeMemberAdded
	if p.Kind == KindClient {
		kind = ChangeClientUserAdded
	}
	if err := s.welcome(ctx, tx, in, p, known); err != nil {
		return Person{}, err
	}
	if err := s.audit(ctx, tx, as, kind, p.ID, p.Email); err != nil {
		return Person{}, err
	}
	return p, s.Emit(ctx, tx, as.portal, Change{Kind: kind, Subject: p.ID})
}

// taken says why an address cannot be added again.
func taken(there, wanted Person) error {
	switch {
	case there.Kind == KindMember:
		return fault.Conflict("portal.fault.already_member").WithCode(CodeAlreadyMember).With("Email", wanted.Email)
	case wanted.Kind == KindClient && there.Company != wanted.Company:
		return fault.Conflict("portal.fault.other_company").WithCode(CodeOtherCompany).With("Email", wanted.Email)
	}
	return fault.Conflict("portal.fault.already_client").WithCode(CodeAlreadyClient).With("Email", wanted.Email)
}

// withinLimit refuses one more active member when the portal is full.
func (s *Service) withinLimit(ctx context.Context, tx *store.Tx, portal id.ID) error {
	room, err := roomLeft(ctx, tx, portal)
	if err == nil && room <= 0 {
		err = fault.Conflict("portal.fault.user_limit").WithCode(CodeUserLimit)
	}
	return err
}

// roomLeft gives how many more members can be active; many without a limit.
func roomLeft(ctx context.Context, q store.Querier, portal id.ID) (int, error) {
	p, err := getPortal(ctx, q, portal)
	if err != nil || p.UserLimit == 0 {
		return 1 << 30, err
	}
	n, err := activeMembers(ctx, q, portal)
	return p.UserLimit - n, err
}

func checkRole(f *fault.Error, role Role, endsOn string) {
	if !role.assignable() {
		f.Field("role", "portal.fault.role")
	}
	if endsOn == "" {
		return
	}
	if _, err := time.Parse(time.DateOnly, endsOn); err != nil {
		f.Field("ends_on", "portal.fault.date")
	} else if role != RoleContractor {
		f.Field("ends_on", "portal.fault.ends_on")
	}
}

// InviteAgain mails the person once more, or for the first time after an import.
func (s *Service) InviteAgain(ctx context.Context, as Member, person id.ID) error {
	if err := as.Require(ActManagePeople); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		if err := s.recheck(ctx, tx, as, ActManagePeople); err != nil {
			return err
		}
		p, err := personByID(ctx, tx, tx.Now(), as.portal, person)
		if err != nil {
			return err
		}
		if !p.Active {
			return fault.Conflict("portal.fault.person_inactive")
		}
		in, err := getPortal(ctx, tx, as.portal)
		if err != nil {
			return err
		}
		known, err := s.account(ctx, tx, in, p.Email, p.Name, "")
		if err != nil {
			return err
		}
		if err := bindPerson(ctx, tx, as.portal, p.ID, known.ID); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "invited_again", p.ID, p.Email); err != nil {
			return err
		}
		return s.welcome(ctx, tx, in, p, known)
	})
}
