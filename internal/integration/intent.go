package integration

import (
	"context"
	"encoding/json"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// States of an intent.
const (
	intentPending = "pending"
	intentDone    = "done"
	intentRefused = "refused" // Projects said no; nothing was made
)

// intentPatience is how long a request may carry out its own intent before the
// sweeper looks after it.
const intentPatience = 2 * time.Minute

// intent is a project about to be made. Its id is the idempotency key in the portal.
type intent struct {
	Org     id.ID
	ID      id.ID
	Epoch   int64
	Token   string
	User    id.ID
	Member  id.ID
	Module  string
	Record  id.ID
	Account id.ID
	Value   intentValue
	State   string
	Project id.ID
	At      time.Time
}

// intentValue is what the portal is asked, and the ties that follow.
type intentValue struct {
	Project  gate.NewProject `json:"project"`
	Contacts []contactLink   `json:"contacts"`
	Known    []id.ID         `json:"known,omitempty"` // contacts without access
}

// begin writes the intent of a submit, or finds the one an earlier submit of the same
// form wrote.
func (s *Service) begin(ctx context.Context, as access.Actor, l link, r Rights, rec subject, t tie, in NewProject) (intent, error) {
	made := intent{Org: l.Org, Epoch: l.Epoch, Token: in.Idem, User: as.User(), Member: r.Member,
		Module: in.Module, Record: in.Record, Account: rec.Account, State: intentPending,
		Value: intentValue{Contacts: t.contacts, Known: in.Known, Project: gate.NewProject{
			Name: in.Name, Owner: in.Owner, Group: in.Group, Status: in.Status, StartDate: in.StartDate,
			EndDate: in.EndDate, Overview: in.Overview, Public: in.Public, Company: t.company.ID, Users: t.users, Team: in.Team,
			Template: in.Template, Anchor: in.Anchor, Workdays: in.Workdays, Shift: in.Shift, Custom: in.Custom, Budget: in.Budget}}}
	err := s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.same(ctx, tx, l); err != nil {
			return err
		}
		old, err := intentOf(ctx, tx, l.Org, as.User(), in.Idem)
		if err != nil {
			return err
		}
		if old.ID != 0 && old.State != intentRefused {
			made = old
			return nil
		}
		// A refused submit may be mended and sent again from the same form.
		made.ID = tx.NewID()
		return writeIntent(ctx, tx, made)
	})
	return made, err
}

// carryOut makes the project of an intent and its ties. It may be done again at any
// point: the portal gives the same project, the ties stand once.
func (s *Service) carryOut(ctx context.Context, l link, in intent) (gate.Project, error) {
	var made gate.Project
	err := s.personCall(ctx, l, Rights{Member: in.Member}, func(ctx context.Context, p gate.Person) (err error) {
		made, err = p.CreateProject(ctx, idem(l, "project", in.ID), in.Value.Project)
		return err
	})
	if refused(err) {
		return made, s.endIntent(ctx, in, intentRefused, 0, err)
	}
	if err != nil {
		return made, err
	}
	err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.same(ctx, tx, l); err != nil {
			return err
		}
		if in.Record != 0 {
			if err := s.keepTies(ctx, tx, l, in, made.ID); err != nil {
				return err
			}
		}
		return setIntent(ctx, tx, in, intentDone, made.ID)
	})
	return made, err
}

// refused says whether Projects answered no, for good.
func refused(err error) bool {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindForbidden, fault.KindNotFound:
		return true
	case fault.KindConflict:
		return !fault.HasCode(err, gate.CodeKeyRejected)
	}
	return false
}

func (s *Service) endIntent(ctx context.Context, in intent, state string, project id.ID, why error) error {
	err := s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return setIntent(ctx, tx, in, state, project)
	})
	if err != nil {
		return err
	}
	return why
}

// keepTies writes what belongs to a project made or associated from a record: the
// record's association and the chosen contacts. The account has it through its client.
func (s *Service) keepTies(ctx context.Context, tx *store.Tx, l link, in intent, project id.ID) error {
	went, err := s.p.Records.MergedInto(ctx, tx, s.system(l.Org), in.records())
	if err != nil {
		return err
	}
	in.follow(went)
	p := projectLink{Record: in.Record, Project: project, Module: in.Module, By: in.User}
	if in.Module != access.TabAccounts {
		p.Account = in.Account
	}
	if err := insertProjectLink(ctx, tx, l, p); err != nil {
		return err
	}
	if err := s.mirrorNew(ctx, tx, l, p.Module, p.Record, project); err != nil {
		return err
	}
	for _, n := range in.Value.Known {
		if n == in.Record {
			continue
		}
		if err := insertProjectLink(ctx, tx, l, projectLink{Record: n, Project: project, Module: access.TabContacts, Account: in.Account, By: in.User}); err != nil {
			return err
		}
		if err := s.mirrorNew(ctx, tx, l, access.TabContacts, n, project); err != nil {
			return err
		}
	}
	for _, c := range in.Value.Contacts {
		// A client user tied to another contact stays so: ties are not moved silently.
		if _, err := insertContactLink(ctx, tx, l, c); err != nil {
			return err
		}
	}
	return nil
}

// keepTie is keepTies for an existing project.
func (s *Service) keepTie(ctx context.Context, as access.Actor, l link, rec subject, t tie, known []id.ID, project id.ID) error {
	in := intent{Org: l.Org, User: as.User(), Module: rec.Module, Record: rec.ID, Account: rec.Account,
		Value: intentValue{Contacts: t.contacts, Known: known}}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.same(ctx, tx, l); err != nil {
			return err
		}
		return s.keepTies(ctx, tx, l, in, project)
	})
}

// sweepIntents finishes what a request began and did not live to finish.
func (s *Service) sweepIntents(ctx context.Context, org id.ID) error {
	l, err := readLink(ctx, s.p.DB, org)
	if err != nil {
		return err
	}
	old, err := pendingIntents(ctx, s.p.DB, org, s.p.DB.Now().Add(-intentPatience), 100)
	if err != nil {
		return err
	}
	for _, in := range old {
		if in.Epoch != l.Epoch {
			if err := s.endIntent(ctx, in, intentRefused, 0, nil); err != nil {
				return err
			}
			continue
		}
		if l.works(s.p.DB.Now()) != nil {
			return nil
		}
		if _, err := s.carryOut(ctx, l, in); err != nil && !refused(err) {
			return err
		}
	}
	return nil
}

func (v intentValue) text() (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fault.Internal(err)
	}
	return string(b), nil
}
