package integration

import (
	"context"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
)

// States of a firing.
const (
	FiringWaiting = "waiting"
	FiringDone    = "done"
	FiringFailed  = "failed"
)

// Firing is one line of the ledger: a rule met a record. Reason says why it failed, or
// what was left out of what was done.
type Firing struct {
	ID         id.ID
	Rule       id.ID
	RuleName   string
	Record     RecordRef
	State      string
	Reason     *fault.Error
	Project    id.ID
	By         id.ID // who ran it by hand; zero when the change did
	At         time.Time
	DoneAt     time.Time
	ReopenedAt time.Time
}

// Firings lists the ledger, the latest first, of one state or of all. Administrators
// only.
func (s *Service) Firings(ctx context.Context, as access.Actor, state string, r page.Request) (page.Page[Firing], error) {
	var out page.Page[Firing]
	if err := admin(as); err != nil {
		return out, err
	}
	before := id.Max
	if r.Cursor != "" {
		var err error
		if before, err = id.Parse(r.Cursor); err != nil {
			return out, err
		}
	}
	list, err := listFirings(ctx, s.p.DB, as.Org(), state, before, r.Limit()+1)
	if err != nil {
		return out, err
	}
	if len(list) > r.Limit() {
		list = list[:r.Limit()]
		out.Next = list[len(list)-1].ID.String()
	}
	out.Items = list
	return out, nil
}

// RetryFiring lets a failed firing try again.
func (s *Service) RetryFiring(ctx context.Context, as access.Actor, firing id.ID) error {
	if err := admin(as); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, err := readFiring(ctx, tx, as.Org(), firing)
		if err != nil || f.State != FiringFailed {
			return err
		}
		return s.fireAgain(ctx, tx, as.Org(), f)
	})
}

// Candidate is a record that fulfils a rule now, and what the rule would make of it.
type Candidate struct {
	Record  RecordRef
	Project string // the name it would get
	Blocked string // NextChooseAccount, NextAddEmail or ""
	State   string // of its firing, where the rule has met it before
}

// Rehearsal is what a rule would do with the records there are. Whole says that all of
// them were looked at, and not only the latest Looked.
type Rehearsal struct {
	Candidates []Candidate
	Looked     int
	Whole      bool
}

// Bounds of a rehearsal.
const (
	maxCandidates = 50
	maxLooked     = 2000
)

// Rehearse looks at the records there are, the latest changed first, and changes
// nothing. Administrators only.
func (s *Service) Rehearse(ctx context.Context, as access.Actor, rule Rule) (Rehearsal, error) {
	var out Rehearsal
	if err := admin(as); err != nil {
		return out, err
	}
	sys := s.system(as.Org())
	m, err := s.p.Records.Module(sys, rule.Module)
	if err != nil {
		return out, err
	}
	q := record.Query{Sort: "Modified_Time", Desc: true, Filters: map[string]string{}, Page: page.Request{Size: page.MaxSize}}
	for _, c := range rule.Conditions {
		if f, ok := m.Field(c.Field); ok && f.Filter && c.Op == OpIs {
			q.Filters[c.Field] = c.Value
		}
	}
	var found []record.Record
	accounts := map[id.ID]string{}
	for out.Looked < maxLooked && len(found) < maxCandidates && !out.Whole {
		list, err := s.p.Records.List(ctx, sys, rule.Module, q)
		if err != nil {
			return out, err
		}
		for _, r := range list.Items {
			out.Looked++
			if rule.matches(m, r.Values) && len(found) < maxCandidates {
				found = append(found, r)
				if n := r.Lookup("Account_Name"); n != 0 {
					accounts[n] = list.Names[n]
				}
			}
		}
		q.Page.Cursor, out.Whole = list.Next, list.Next == ""
	}
	ids := make([]id.ID, len(found))
	for i, r := range found {
		ids[i] = r.ID
	}
	states, err := firingStates(ctx, s.p.DB, as.Org(), rule.ID, ids)
	if err != nil {
		return out, err
	}
	for _, r := range found {
		who := subject{RecordRef: RecordRef{Module: r.Module, ID: r.ID, Name: r.Name}, Account: r.ID, AccountName: r.Name, Email: r.Values.Text("Email")}
		if rule.Module != access.TabAccounts {
			who.Account = r.Lookup("Account_Name")
			who.AccountName = accounts[who.Account]
		}
		name := fill(m, rule.Action.Pattern, r.Values, map[string]string{"Account_Name": who.AccountName})
		if name == "" {
			name = r.Name
		}
		out.Candidates = append(out.Candidates, Candidate{Record: who.RecordRef, Project: name, Blocked: who.blocked(), State: states[r.ID]})
	}
	return out, nil
}

// RunRule fires a rule by hand for records that fulfil it and that it has not met. It
// says for how many.
func (s *Service) RunRule(ctx context.Context, as access.Actor, rule id.ID, records []id.ID) (int, error) {
	if err := admin(as); err != nil {
		return 0, err
	}
	if len(records) > maxCandidates {
		return 0, fault.Invalid("integration.rule.too_many_records").With("Limit", maxCandidates)
	}
	r, err := readRule(ctx, s.p.DB, as.Org(), rule)
	if err != nil {
		return 0, err
	}
	if len(records) == 0 {
		return 0, fault.Invalid("integration.rule.choose_records")
	}
	sys := s.system(as.Org())
	m, err := s.p.Records.Module(sys, r.Module)
	if err != nil {
		return 0, err
	}
	var run []record.Record
	for _, n := range records {
		rec, _, err := s.p.Records.Get(ctx, sys, r.Module, n)
		if fault.Is(err, fault.KindNotFound) {
			continue
		}
		if err != nil {
			return 0, err
		}
		if r.matches(m, rec.Values) {
			run = append(run, rec)
		}
	}
	err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, as.Org())
		if err == nil {
			err = l.works(tx.Now())
		}
		if err != nil {
			return err
		}
		for _, rec := range run {
			if err := s.fire(ctx, tx, as.Org(), r, rec, as.User()); err != nil {
				return err
			}
		}
		return s.audit(ctx, tx, as, "integration.rule_run", r.Name)
	})
	return len(run), err
}
