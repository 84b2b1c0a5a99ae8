package access

import (
	"context"
	"strings"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/mail"
	"musubi/internal/store"
)

// purpose names this room's invitations to identity.
const purpose = "crm"

// invite makes a one-time invitation for the user's new or unconfirmed address and
// mails it; an earlier one is void from then on.
func (s *Service) invite(ctx context.Context, tx *store.Tx, as Actor, u *User) error {
	email := or(u.PendingEmail, u.Email)
	person, err := s.people.Ensure(ctx, tx, email, u.Name, u.Locale, as.org.TimeZone)
	if err != nil {
		return err
	}
	path, err := s.people.Invite(ctx, tx, identity.Invitation{
		Purpose: purpose, Tenant: as.Org(), Subject: u.ID, Person: person, Email: email, Name: u.Name, Locale: u.Locale,
	})
	if err != nil {
		return err
	}
	u.InvitedAt = tx.Now()
	return s.letters.Send(ctx, tx, mail.Letter{
		Tenant: mail.Tenant{Org: as.Org()}, To: mail.Address{Name: u.Name, Email: email}, Locale: u.Locale,
		Subject: "access.mail.invited.subject",
		Lines:   []string{"access.mail.invited.body", "access.mail.invited.ask"},
		Args:    fault.Args{"Organisation": as.org.Name, "By": s.signature(as)},
		Action:  mail.Action{Label: "access.mail.invited.action", Path: path}, Private: true,
	})
}

// withdraw makes an open invitation of the user void.
func (s *Service) withdraw(ctx context.Context, tx *store.Tx, as Actor, u User) error {
	return s.people.Withdraw(ctx, tx, purpose, as.Org(), u.ID)
}

func (s *Service) tellDeactivated(ctx context.Context, tx *store.Tx, as Actor, u User) error {
	told := []User{u}
	if err := s.inTheirLanguage(ctx, tx, told); err != nil {
		return err
	}
	return s.letters.Send(ctx, tx, mail.Letter{
		Tenant: mail.Tenant{Org: as.Org()}, To: mail.Address{Name: u.Name, Email: u.Email}, Locale: told[0].Locale,
		Subject: "access.mail.deactivated.subject",
		Lines:   []string{"access.mail.deactivated.body", "access.mail.deactivated.ask"},
		Args:    fault.Args{"Organisation": as.org.Name, "By": s.signature(as)},
	})
}

// signature says in whose name a letter goes out: the person's, else the
// organisation's own.
func (s *Service) signature(as Actor) string { return or(as.Name(), as.org.Name) }

// accepted is what identity calls when an invitation of this room is accepted.
func (s *Service) accepted(ctx context.Context, tx *store.Tx, in identity.Invitation, p identity.Person) error {
	return s.accept(ctx, tx, in.Tenant, in.Subject, in.Email, p)
}

// audit writes who did what in the organisation; for the system, why.
func (s *Service) audit(ctx context.Context, tx *store.Tx, as Actor, act string, target id.ID, detail string) error {
	if as.System() {
		detail = strings.TrimSpace(detail + " (" + as.Reason() + ")")
	}
	return s.people.Audit(ctx, tx, identity.Entry{
		Tenant: identity.Tenant{Org: as.Org()}, Actor: as.Person(), Name: as.Name(),
		Act: "access." + act, Target: target, Detail: detail,
	})
}

// checkEmail gives the address as it is kept, and a fault at the field for one that
// cannot be.
func checkEmail(f *fault.Error, email string) string {
	email = strings.TrimSpace(email)
	identity.CheckEmail(f, "email", email)
	return email
}
