package servicekey

import (
	"context"
	"strings"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/secret"
	"musubi/internal/store"
)

// stampEvery is how often a use is written down at most.
const stampEvery = time.Minute

// Verify answers who a typed key belongs to. A wrong secret, a wrong address and an
// inactive person get the same fault with CodeRejected after the same work; ten wrong
// ones from one caller or for one address get KindTooMany for a while.
func (s *Service) Verify(ctx context.Context, c Caller, secretText, email string) (Verified, error) {
	return s.verify(ctx, c, secretText, email, false)
}

// Admit is Verify and Opens in one, for a call that carries a stored key. A caller
// connected to the portal is not shut out by wrong keys others typed for the address,
// as long as its own is right, and a key that was right once counts as no guess.
func (s *Service) Admit(ctx context.Context, c Caller, secretText, email string, in id.ID) (Verified, error) {
	there, err := connectionOf(ctx, s.db, in, c.Org)
	if err != nil {
		return Verified{}, err
	}
	v, err := s.verify(ctx, c, secretText, email, there.person != 0)
	if err != nil {
		return Verified{}, err
	}
	ok, ends, err := opens(ctx, s.db, s.db.Now(), v.person, in, there)
	if err == nil && !ok {
		err = rejected()
	}
	if err != nil {
		return Verified{}, err
	}
	if !ends.IsZero() && (v.ends.IsZero() || ends.Before(v.ends)) {
		v.ends = ends
	}
	return v, s.noteUse(ctx, c, v, in, there)
}

// verify does the same look-ups whatever is wrong, so that neither words nor time
// tell a caller which half of the pair was.
func (s *Service) verify(ctx context.Context, c Caller, secretText, email string, connected bool) (Verified, error) {
	given := emailKey(email)
	hash := s.hash(strings.TrimSpace(secretText))
	k, err := keyByHash(ctx, s.db, s.db.Now(), hash)
	if err != nil {
		return Verified{}, err
	}
	h, err := s.holder(ctx, k.person)
	if err != nil {
		return Verified{}, err
	}
	sameEmail := secret.Equal(s.box.HashKey(purposeEmail, []byte(given)),
		s.box.HashKey(purposeEmail, []byte(h.emailKey)))
	right := k.person != 0 && sameEmail && h.active
	v := Verified{person: k.person, email: h.email, version: k.version, ends: k.ends}
	if right && connected {
		return v, nil
	}
	buckets := s.buckets(c, given)
	if err := s.slowed(ctx, buckets); err != nil {
		return Verified{}, err
	}
	if right {
		return v, nil
	}
	if once, err := spent(ctx, s.db, hash); err != nil {
		return Verified{}, err
	} else if !once {
		if err := s.countFailure(ctx, buckets); err != nil {
			return Verified{}, err
		}
	}
	return Verified{}, rejected()
}

// rejected is the one answer to every key that does not open.
func rejected() error {
	return fault.Forbidden("servicekey.fault.rejected").WithCode(CodeRejected)
}

// Opens says whether the key opens the portal now: nil, or a CodeRejected fault. It
// notes the use, at most once a minute.
func (s *Service) Opens(ctx context.Context, c Caller, v Verified, in id.ID) error {
	there, err := connectionOf(ctx, s.db, in, c.Org)
	if err != nil {
		return err
	}
	if err := s.stillOpens(ctx, s.db, v, in, there); err != nil {
		return err
	}
	return s.noteUse(ctx, c, v, in, there)
}

// stillOpens checks that the key is current and opens the portal for who is there.
func (s *Service) stillOpens(ctx context.Context, q store.Querier, v Verified, in id.ID, there use) error {
	k, err := keyOf(ctx, q, v.person)
	if err != nil {
		return err
	}
	ok, _, err := opens(ctx, q, s.db.Now(), v.person, in, there)
	if err != nil {
		return err
	}
	if v.person == 0 || k.person == 0 || k.version != v.version || !ok {
		return rejected()
	}
	return nil
}

// noteUse stamps the caller's connection and the key, unless done in the last minute
// or the caller is not connected yet.
func (s *Service) noteUse(ctx context.Context, c Caller, v Verified, in id.ID, there use) error {
	cut := store.Micros(s.db.Now().Add(-stampEvery))
	if there.person == 0 || there.last >= cut {
		return nil
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := stampConnection(ctx, tx, in, c.Org, cut); err != nil {
			return err
		}
		return stampKey(ctx, tx, v.person, c.Name, cut)
	})
}
