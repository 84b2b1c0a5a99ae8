package identity

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/mail"
	"musubi/internal/secret"
	"musubi/internal/store"
)

const (
	resetLife      = time.Hour
	resetPause     = 2 * time.Minute
	invitationLife = 14 * 24 * time.Hour

	purposeReset = "reset"
)

// Invitation is what a one-time invitation is for. Purpose names the room that
// invites, Tenant the house, Subject the row there.
type Invitation struct {
	Purpose string
	Tenant  id.ID
	Subject id.ID
	Person  id.ID
	Email   string
	Name    string
	Locale  string
	// NeedsPassword says that the person has none yet and sets it when accepting.
	NeedsPassword bool
}

// AcceptFunc is what a room does when one of its invitations is accepted, in the same
// transaction. Who accepted has signed in, or has just set a password.
type AcceptFunc func(ctx context.Context, tx *store.Tx, in Invitation, p Person) error

// OnAccept registers what a purpose does; the program calls it while it is put together.
func (s *Service) OnAccept(purpose string, f AcceptFunc) { s.accepts[purpose] = f }

// Invite makes a one-time token for the invitation and gives the path it is accepted
// at. An earlier one of the same purpose, tenant and subject is void from then on.
func (s *Service) Invite(ctx context.Context, tx *store.Tx, in Invitation) (path string, err error) {
	token := secret.NewToken()
	if err := dropTokens(ctx, tx, in.Purpose, in.Tenant, in.Subject); err != nil {
		return "", err
	}
	if err := insertToken(ctx, tx, hashToken(token), in, tx.Now().Add(invitationLife)); err != nil {
		return "", err
	}
	return "/invitations/" + token, nil
}

// Withdraw makes the invitation of a subject void.
func (s *Service) Withdraw(ctx context.Context, tx *store.Tx, purpose string, tenant, subject id.ID) error {
	return dropTokens(ctx, tx, purpose, tenant, subject)
}

// Invitation shows what a token invites to; one that is used, void or too old is
// not found.
func (s *Service) Invitation(ctx context.Context, token string) (Invitation, error) {
	return s.readToken(ctx, s.db, token, false)
}

func (s *Service) readToken(ctx context.Context, q store.Querier, token string, reset bool) (Invitation, error) {
	in, err := tokenByHash(ctx, q, hashToken(token), s.db.Now())
	if missing(err) || err == nil && reset != (in.Purpose == purposeReset) {
		return Invitation{}, fault.NotFound("identity.token.gone").WithCode("token_gone")
	}
	return in, err
}

// Acceptance is what a new person gives with an invitation.
type Acceptance struct {
	Name     string
	Password string
	Locale   string
}

// Accept uses an invitation up. Somebody with a password has to be signed in as that
// very person (p); a new one sets name and password and is signed in.
func (s *Service) Accept(ctx context.Context, p Person, token string, in Acceptance, c Client) (Ticket, Person, error) {
	inv, err := s.Invitation(ctx, token)
	if err != nil {
		return Ticket{}, Person{}, err
	}
	phc := ""
	if inv.NeedsPassword {
		bad := fault.Invalid("identity.invalid")
		CheckName(bad, "name", in.Name)
		CheckPassword(bad, "password", in.Password, inv.Email)
		if err := bad.OrNil(); err != nil {
			return Ticket{}, Person{}, err
		}
		if phc, err = hash(ctx, in.Password); err != nil {
			return Ticket{}, Person{}, err
		}
	} else if p.id != inv.Person {
		return Ticket{}, Person{}, otherPerson(inv)
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		// Read again and used up under the person's lock: a double click accepts once, and
		// of two invitations to somebody new only one sets the password.
		if err := lockPerson(ctx, tx, inv.Person); err != nil {
			return err
		}
		inv, err := s.readToken(ctx, tx, token, false)
		if err != nil {
			return err
		}
		if inv.NeedsPassword != (phc != "") {
			return otherPerson(inv)
		}
		if used, err := useToken(ctx, tx, hashToken(token)); err != nil {
			return err
		} else if !used {
			return fault.NotFound("identity.token.gone").WithCode("token_gone")
		}
		if inv.NeedsPassword {
			if err := setPassword(ctx, tx, inv.Person, phc); err != nil {
				return err
			}
			if err := setName(ctx, tx, inv.Person, in.Name, locale(in.Locale)); err != nil {
				return err
			}
		}
		if p, _, err = personByID(ctx, tx, inv.Person); err != nil {
			return err
		}
		if f := s.accepts[inv.Purpose]; f != nil {
			if err := f(ctx, tx, inv, p); err != nil {
				return err
			}
		}
		return s.Audit(ctx, tx, Entry{Actor: p.id, Act: "identity.invitation_accepted", Detail: inv.Purpose})
	})
	if err != nil {
		return Ticket{}, Person{}, err
	}
	if phc == "" {
		return Ticket{}, p, nil
	}
	t, err := s.open(ctx, p, c)
	return t, p, err
}

// otherPerson refuses an invitation to somebody with a password who is not the one
// signed in.
func otherPerson(in Invitation) error {
	return fault.Forbidden("identity.invitation.other_person").WithCode("other_person").With("Email", in.Email)
}

func locale(lang string) string {
	if lang == "ja" {
		return lang
	}
	return "en"
}

// AskReset mails a link to set a new password, when somebody has the address. The
// answer is the same either way. Asked again within two minutes it does nothing, so
// that nobody fills another's mailbox.
func (s *Service) AskReset(ctx context.Context, email string) error {
	key := EmailKey(email)
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, found, err := findProfile(ctx, tx, key)
		if err != nil || !found || !p.Active {
			return err
		}
		if err := lockPerson(ctx, tx, p.ID); err != nil {
			return err
		}
		if just, err := tokenSince(ctx, tx, purposeReset, p.ID, tx.Now().Add(resetLife-resetPause)); err != nil || just {
			return err
		}
		path, err := newReset(ctx, tx, p)
		if err != nil {
			return err
		}
		return s.letters.Send(ctx, tx, mail.Letter{
			To: mail.Address{Name: p.Name, Email: p.Email}, Locale: p.Locale,
			Subject: "identity.mail.reset.subject", Lines: []string{"identity.mail.reset.text"},
			Action: mail.Action{Label: "identity.mail.reset.action", Path: path}, Private: true,
		})
	})
}

// newReset makes the one token with which a person sets a new password, and gives the
// path of the page.
func newReset(ctx context.Context, tx *store.Tx, p Profile) (string, error) {
	token := secret.NewToken()
	if err := dropTokens(ctx, tx, purposeReset, 0, p.ID); err != nil {
		return "", err
	}
	in := Invitation{Purpose: purposeReset, Subject: p.ID, Person: p.ID}
	return "/password/" + token, insertToken(ctx, tx, hashToken(token), in, tx.Now().Add(resetLife))
}

// ResetPath makes the link of AskReset for whoever runs the installation, who hands it
// over where no mail server would. It lasts an hour; a link made before is void.
func (s *Service) ResetPath(ctx context.Context, tx *store.Tx, email string) (path string, err error) {
	p, found, err := findProfile(ctx, tx, EmailKey(email))
	if err != nil {
		return "", err
	}
	if !found || !p.Active {
		return "", fault.NotFound("identity.person.unknown")
	}
	if err := lockPerson(ctx, tx, p.ID); err != nil {
		return "", err
	}
	if path, err = newReset(ctx, tx, p); err != nil {
		return "", err
	}
	return path, s.Audit(ctx, tx, Entry{Act: "identity.reset_link", Target: p.ID, Detail: p.Email})
}

// ResetAllowed says whose password a token resets; one that is used or too old is
// not found.
func (s *Service) ResetAllowed(ctx context.Context, token string) (email string, err error) {
	in, err := s.readToken(ctx, s.db, token, true)
	return in.Email, err
}

// Reset sets a new password with a mailed token and ends every session.
func (s *Service) Reset(ctx context.Context, token, password string) error {
	in, err := s.readToken(ctx, s.db, token, true)
	if err != nil {
		return err
	}
	bad := fault.Invalid("identity.invalid")
	CheckPassword(bad, "password", password, in.Email)
	if err := bad.OrNil(); err != nil {
		return err
	}
	phc, err := hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if used, err := useToken(ctx, tx, hashToken(token)); err != nil {
			return err
		} else if !used {
			return fault.NotFound("identity.token.gone").WithCode("token_gone")
		}
		if err := setPassword(ctx, tx, in.Person, phc); err != nil {
			return err
		}
		if err := dropSessions(ctx, tx, in.Person); err != nil {
			return err
		}
		if err := clearAttempts(ctx, tx, EmailKey(in.Email)); err != nil {
			return err
		}
		return s.Audit(ctx, tx, Entry{Actor: in.Person, Act: "identity.password_reset"})
	})
}
