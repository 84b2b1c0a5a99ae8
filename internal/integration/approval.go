package integration

import (
	"context"
	"strconv"
	"strings"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/mail"
	"musubi/internal/notice"
	"musubi/internal/secret"
	"musubi/internal/store"
)

// States of an approval, as integrationpages.approval.state.* names them.
const (
	ApprovalWaiting   = "waiting"
	ApprovalApproved  = "approved"
	ApprovalRefused   = "refused"
	ApprovalCancelled = "cancelled"
	ApprovalExpired   = "expired"
)

// Bounds of asking: strangers get the letters, so few are sent.
const (
	approvalLife    = 7 * 24 * time.Hour
	approvalLetters = 3  // of one request
	approvalsPerDay = 10 // of one organisation
	approvalsKept   = 30 * 24 * time.Hour
)

// Approval is a request to the owner of a portal to open it to the organisation.
type Approval struct {
	ID         id.ID // zero where none was made
	Email      string
	State      string
	AskedAt    time.Time
	ExpiresAt  time.Time
	AnsweredAt time.Time
	PortalName string // of an approved one
	Letters    int64  // sent so far
}

// CanResend says whether another letter may be sent.
func (a Approval) CanResend() bool { return a.State == ApprovalWaiting && a.Letters < approvalLetters }

// AskApproval asks whoever has the address to open a portal of theirs, by mail and, if
// they are known here, in the bell. An earlier request that still waits is cancelled.
// The answer does not tell whether the address is known.
func (s *Service) AskApproval(ctx context.Context, as access.Actor, email string) error {
	if err := admin(as); err != nil {
		return err
	}
	email = strings.TrimSpace(email)
	bad := fault.Invalid("integration.fault.approval_form")
	identity.CheckEmail(bad, "approver", email)
	if err := bad.OrNil(); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, as.Org())
		if err != nil {
			return err
		}
		switch l.status(tx.Now()) {
		case StatusNone, StatusDisabled:
			return fault.Conflict("integration.fault.not_started").WithCode("not_started")
		case StatusTrialExpired:
			return trialExpired()
		}
		if err := dropOldApprovals(ctx, tx, l.Org, tx.Now().Add(-approvalsKept)); err != nil {
			return err
		}
		asked, err := countApprovals(ctx, tx, l.Org, tx.Now().Add(-24*time.Hour))
		if err != nil {
			return err
		}
		if asked >= approvalsPerDay {
			return fault.New(fault.KindTooMany, "integration.fault.approval_many").WithCode("approval_many")
		}
		if err := cancelApprovals(ctx, tx, l.Org); err != nil {
			return err
		}
		a := approval{Org: l.Org, EmailKey: identity.EmailKey(email), By: as.Person(), Approval: Approval{
			ID: tx.NewID(), Email: email, State: ApprovalWaiting, AskedAt: tx.Now(), ExpiresAt: tx.Now().Add(approvalLife)}}
		token := secret.NewToken()
		if err := insertApproval(ctx, tx, a, s.approvalHash(token)); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "integration.approval_asked", email); err != nil {
			return err
		}
		return s.sendApproval(ctx, tx, as, a, token)
	})
}

// LastApproval gives the request made last; its ID is zero where there was none.
func (s *Service) LastApproval(ctx context.Context, as access.Actor) (Approval, error) {
	if err := admin(as); err != nil {
		return Approval{}, err
	}
	a, err := latestApproval(ctx, s.p.DB, s.p.DB.Now(), as.Org())
	return a.Approval, err
}

// ResendApproval sends the letter of a waiting request again, with a new link: the one
// before opens nothing any more. The seven days begin anew.
func (s *Service) ResendApproval(ctx context.Context, as access.Actor, request id.ID) error {
	return s.changeApproval(ctx, as, request, func(ctx context.Context, tx *store.Tx, a approval) error {
		if !a.CanResend() {
			return fault.New(fault.KindTooMany, "integration.fault.approval_letters").WithCode("approval_letters")
		}
		token := secret.NewToken()
		a.ExpiresAt = tx.Now().Add(approvalLife)
		a.Letters++
		if err := renewApproval(ctx, tx, a, s.approvalHash(token)); err != nil {
			return err
		}
		return s.sendApproval(ctx, tx, as, a, token)
	})
}

// CancelApproval takes a waiting request back.
func (s *Service) CancelApproval(ctx context.Context, as access.Actor, request id.ID) error {
	return s.changeApproval(ctx, as, request, func(ctx context.Context, tx *store.Tx, a approval) error {
		if err := endApproval(ctx, tx, a, ApprovalCancelled, ""); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, "integration.approval_cancelled", a.Email)
	})
}

// changeApproval is the frame of what an administrator does with a waiting request.
func (s *Service) changeApproval(ctx context.Context, as access.Actor, request id.ID,
	fn func(context.Context, *store.Tx, approval) error) error {
	if err := admin(as); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := lockLink(ctx, tx, as.Org()); err != nil {
			return err
		}
		a, err := latestApproval(ctx, tx, tx.Now(), as.Org())
		if err != nil {
			return err
		}
		if a.ID != request || a.State != ApprovalWaiting {
			return stale()
		}
		return fn(ctx, tx, a)
	})
}

// sendApproval writes the letter of a request, and a notice for somebody known here.
// The link is bound to the address: only who signs in with it gets further. Its token is
// in the letter alone: the notice names the request, which opens to nobody but whom it
// asks.
func (s *Service) sendApproval(ctx context.Context, tx *store.Tx, as access.Actor, a approval, token string) error {
	path := "/approvals/" + a.Org.String()
	org := as.Organisation()
	known, found, err := s.p.People.Find(ctx, tx, a.Email)
	if err != nil {
		return err
	}
	lang := org.Locale
	if found {
		lang = known.Locale
	}
	args := fault.Args{"Org": org.Name, "Who": as.Name(), "Email": as.Email()}
	unique := "integration:approval:" + a.ID.String() + ":" + strconv.FormatInt(a.Letters, 10)
	err = s.p.Letters.Send(ctx, tx, mail.Letter{
		Tenant: mail.Tenant{Org: a.Org}, To: mail.Address{Name: known.Name, Email: a.Email}, Locale: lang,
		Subject: mailWord + "approval.subject", Lines: []string{mailWord + "approval.body", mailWord + "approval.until"},
		Args: args, Action: mail.Action{Label: mailWord + "approval.open", Path: path + "." + token}, Unique: unique, Private: true,
	})
	if err != nil || !found || s.p.Notices == nil {
		return err
	}
	return s.p.Notices.Post(ctx, tx, []notice.New{{Person: known.ID, Kind: notice.KindIntegration, Key: mailWord + "approval.subject",
		Args: args, Path: path + "-" + a.ID.String(), Unique: unique, Tenant: mail.Tenant{Org: a.Org}}})
}
