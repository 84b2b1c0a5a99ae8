package servicekey

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/projects/portal"
	"musubi/internal/secret"
	"musubi/internal/store"
)

// CodeRejected marks the one fault every bad pair of key and address gets.
const CodeRejected = "key_rejected"

const (
	prefix       = "msk_" // lets people and scanners see what it is
	tailLength   = 4
	purposeKey   = "servicekey secret"
	purposeEmail = "servicekey compare"
)

// Key is a person's key as its page shows it: the secret masked to its last four.
type Key struct {
	Person      id.ID
	Email       string
	Masked      string
	CreatedAt   time.Time
	LastUsedAt  time.Time // zero when never used
	LastUsedBy  string    // the organisation's name
	Version     int64
	Connections []Connection // what works with this key now
	OldUntil    time.Time    // until when the key before works too; zero when it does not
}

// Verified is a person whose current key was presented; the zero value is nobody.
type Verified struct {
	person  id.ID
	email   string
	version int64
	ends    time.Time
}

// Person gives the key's person; zero for nobody.
func (v Verified) Person() id.ID { return v.person }

// Ends says when a replaced key that was presented stops working; zero for the present
// one.
func (v Verified) Ends() time.Time { return v.ends }

// Email gives the address of the key's person.
func (v Verified) Email() string { return v.email }

// Ensure gives the badge's own key, made when there is none, with the secret
// masked. Owner and administrators of a portal may.
func (s *Service) Ensure(ctx context.Context, as portal.Member) (Key, error) {
	person, err := holderOf(as)
	if err != nil {
		return Key{}, err
	}
	k, err := s.ensure(ctx, person)
	if err != nil {
		return Key{}, err
	}
	return s.view(ctx, k)
}

// holderOf gives the person whose own key a badge may handle.
func holderOf(as portal.Member) (id.ID, error) {
	if err := as.Require(portal.ActServiceKey); err != nil {
		return 0, err
	}
	if as.Person() == 0 {
		return 0, fault.Forbidden("servicekey.fault.no_person")
	}
	return as.Person(), nil
}

// ensure reads a person's key, or makes their first.
func (s *Service) ensure(ctx context.Context, person id.ID) (stored, error) {
	k, err := keyOf(ctx, s.db, person)
	if err != nil || k.person != 0 {
		return k, err
	}
	text, hash, sealed, err := s.mint(person)
	if err != nil {
		return stored{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := insertKey(ctx, tx, person, hash, sealed, tail(text)); err != nil {
			return err
		}
		var err error
		k, err = keyOf(ctx, tx, person)
		return err
	})
	return k, err
}

// mint makes a new secret with its hash and its sealed form.
func (s *Service) mint(person id.ID) (text string, hash, sealed []byte, err error) {
	text = prefix + secret.NewToken()
	sealed, err = s.box.Seal([]byte(text), aad(person))
	return text, s.hash(text), sealed, err
}

func (s *Service) hash(text string) []byte { return s.box.HashKey(purposeKey, []byte(text)) }

// aad binds a sealed key to its row.
func aad(person id.ID) string { return "projects_keys:" + person.String() }

func tail(text string) string { return text[len(text)-tailLength:] }

// view is a key as its page shows it.
func (s *Service) view(ctx context.Context, k stored) (Key, error) {
	h, err := s.holder(ctx, k.person)
	if err != nil {
		return Key{}, err
	}
	used, err := connectionsBy(ctx, s.db, s.db.Now(), k.person)
	if err != nil {
		return Key{}, err
	}
	until, err := overlapOf(ctx, s.db, s.db.Now(), k.person)
	return Key{
		Person: k.person, Email: h.email, Masked: "••••••••••••" + k.tail, CreatedAt: k.created,
		LastUsedAt: k.used, LastUsedBy: k.usedBy, Version: k.version, Connections: used, OldUntil: until,
	}, err
}

// Own gives the secret and address of a person's own key for a portal they own, made
// when there is none: for the gate, which vouches for the person. Audited.
func (s *Service) Own(ctx context.Context, person, in id.ID) (secretText, email string, err error) {
	owner, err := ownsPortal(ctx, s.db, person, in)
	if err != nil {
		return "", "", err
	}
	if person == 0 || !owner {
		return "", "", fault.Forbidden("servicekey.fault.not_owner").WithCode("not_owner")
	}
	h, err := s.holder(ctx, person)
	if err != nil {
		return "", "", err
	}
	if !h.active {
		return "", "", fault.Forbidden("servicekey.fault.not_owner").WithCode("not_owner")
	}
	k, err := s.ensure(ctx, person)
	if err != nil {
		return "", "", err
	}
	text, err := s.box.Open(k.sealed, aad(person))
	if err != nil {
		return "", "", err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.audit(ctx, tx, in, person, "servicekey.handed_over", h.email)
	})
	return string(text), h.email, err
}

// Reveal gives the badge's own secret in the clear after the password was given
// once more. Audited.
func (s *Service) Reveal(ctx context.Context, p identity.Person, as portal.Member, password string) (string, error) {
	person, err := s.confirm(ctx, p, as, password)
	if err != nil {
		return "", err
	}
	k, err := s.ensure(ctx, person)
	if err != nil {
		return "", err
	}
	text, err := s.box.Open(k.sealed, aad(person))
	if err != nil {
		return "", err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.audit(ctx, tx, as.Portal(), person, "servicekey.revealed", as.Email())
	})
	if err != nil {
		return "", err
	}
	return string(text), nil
}
