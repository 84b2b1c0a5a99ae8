package access

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/store"
)

// NewUser is somebody to be invited.
type NewUser struct {
	Email     string
	Name      string
	Locale    string // language of the invitation; empty is the organisation's
	ProfileID id.ID
	RoleID    id.ID
}

// Invite adds an unconfirmed user and mails a one-time invitation. Who manages users
// without being an administrator invites only to profiles that have no more rights.
func (s *Service) Invite(ctx context.Context, as Actor, in NewUser) (User, error) {
	var u User
	err := s.change(ctx, as, mayManageUsers, func(ctx context.Context, tx *store.Tx, as Actor) error {
		var err error
		if u, err = newUser(ctx, tx, as, in); err != nil {
			return err
		}
		u.Status = Unconfirmed
		if err := s.invite(ctx, tx, as, &u); err != nil {
			return err
		}
		if err := insertUser(ctx, tx, as.Org(), u); err != nil {
			return taken(err, "email", "access.fault.email_taken")
		}
		return s.audit(ctx, tx, as, "user.invited", u.ID, u.Email)
	})
	return given(u, err)
}

// Admit makes a person an active user at once, without an invitation: for the
// command line, the first start and the demo. Only the system badge may.
func (s *Service) Admit(ctx context.Context, as Actor, person identity.Person, in NewUser) (User, error) {
	if err := as.RequireSystem(); err != nil {
		return User{}, err
	}
	if err := person.Require(); err != nil {
		return User{}, err
	}
	in.Email, in.Name, in.Locale = person.Email(), or(in.Name, person.Name()), or(in.Locale, person.Locale())
	var u User
	err := s.change(ctx, as, Actor.RequireSystem, func(ctx context.Context, tx *store.Tx, as Actor) error {
		var err error
		if u, err = newUser(ctx, tx, as, in); err != nil {
			return err
		}
		u.PersonID, u.Status = person.ID(), Active
		if err := insertUser(ctx, tx, as.Org(), u); err != nil {
			return taken(err, "email", "access.fault.email_taken")
		}
		if err := saveMembership(ctx, tx, as.Org(), u); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "user.added", u.ID, u.Email); err != nil {
			return err
		}
		return s.userChanged(ctx, tx, as.Org(), u.ID)
	})
	return given(u, err)
}

// newUser checks what was typed and that profile and role are the organisation's.
func newUser(ctx context.Context, tx *store.Tx, as Actor, in NewUser) (User, error) {
	u := User{
		ID: tx.NewID(), Name: cleaned(in.Name), Locale: or(in.Locale, as.org.Locale),
		ProfileID: in.ProfileID, RoleID: in.RoleID, Version: 1,
	}
	f := fault.Invalid("access.fault.invalid")
	checkName(f, "name", u.Name)
	u.Email = checkEmail(f, in.Email)
	if !locale.Known(u.Locale) {
		f.Field("locale", "access.fault.locale")
	}
	if err := f.OrNil(); err != nil {
		return User{}, err
	}
	if err := mayGive(ctx, tx, as, in.ProfileID); err != nil {
		return User{}, err
	}
	_, err := roleByID(ctx, tx, as.Org(), in.RoleID)
	return u, err
}

// Resend mails a fresh invitation to an unconfirmed user, or to the new address of
// one whose address is being changed; earlier ones stop working.
func (s *Service) Resend(ctx context.Context, as Actor, user id.ID) error {
	return s.change(ctx, as, mayManageUsers, func(ctx context.Context, tx *store.Tx, as Actor) error {
		u, err := userByID(ctx, tx, as.Org(), user)
		if err != nil {
			return err
		}
		if err := mayGive(ctx, tx, as, u.ProfileID); err != nil {
			return err
		}
		if u.Status != Unconfirmed && u.PendingEmail == "" {
			return fault.Conflict("access.fault.not_invited").WithCode("not_invited")
		}
		was := u
		if err := s.invite(ctx, tx, as, &u); err != nil {
			return err
		}
		if err := s.saveUser(ctx, tx, as.Org(), was, &u); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, "user.invited", u.ID, or(u.PendingEmail, u.Email))
	})
}

// ChangeEmail gives a user another address. An unconfirmed user's changes at once and
// is invited anew. Another's counts once the holder of the new address accepts the
// letter sent there, so that nobody becomes somebody else by typing an address;
// giving the present address takes a change back.
func (s *Service) ChangeEmail(ctx context.Context, as Actor, user id.ID, email string, version int64) (User, error) {
	return s.changeUser(ctx, as, user, version, mayManageUsers, func(ctx context.Context, tx *store.Tx, as Actor, u *User) error {
		f := fault.Invalid("access.fault.invalid")
		email := checkEmail(f, email)
		if err := f.OrNil(); err != nil {
			return err
		}
		from := u.Email
		switch {
		case identity.EmailKey(email) == identity.EmailKey(u.Email):
			if u.PendingEmail == "" {
				return nil
			}
			u.PendingEmail = ""
			if err := s.withdraw(ctx, tx, as, *u); err != nil {
				return err
			}
		case u.Status == Inactive:
			return fault.Conflict("access.fault.not_invited").WithCode("not_invited")
		default:
			if err := freeEmail(ctx, tx, as.Org(), email); err != nil {
				return err
			}
			if u.Status == Unconfirmed {
				u.Email = email
			} else {
				u.PendingEmail = email
			}
			if err := s.invite(ctx, tx, as, u); err != nil {
				return err
			}
		}
		return s.audit(ctx, tx, as, "user.email", u.ID, from+" → "+email)
	})
}

// accept binds a user to the person who followed the invitation, inside the
// transaction that uses the invitation up. The address invited must still be the
// one the organisation means.
func (s *Service) accept(ctx context.Context, tx *store.Tx, org, user id.ID, invited string, person identity.Person) error {
	o, err := lockOrganisation(ctx, tx, org)
	if err != nil {
		return err
	}
	was, err := userByID(ctx, tx, org, user)
	if err != nil {
		return err
	}
	meant := was.PendingEmail
	if was.Status == Unconfirmed {
		meant = was.Email
	}
	if was.Status == Inactive || meant == "" || identity.EmailKey(meant) != identity.EmailKey(invited) {
		return fault.NotFound("access.fault.invitation_void").WithCode("invitation_void")
	}
	if other, err := membershipUser(ctx, tx, person.ID(), org); err != nil {
		return err
	} else if other != 0 && other != user {
		return fault.Conflict("access.fault.already_member").WithCode("already_member")
	}
	u := was
	u.PersonID, u.Status, u.Email, u.PendingEmail = person.ID(), Active, meant, ""
	u.Locale = or(person.Locale(), u.Locale)
	if err := s.saveUser(ctx, tx, org, was, &u); err != nil {
		return err
	}
	return s.audit(ctx, tx, Actor{org: o, user: u}, "user.accepted", u.ID, u.Email)
}
