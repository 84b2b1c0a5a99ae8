package integration

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// Asked is a request as its approver sees it.
type Asked struct {
	Org       string
	Who       string // who asks, with their address
	WhoEmail  string
	ExpiresAt time.Time
	Portals   []gate.Portal // those the approver owns; one of them is opened
}

// Asked shows a request to its approver. A link that is used, replaced, cancelled or
// too old is not found (code approval_gone); somebody else signed in than the one who
// is asked is refused (code other_person).
func (s *Service) Asked(ctx context.Context, p identity.Person, token string) (Asked, error) {
	a, err := s.approvalFor(ctx, s.p.DB, p, token)
	if err != nil {
		return Asked{}, err
	}
	org, err := s.p.Access.Organisation(ctx, s.system(a.Org))
	if err != nil {
		return Asked{}, err
	}
	who, err := s.p.People.Profiles(ctx, s.p.DB, []id.ID{a.By})
	if err != nil {
		return Asked{}, err
	}
	out := Asked{Org: org.Name, Who: who[a.By].Name, WhoEmail: who[a.By].Email, ExpiresAt: a.ExpiresAt}
	err = s.within(ctx, s.p.PageWait, func(ctx context.Context) error {
		mine, err := s.p.Door.Mine(ctx, approver(p))
		out.Portals = mine.Owned
		return err
	})
	return out, err
}

// Approve opens one of the approver's portals to the organisation that asked: its
// administrators find it among their choices. Where that portal is joined already, its
// key is renewed at once. The link is used up.
func (s *Service) Approve(ctx context.Context, p identity.Person, token string, portal id.ID) error {
	a, err := s.approvalFor(ctx, s.p.DB, p, token)
	if err != nil {
		return err
	}
	var found gate.Portal
	var key gate.Key
	err = s.within(ctx, s.p.PageWait, func(ctx context.Context) error {
		mine, err := s.p.Door.Mine(ctx, approver(p))
		if err != nil {
			return err
		}
		var ok bool
		if found, ok = portalIn(mine.Owned, portal); !ok {
			return noSuchPortal()
		}
		key, err = s.p.Door.OwnKey(ctx, approver(p), portal)
		return err
	})
	if err != nil {
		return err
	}
	sealed, err := s.sealKey(a.Org, key)
	if err != nil {
		return err
	}
	return s.answerApproval(ctx, p, token, func(ctx context.Context, tx *store.Tx, a approval, l link) error {
		if err := endApproval(ctx, tx, a, ApprovalApproved, found.Name); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, s.system(a.Org), "integration.approval_given", a.Email+": "+found.Name); err != nil {
			return err
		}
		if err := s.tellAdministrators(ctx, tx, letter{Org: a.Org, Name: letterApproved, Unique: "approved:" + a.ID.String(),
			Args: fault.Args{"Portal": found.Name, "Email": a.Email}}); err != nil {
			return err
		}
		if l.Portal == found.ID && l.bound(tx.Now()) == nil {
			return s.renewByApproval(ctx, tx, l, found, sealed)
		}
		return offerApproved(ctx, tx, a, found, sealed)
	})
}

// Refuse answers no. The link is used up.
func (s *Service) Refuse(ctx context.Context, p identity.Person, token string) error {
	return s.answerApproval(ctx, p, token, func(ctx context.Context, tx *store.Tx, a approval, _ link) error {
		if err := endApproval(ctx, tx, a, ApprovalRefused, ""); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, s.system(a.Org), "integration.approval_refused", a.Email); err != nil {
			return err
		}
		return s.tellAdministrators(ctx, tx, letter{Org: a.Org, Name: letterApprovalRefused, Unique: "refused:" + a.ID.String(),
			Args: fault.Args{"Email": a.Email}})
	})
}

// approvalFor finds the request a link stands for and checks who follows it. Links in
// letters carry a token after a dot, those in notices the request's id after a dash:
// ids can be guessed, so to anybody but whom it asks such a request is not there.
func (s *Service) approvalFor(ctx context.Context, q store.Querier, p identity.Person, token string) (approval, error) {
	if err := p.Require(); err != nil {
		return approval{}, err
	}
	house, word, mailed := strings.Cut(token, ".")
	if !mailed {
		house, word, _ = strings.Cut(token, "-")
	}
	org, err := id.Parse(house)
	if err != nil || word == "" {
		return approval{}, approvalGone()
	}
	var a approval
	if mailed {
		a, err = approvalByHash(ctx, q, s.p.DB.Now(), org, s.approvalHash(word))
	} else {
		request, bad := id.Parse(word)
		if bad != nil {
			return approval{}, approvalGone()
		}
		a, err = approvalByID(ctx, q, s.p.DB.Now(), org, request)
	}
	if errors.Is(err, sql.ErrNoRows) || err == nil && a.State != ApprovalWaiting {
		return approval{}, approvalGone()
	}
	if err != nil {
		return approval{}, err
	}
	if a.EmailKey != identity.EmailKey(p.Email()) {
		if !mailed {
			return approval{}, approvalGone()
		}
		return approval{}, fault.Forbidden("integration.fault.approval_other").WithCode("other_person")
	}
	return a, nil
}

// answerApproval uses a link up, once, under the lock of the organisation's facts.
func (s *Service) answerApproval(ctx context.Context, p identity.Person, token string,
	fn func(context.Context, *store.Tx, approval, link) error) error {
	first, err := s.approvalFor(ctx, s.p.DB, p, token)
	if err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, first.Org)
		if err != nil {
			return err
		}
		a, err := s.approvalFor(ctx, tx, p, token)
		if err != nil {
			return err
		}
		if st := l.status(tx.Now()); st == StatusNone || st == StatusDisabled {
			return approvalGone()
		}
		return fn(ctx, tx, a, l)
	})
}

// renewByApproval takes the key of the portal that is joined already.
func (s *Service) renewByApproval(ctx context.Context, tx *store.Tx, l link, found gate.Portal, key newKey) error {
	if err := l.renewKey(tx.Now(), key); err != nil {
		return err
	}
	l.PortalName, l.PortalSlug = found.Name, found.Slug
	if err := s.auditSystem(ctx, tx, l.Org, "integration.key_updated", key.Email); err != nil {
		return err
	}
	if _, err := writeKeyEnds(ctx, tx, l.Org, 0); err != nil {
		return err
	}
	if err := s.follow(ctx, tx, l, l.BoundBy); err != nil {
		return err
	}
	return saveLink(ctx, tx, &l)
}

// offerApproved puts the approved portal, and no other of its owner, among the choices
// of the organisation. What an administrator chose of their own portals stays chosen.
func offerApproved(ctx context.Context, tx *store.Tx, a approval, found gate.Portal, key newKey) error {
	st, err := readStep(ctx, tx, a.Org, stepPortal)
	if err != nil {
		return err
	}
	value := st.Value
	if value.Portal == 0 || len(st.Sealed) > 0 {
		value.Portal, value.Name = found.ID, found.Name
	}
	value.TypedEmail, value.Approved, value.By = key.Email, found.ID, 0
	text, err := json.Marshal(value)
	if err != nil {
		return fault.Internal(err)
	}
	saved, err := writeStep(ctx, tx, a.Org, stepPortal, st.Version, string(text), key.Sealed, a.By)
	if err == nil && !saved {
		err = stale()
	}
	return err
}

// approvalHash is what the database knows of a link.
func (s *Service) approvalHash(token string) []byte {
	return s.p.Box.HashKey("integration approval", []byte(token))
}

func approver(p identity.Person) gate.Visitor {
	return gate.Visitor{Person: p.ID(), Email: p.Email(), Name: p.Name(), Locale: p.Locale(), TimeZone: p.TimeZone()}
}

func approvalGone() *fault.Error {
	return fault.NotFound("integration.fault.approval_gone").WithCode("approval_gone")
}
