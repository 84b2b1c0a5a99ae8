package integration

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
)

// call is the one way through the gate with the key of a link: within a deadline,
// and with the explicit answer key_rejected turned into the state key_invalid for
// everybody. Whatever else goes wrong leaves the state alone. Never call it inside a
// transaction.
func (s *Service) call(ctx context.Context, l link, wait time.Duration, fn func(context.Context, gate.Session) error) error {
	if !l.KeyOK {
		return keyInvalid()
	}
	session, err := s.session(ctx, l)
	if err != nil {
		return err
	}
	err = s.within(ctx, wait, func(ctx context.Context) error { return fn(ctx, session) })
	if fault.HasCode(err, gate.CodeKeyRejected) {
		if broken := s.keyRejected(context.WithoutCancel(ctx), l); broken != nil {
			return broken
		}
		return keyInvalid()
	}
	return err
}

// within bounds a call by a deadline of ours. A call that ran into it, or that ended
// without an answer Projects gave, counts as unreachable and is safe to try again.
func (s *Service) within(ctx context.Context, wait time.Duration, fn func(context.Context) error) error {
	bounded, stop := context.WithTimeout(ctx, wait)
	defer stop()
	err := fn(bounded)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(bounded.Err(), context.DeadlineExceeded), fault.Is(err, fault.KindUnavailable):
		return unreachable().Because(err)
	case fault.As(err) == nil:
		s.p.Log.ErrorContext(ctx, "the gate failed", "error", err)
		return unreachable().Because(err)
	}
	return err
}

// pageCall is call within what a person waits for.
func (s *Service) pageCall(ctx context.Context, l link, fn func(context.Context, gate.Session) error) error {
	return s.call(ctx, l, s.p.PageWait, fn)
}

// jobCall is call within what a job waits for.
func (s *Service) jobCall(ctx context.Context, l link, fn func(context.Context, gate.Session) error) error {
	return s.call(ctx, l, s.p.JobWait, fn)
}

func (s *Service) session(ctx context.Context, l link) (gate.Session, error) {
	key, err := s.openKey(l.Org, l.KeySealed, l.KeyEmail)
	if err != nil {
		return nil, err
	}
	caller, err := s.caller(ctx, l.Org)
	if err != nil {
		return nil, err
	}
	return s.p.Door.Open(caller, key, l.Portal), nil
}

func (s *Service) openKey(org id.ID, sealed []byte, email string) (gate.Key, error) {
	plain, err := s.p.Box.Open(sealed, keySeal(org))
	if err != nil {
		return gate.Key{}, err
	}
	return gate.Key{Secret: string(plain), Email: email}, nil
}

// caller names the organisation as the key page of Projects shows it.
func (s *Service) caller(ctx context.Context, org id.ID) (gate.Caller, error) {
	o, err := s.p.Access.Organisation(ctx, s.system(org))
	if err != nil {
		return gate.Caller{}, err
	}
	return gate.Caller{Org: org, Name: o.Name}, nil
}

// system is the badge of this room's jobs.
func (s *Service) system(org id.ID) access.Actor { return s.p.Access.System(org, "integration") }

// keySeal binds a sealed key to its organisation.
func keySeal(org id.ID) string { return "integration_links/" + org.String() }

func keyInvalid() *fault.Error {
	return fault.Conflict("integration.fault.key_invalid").WithCode(gate.CodeKeyRejected)
}

func unreachable() *fault.Error {
	return fault.New(fault.KindUnavailable, "integration.fault.unreachable").WithCode("unreachable")
}

// idem names one write at the gate: the organisation, its binding and what is done.
func idem(l link, parts ...any) string {
	text := fmt.Sprintf("org:%d:%d", l.Org, l.Epoch)
	for _, p := range parts {
		text += fmt.Sprintf(":%v", p)
	}
	return text
}

// digest tells two contents of one act apart: a form sent again with other choices
// must not be answered with what the first ones gave.
func digest(content any) string {
	text, err := json.Marshal(content)
	if err != nil {
		panic(err) // plain values of ours only
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
