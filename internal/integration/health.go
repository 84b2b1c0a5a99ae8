package integration

import (
	"context"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/jobs"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// Health is how the integration fares: whether the portal answers, what waits, what
// failed, and how many ties there are by state.
type Health struct {
	Overview Overview
	Contact  Contact
	Runs     []Run // the latest of each kind that ran for this binding
	Waiting  Waiting
	Failed   Failed
	Ties     []TieCount
	Moved    []RecordRef // contacts who are users of another client than their account's
}

// maxMoved bounds the moved contacts that are named.
const maxMoved = 20

// Contact is when the portal was last asked. Failure is the key of what it said, or of
// its silence, since FailedAt; empty while it answers.
type Contact struct {
	AnsweredAt time.Time
	FailedAt   time.Time
	Failure    string
	KeyEndsAt  time.Time // of the key in use, when its owner has a new one; else zero
}

// Waiting counts what is queued.
type Waiting struct {
	Projects int64 // about to be made
	Firings  int64 // of rules
	Tasks    int64 // to be brought together
	Mirrors  int64 // of live fields
}

// Failed counts what somebody should look at.
type Failed struct {
	Users       int64 // not registered
	Firings     int64 // of rules
	Association int64 // clients and client users of the latest run
	Restoration int64 // ties not brought back by the latest one
	Tasks       int64 // not brought together
	Mirrors     int64 // of live fields
}

// Any says whether there is something to look at.
func (f Failed) Any() bool {
	return f.Users+f.Firings+f.Association+f.Restoration+f.Tasks+f.Mirrors > 0
}

// TieCount counts ties of one kind: those that show, those whose record is in the bin,
// and those whose project is.
type TieCount struct {
	Kind    string // client, contact, project or exclusion
	Shown   int64
	Hidden  int64
	Trashed int64
}

// Health tells how the integration fares. Administrators only.
func (s *Service) Health(ctx context.Context, as access.Actor) (Health, error) {
	var out Health
	o, err := s.Overview(ctx, as)
	if err != nil {
		return out, err
	}
	l, err := readLink(ctx, s.p.DB, as.Org())
	if err != nil {
		return out, err
	}
	out.Overview = o
	out.Failed.Users = int64(o.Refused)
	if out.Contact, err = readContact(ctx, s.p.DB, l.Org); err != nil {
		return out, err
	}
	for _, kind := range []string{RunProvisioning, RunAssociation, RunRestore, RunDiscard, RunRemoval} {
		r, err := latestRun(ctx, s.p.DB, l.Org, kind)
		if err != nil {
			return out, err
		}
		if r.ID == 0 || r.Epoch != l.Epoch {
			continue
		}
		out.Runs = append(out.Runs, r.Run)
		switch kind {
		case RunAssociation:
			out.Failed.Association = r.Failed
		case RunRestore:
			out.Failed.Restoration = r.Failed
		}
	}
	if err := countQueue(ctx, s.p.DB, l, &out); err != nil {
		return out, err
	}
	moved, err := movedContacts(ctx, s.p.DB, l, maxMoved)
	if err != nil {
		return out, err
	}
	if out.Moved, err = s.visible(ctx, as, access.TabContacts, moved); err != nil {
		return out, err
	}
	out.Ties, err = countTies(ctx, s.p.DB, l)
	return out, err
}

// CheckNow asks the portal at once, as the rounds do every few minutes, and no longer
// than a page may take. What it answers stands in Health.
func (s *Service) CheckNow(ctx context.Context, as access.Actor) error {
	l, err := s.adminLink(ctx, as)
	if err != nil || !l.Bound() || !l.KeyOK {
		return err
	}
	var p gate.Portal
	err = s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		p, err = g.Check(ctx)
		return err
	})
	if noted := s.noteContact(ctx, l, p, err); noted != nil {
		return noted
	}
	if err != nil {
		return nil // noted
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.p.Queue.Insert(ctx, tx, pullJob{Org: l.Org}, jobs.Unique(l.Org.String()))
	})
}

// noteContact keeps whether the portal answered.
// An answer tells, too, that the key in use will end; administrators get a letter then.
func (s *Service) noteContact(ctx context.Context, l link, p gate.Portal, failure error) error {
	return s.p.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *store.Tx) error {
		if err := writeContact(ctx, tx, l.Org, fault.As(failure)); err != nil || failure != nil {
			return err
		}
		news, err := writeKeyEnds(ctx, tx, l.Org, p.KeyEndsAt)
		if err != nil || !news {
			return err
		}
		day := store.FromMicros(p.KeyEndsAt).In(zoneOf(l.TimeZone)).Format(time.DateOnly)
		return s.tellAdministrators(ctx, tx, letter{Org: l.Org, Name: letterKeyEnds, Unique: idem(l, letterKeyEnds, p.KeyEndsAt), Day: day,
			Args: fault.Args{"Portal": l.PortalName}})
	})
}
