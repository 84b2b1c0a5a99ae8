package identity

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/store"
)

const (
	// freeAttempts is how many wrong passwords an address may get before it has to wait.
	freeAttempts = 10
	// forgetAfter is how long wrong attempts are remembered after the last one.
	forgetAfter = 24 * time.Hour
	longestWait = time.Hour
)

// wait gives how long an address is shut after its nth wrong password: a minute after
// the tenth, then doubling up to an hour.
func wait(failures int64) time.Duration {
	if failures < freeAttempts {
		return 0
	}
	d := time.Minute << min(failures-freeAttempts, 6)
	return min(d, longestWait)
}

// SignIn checks address and password and opens a session. An unknown address, a wrong
// password and a person without one get the same words after the same work; after
// ten wrong ones in a row the address has to wait.
func (s *Service) SignIn(ctx context.Context, email, password string, c Client) (Ticket, Person, error) {
	key := EmailKey(email)
	p, err := s.check(ctx, key, password)
	if err != nil {
		return Ticket{}, Person{}, err
	}
	t, err := s.open(ctx, p, c)
	if err != nil {
		return Ticket{}, Person{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.Audit(ctx, tx, Entry{Actor: p.id, Act: "identity.signed_in", Detail: cut(c.Address, 100)})
	})
	return t, p, err
}

// check is the one way a password is compared: it counts wrong ones per address in
// the database, so that many nodes count together.
func (s *Service) check(ctx context.Context, key, password string) (Person, error) {
	if len(password) > 4*MaxPassword || len(key) > MaxEmail {
		return Person{}, wrongPair() // longer than any that can be right, and dear to hash
	}
	// The attempt is counted before it is judged, so that a hundred at once do not all
	// find the door open; a right one takes the count back.
	shuts := false
	if err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		shuts, err = countAttempt(ctx, tx, key)
		return err
	}); err != nil {
		return Person{}, err
	}
	p, phc, err := personByEmail(ctx, s.db, key)
	if err != nil && !missing(err) {
		return Person{}, err
	}
	known := err == nil && phc != ""
	if !known {
		phc = dummyHash
	}
	ok, outdated, err := verify(ctx, phc, password)
	if err != nil {
		return Person{}, err
	}
	if !ok || !known {
		if shuts {
			err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				return s.Audit(ctx, tx, Entry{Actor: p.id, Act: "identity.locked_out", Detail: key})
			})
			if err != nil {
				return Person{}, err
			}
		}
		return Person{}, wrongPair()
	}
	fresh := ""
	if outdated {
		if fresh, err = hash(ctx, password); err != nil {
			return Person{}, err
		}
	}
	return p, s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if fresh != "" {
			if err := rehash(ctx, tx, p.id, phc, fresh); err != nil {
				return err
			}
		}
		return clearAttempts(ctx, tx, key)
	})
}

func wrongPair() error {
	return fault.Invalid("identity.signin.wrong").WithCode("wrong_password")
}

// Confirm asks the password of somebody signed in once more, before an act that
// deserves it. Wrong ones count like those of signing in.
func (s *Service) Confirm(ctx context.Context, p Person, password string) error {
	if err := p.Require(); err != nil {
		return err
	}
	_, err := s.check(ctx, EmailKey(p.email), password)
	if fault.HasCode(err, "wrong_password") {
		return fault.Invalid("identity.invalid").WithCode("wrong_password").Field("password", "identity.password.not_yours")
	}
	return err
}

// ChangePassword replaces the password and ends every other session; the ticket is
// the present browser's new one.
func (s *Service) ChangePassword(ctx context.Context, p Person, old, password string, c Client) (Ticket, error) {
	if err := p.Require(); err != nil {
		return Ticket{}, err
	}
	bad := fault.Invalid("identity.invalid")
	CheckPassword(bad, "password", password, p.email)
	if err := bad.OrNil(); err != nil {
		return Ticket{}, err
	}
	if _, err := s.check(ctx, EmailKey(p.email), old); fault.HasCode(err, "wrong_password") {
		return Ticket{}, fault.Invalid("identity.invalid").Field("old", "identity.password.not_yours")
	} else if err != nil {
		return Ticket{}, err
	}
	if err := s.replace(ctx, p, password); err != nil {
		return Ticket{}, err
	}
	now, _, err := personByID(ctx, s.db, p.id)
	if err != nil {
		return Ticket{}, err
	}
	return s.open(ctx, now, c)
}

// replace sets a new password and ends all sessions, in one act.
func (s *Service) replace(ctx context.Context, p Person, password string) error {
	phc, err := hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := setPassword(ctx, tx, p.id, phc); err != nil {
			return err
		}
		if err := dropSessions(ctx, tx, p.id); err != nil {
			return err
		}
		// A link that was mailed before must not undo this.
		if err := dropTokens(ctx, tx, purposeReset, 0, p.id); err != nil {
			return err
		}
		return s.Audit(ctx, tx, Entry{Actor: p.id, Act: "identity.password_changed"})
	})
}
