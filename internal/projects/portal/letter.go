package portal

import (
	"context"
	"strings"
	"time"

	"musubi/internal/fault"
	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/mail"
	"musubi/internal/store"
)

// purpose names this room in the invitations it has identity make.
const purpose = "portal"

// account gives the account behind an address, made when there is none yet.
func (s *Service) account(ctx context.Context, tx *store.Tx, p Portal, email, name, lang string) (identity.Profile, error) {
	known, found, err := s.people.Find(ctx, tx, email)
	if err != nil || found {
		return known, err
	}
	known = identity.Profile{Email: email, Name: personName(name, email), Locale: or(lang, p.Locale), TimeZone: p.TimeZone}
	known.ID, err = s.people.Ensure(ctx, tx, known.Email, known.Name, known.Locale, known.TimeZone)
	return known, err
}

// welcome mails somebody that they are in the portal now. Who has no password yet gets
// an invitation to set one. It informs only: they are in already.
func (s *Service) welcome(ctx context.Context, tx *store.Tx, in Portal, p Person, to identity.Profile) error {
	lang := or(to.Locale, in.Locale)
	action := mail.Action{Label: "portal.mail.member.open", Path: "/portal/" + in.ID.String()}
	if !to.Accepted {
		path, err := s.people.Invite(ctx, tx, identity.Invitation{
			Purpose: purpose, Tenant: in.ID, Subject: p.ID, Person: to.ID, Email: p.Email, Name: p.Name, Locale: lang,
		})
		if err != nil {
			return err
		}
		action = mail.Action{Label: "portal.mail.member.accept", Path: path}
	}
	words := locale.With(ctx, locale.For(lang, in.TimeZone))
	args := fault.Args{
		"Portal": in.Name, "Name": p.Name,
		"Role": locale.T(words, "portal.role."+string(p.Role)),
	}
	text := "portal.mail.member.body"
	if p.Kind == KindClient {
		text = "portal.mail.client.body"
		c, err := companyByID(ctx, tx, in.ID, p.Company)
		if err != nil {
			return err
		}
		args["Company"] = c.Name
	}
	return s.letters.Send(ctx, tx, mail.Letter{
		Tenant: mail.Tenant{Portal: in.ID}, To: mail.Address{Name: p.Name, Email: p.Email}, Locale: lang,
		Subject: "portal.mail.member.subject", Lines: []string{"portal.mail.member.hello", text}, Args: args,
		Action: action, Private: !to.Accepted,
	})
}

// tellOwner mails somebody that the portal is theirs now, who uses it, and until when
// those can enter the new key without a gap.
func (s *Service) tellOwner(ctx context.Context, tx *store.Tx, in Portal, former, next Person, to identity.Profile, until time.Time) error {
	users, err := s.usedBy(ctx, tx, in.ID)
	if err != nil {
		return err
	}
	lang := or(to.Locale, in.Locale)
	words := locale.With(ctx, locale.For(lang, or(to.TimeZone, in.TimeZone)))
	args := fault.Args{"Portal": in.Name, "Name": next.Name, "Former": former.Name}
	lines := []string{"portal.mail.member.hello", "portal.mail.owner.body"}
	if len(users) > 0 {
		args["Users"] = strings.Join(users, locale.T(words, "portal.mail.owner.and"))
		if until.IsZero() {
			lines = append(lines, "portal.mail.owner.stopped")
		} else {
			args["Until"] = locale.DateTime(words, until)
			lines = append(lines, "portal.mail.owner.until")
		}
	}
	return s.letters.Send(ctx, tx, mail.Letter{
		Tenant: mail.Tenant{Portal: in.ID}, To: mail.Address{Name: next.Name, Email: next.Email}, Locale: lang,
		Subject: "portal.mail.owner.subject", Lines: lines, Args: args,
		Action: mail.Action{Label: "portal.mail.owner.key", Path: "/portal/" + in.ID.String() + "/settings/service-key"},
	})
}

// or gives the first of two texts that is not empty.
func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
