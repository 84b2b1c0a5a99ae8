package integration

import (
	"context"
	"slices"
	"strings"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

type (
	// ruleJob makes the project of one firing.
	ruleJob struct {
		Org    id.ID `json:"org"`
		Firing id.ID `json:"firing"`
	}
	// holdJob puts the project of a reopened record on hold, and lets it go on when the
	// record fulfils its rule again.
	holdJob struct {
		Org    id.ID `json:"org"`
		Firing id.ID `json:"firing"`
	}
)

// Kind names the job in the queue.
func (ruleJob) Kind() string { return "integration.rule" }

// Kind names the job in the queue.
func (holdJob) Kind() string { return "integration.rule_hold" }

// triggerRules fires the rules whose conditions records came to fulfil, and tells
// those whose records do not fulfil them any more, with the change itself. before is
// nil for new records. What cannot be done now waits in the ledger.
func (s *Service) triggerRules(ctx context.Context, tx *store.Tx, l link, before *record.Record, after []record.Record) error {
	if !l.Bound() || len(after) == 0 {
		return nil
	}
	rules, err := activeRules(ctx, tx, l.Org, l.Portal, after[0].Module)
	if err != nil || len(rules) == 0 {
		return err
	}
	m, err := s.p.Records.Module(s.system(l.Org), after[0].Module)
	if err != nil {
		return err
	}
	for _, rule := range rules {
		for _, rec := range after {
			was, is := before != nil && rule.matches(m, before.Values), rule.matches(m, rec.Values)
			if is && !was {
				err = s.fire(ctx, tx, l.Org, rule, rec, 0)
			} else if was && !is {
				err = s.reopened(ctx, tx, l.Org, rule, rec)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// fire writes into the ledger that a rule fires for a record, which it does once. A
// record that was reopened and fulfils the rule again is no longer reopened.
func (s *Service) fire(ctx context.Context, tx *store.Tx, org id.ID, rule Rule, rec record.Record, by id.ID) error {
	made := tx.NewID()
	first, err := insertFiring(ctx, tx, org, Firing{ID: made, Rule: rule.ID, By: by,
		Record: RecordRef{Module: rec.Module, ID: rec.ID, Name: rec.Name}})
	if err != nil {
		return err
	}
	if !first {
		f, err := setReopened(ctx, tx, org, rule.ID, rec.ID, false)
		if err != nil || f.ID == 0 {
			return err
		}
		if f.Project == 0 {
			return s.fireAgain(ctx, tx, org, f)
		}
		if rule.Action.Reopen != ReopenHold {
			return nil
		}
		return s.p.Queue.Insert(ctx, tx, holdJob{Org: org, Firing: f.ID})
	}
	return s.p.Queue.Insert(ctx, tx, ruleJob{Org: org, Firing: made}, jobs.Unique(made.String()))
}

// fireAgain lets a firing that made nothing try again.
func (s *Service) fireAgain(ctx context.Context, tx *store.Tx, org id.ID, f Firing) error {
	if err := setFiring(ctx, tx, org, f.ID, FiringWaiting, 0, nil); err != nil {
		return err
	}
	return s.p.Queue.Insert(ctx, tx, ruleJob{Org: org, Firing: f.ID}, jobs.Unique(f.ID.String()))
}

// reopened does what a rule says of a record it made a project of.
func (s *Service) reopened(ctx context.Context, tx *store.Tx, org id.ID, rule Rule, rec record.Record) error {
	f, err := setReopened(ctx, tx, org, rule.ID, rec.ID, true)
	if err != nil || f.ID == 0 || f.Project == 0 {
		return err
	}
	switch rule.Action.Reopen {
	case ReopenHold:
		return s.p.Queue.Insert(ctx, tx, holdJob{Org: org, Firing: f.ID})
	case ReopenNotify:
		return s.tellAdministrators(ctx, tx, letter{Org: org, Name: letterReopened,
			Unique: "reopened:" + f.ID.String() + ":" + tx.Now().UTC().Format(time.RFC3339Nano),
			Args:   fault.Args{"Record": rec.Name, "Rule": rule.Name}})
	}
	return nil
}

// fireRule makes the project of a firing. It may run twice: the intent it writes is
// found again, and the portal gives the same project. A portal that cannot be asked
// leaves the firing waiting; whatever else stands in the way is written beside it. A
// firing that waits with its project waits for its files.
func (s *Service) fireRule(ctx context.Context, j ruleJob) error {
	f, err := readFiring(ctx, s.p.DB, j.Org, j.Firing)
	if err != nil || f.State != FiringWaiting {
		return err
	}
	l, err := readLink(ctx, s.p.DB, j.Org)
	if err != nil || l.works(s.p.DB.Now()) != nil || !l.KeyOK {
		return err
	}
	if f.Project != 0 {
		return s.carryFiles(ctx, l, f, f.Reason)
	}
	made, note, err := s.carryRule(ctx, l, f)
	if err != nil && (fault.HasCode(err, gate.CodeKeyRejected) || !refused(err)) {
		if fault.HasCode(err, gate.CodeKeyRejected) {
			return nil // waits for the new key
		}
		return err
	}
	broken := s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err == nil {
			return setFiring(ctx, tx, j.Org, f.ID, FiringWaiting, made, note)
		}
		if err := setFiring(ctx, tx, j.Org, f.ID, FiringFailed, 0, fault.As(err)); err != nil || !f.ReopenedAt.IsZero() {
			return err
		}
		return s.tellFailed(ctx, tx, l, f)
	})
	if err != nil || broken != nil {
		return broken
	}
	f.Project = made
	return s.carryFiles(ctx, l, f, note)
}

// tellFailed tells administrators that a rule could not do its work: once a day for each
// rule, since a hundred records may lack the same.
func (s *Service) tellFailed(ctx context.Context, tx *store.Tx, l link, f Firing) error {
	rule, err := readRule(ctx, tx, l.Org, f.Rule)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	day := tx.Now().In(zoneOf(l.TimeZone)).Format(time.DateOnly)
	return s.tellAdministrators(ctx, tx, letter{Org: l.Org, Name: letterRuleFailed, Unique: letterRuleFailed + ":" + rule.ID.String() + ":" + day,
		Args: fault.Args{"Record": f.Record.Name, "Rule": rule.Name}, Path: setupPath(l.Org) + "/rules/ledger?state=" + FiringFailed})
}

// carryRule makes the project and its ties as the rule says. The note names contacts
// who could not become client users.
func (s *Service) carryRule(ctx context.Context, l link, f Firing) (id.ID, *fault.Error, error) {
	as := s.system(l.Org)
	rule, err := readRule(ctx, s.p.DB, l.Org, f.Rule)
	if err != nil {
		return 0, nil, err
	}
	if !f.ReopenedAt.IsZero() {
		return 0, nil, fault.Conflict("integration.rule.reopened")
	}
	if rule.Portal != l.Portal {
		return 0, nil, fault.Conflict("integration.rule.other_portal")
	}
	rec, err := s.ready(ctx, as, f.Record.Module, f.Record.ID)
	if err != nil {
		return 0, nil, err
	}
	whole, _, err := s.p.Records.Get(ctx, as, f.Record.Module, f.Record.ID)
	if err != nil {
		return 0, nil, err
	}
	runner, err := s.runner(ctx, l, rule.RunBy)
	if err != nil {
		return 0, nil, err
	}
	if err := s.runnerSees(ctx, l.Org, rule.RunBy, f.Record); err != nil {
		return 0, nil, err
	}
	if err := s.mayCreate(ctx, l, Rights{Member: runner}); err != nil {
		return 0, nil, err
	}
	in, err := s.ruleProject(ctx, as, l, rule, rec, whole)
	if err != nil {
		return 0, nil, err
	}
	people, err := s.ruleContacts(ctx, as, rule, rec, whole)
	if err != nil {
		return 0, nil, err
	}
	t, problems, err := s.ensureUsers(ctx, as, l, rec, people, in.Idem)
	if err == nil {
		err = s.tieClient(ctx, as, l, rec, t)
	}
	if err != nil {
		return 0, nil, err
	}
	intent, err := s.begin(ctx, as, l, Rights{Member: runner}, rec, t, in)
	if err != nil {
		return 0, nil, err
	}
	p, err := s.carryOut(ctx, l, intent)
	return p.ID, skipped(problems), err
}

// runner gives the portal member with whose rights a rule runs: its user must still be
// active, allowed to create projects, and registered.
func (s *Service) runner(ctx context.Context, l link, user id.ID) (id.ID, error) {
	no := fault.Forbidden("integration.rule.runner").WithCode("runner")
	u, err := s.p.Access.User(ctx, s.system(l.Org), user)
	if fault.Is(err, fault.KindNotFound) || err == nil && u.Status != access.Active {
		return 0, no
	}
	if err != nil {
		return 0, err
	}
	profile, err := s.p.Access.Profile(ctx, s.system(l.Org), u.ProfileID)
	if err != nil {
		return 0, err
	}
	if profile.Kind != access.ProfileAdministrator {
		rows, err := gridRows(ctx, s.p.DB, l.Org)
		if err != nil {
			return 0, err
		}
		if !rows[u.ProfileID].Rights.Create {
			return 0, no
		}
	}
	linked, err := userOf(ctx, s.p.DB, l.Org, l.Epoch, user)
	if err == nil && (linked.Member == 0 || linked.Refused) {
		err = no
	}
	return linked.Member, err
}

// runnerSees refuses records that whoever saved the rule does not see: its project would
// tell them.
func (s *Service) runnerSees(ctx context.Context, org, user id.ID, rec RecordRef) error {
	as, err := s.p.Access.EnterUser(ctx, org, user)
	if err == nil {
		err = s.p.Records.Visible(ctx, s.p.DB, as, rec.Module, rec.ID)
	}
	if fault.Is(err, fault.KindNotFound) || fault.Is(err, fault.KindForbidden) {
		return fault.Forbidden("integration.rule.runner_blind").WithCode("runner")
	}
	return err
}

// ruleToken is what a rule sends as its form's own marker for a record.
func ruleToken(rule, rec id.ID) string { return "rule:" + rule.String() + ":" + rec.String() }

// ruleProject is the project a rule makes of a record.
func (s *Service) ruleProject(ctx context.Context, as access.Actor, l link, rule Rule, rec subject, whole record.Record) (NewProject, error) {
	m, err := s.p.Records.Module(as, rec.Module)
	if err != nil {
		return NewProject{}, err
	}
	a := rule.Action
	in := NewProject{Idem: ruleToken(rule.ID, rec.ID), Module: rec.Module, Record: rec.ID,
		Template: a.Template, Group: a.Group, Owner: a.Owner, Anchor: a.Anchor, Workdays: a.Workdays, Shift: a.Days,
		Name: fill(m, a.Pattern, whole.Values, map[string]string{"Account_Name": rec.AccountName})}
	if in.Name == "" {
		in.Name = rec.Name
	}
	if in.Owner == 0 && rec.Owner != 0 {
		owner, err := userOf(ctx, s.p.DB, l.Org, l.Epoch, rec.Owner)
		if err != nil {
			return in, err
		}
		if !owner.Refused {
			in.Owner = owner.Member
		}
	}
	day := whole.Values.Text(a.Base)
	if day == "" {
		day = s.p.DB.Now().In(zoneOf(l.TimeZone)).Format(time.DateOnly)
	}
	var own []gate.Field
	err = s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		own, err = g.Fields(ctx)
		return err
	})
	if err != nil {
		return in, err
	}
	fill, err := s.prefill(ctx, as, l, rec.Module, rec.ID, own)
	if err != nil {
		return in, err
	}
	in.Custom, in.Overview = fill.Custom, fill.Overview
	if a.Anchor == gate.AnchorEnd {
		in.EndDate = day
		if fill.StartDate <= day {
			in.StartDate = fill.StartDate
		}
	} else {
		in.StartDate = day
		if fill.EndDate >= day {
			in.EndDate = fill.EndDate
		}
	}
	if a.Notes {
		in.Overview, err = s.ruleNotes(ctx, as, rec, whole)
	}
	return in, err
}

// maxRuleNotes bounds the notes a rule copies: the latest ones.
const maxRuleNotes = 20

// ruleNotes is the description of a record with its latest notes.
func (s *Service) ruleNotes(ctx context.Context, as access.Actor, rec subject, whole record.Record) (string, error) {
	parts := []string{whole.Values.Text("Description")}
	list, err := s.p.Notes.List(ctx, as, rec.Module, rec.ID, page.Request{Size: maxRuleNotes})
	if err != nil {
		return "", err
	}
	for _, n := range slices.Backward(list.Items) {
		parts = append(parts, strings.TrimSpace(n.Title+"\n"+n.Body))
	}
	return strings.TrimSpace(strings.Join(parts, "\n\n")), nil
}

// ruleContacts are the contacts who become client users: those with an address.
func (s *Service) ruleContacts(ctx context.Context, as access.Actor, rule Rule, rec subject, whole record.Record) ([]person, error) {
	var out []person
	switch rule.Action.Clients {
	case ClientsAll:
		all, err := s.contactsOf(ctx, as, rec)
		if err != nil {
			return nil, err
		}
		out = all
	case ClientsContact:
		if rec.Module == access.TabContacts {
			out = []person{{ID: rec.ID, Name: rec.Name, Email: rec.Email}}
		} else if contact := whole.Lookup("Contact_Name"); contact != 0 {
			c, err := s.record(ctx, as, access.TabContacts, contact)
			if err != nil && !fault.Is(err, fault.KindNotFound) {
				return nil, err
			}
			if err == nil && c.Account == rec.Account {
				out = []person{{ID: c.ID, Name: c.Name, Email: c.Email}}
			}
		}
	}
	return slices.DeleteFunc(out, func(p person) bool { return p.Email == "" }), nil
}

// skipped names the contacts who could not become client users; nil without any.
func skipped(problems []*fault.Error) *fault.Error {
	if len(problems) == 0 {
		return nil
	}
	var names []string
	for _, p := range problems {
		if name, ok := p.Args["Name"].(string); ok {
			names = append(names, name)
		}
	}
	return fault.Conflict("integration.rule.skipped").With("Names", strings.Join(names, ", "))
}

// hold puts the project of a reopened record on hold, unless it is closed; a project
// on hold goes on when the record is no longer reopened.
func (s *Service) hold(ctx context.Context, j holdJob) error {
	f, err := readFiring(ctx, s.p.DB, j.Org, j.Firing)
	if err != nil || f.Project == 0 {
		return err
	}
	from, to := "", gate.StatusOnHold
	if f.ReopenedAt.IsZero() {
		from, to = gate.StatusOnHold, gate.StatusActive
	}
	l, err := readLink(ctx, s.p.DB, j.Org)
	if err != nil || l.works(s.p.DB.Now()) != nil {
		return err
	}
	rule, err := readRule(ctx, s.p.DB, j.Org, f.Rule)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	member, err := s.runner(ctx, l, rule.RunBy)
	if fault.HasCode(err, "runner") {
		return nil
	}
	if err != nil {
		return err
	}
	err = s.personCall(ctx, l, Rights{Member: member}, func(ctx context.Context, p gate.Person) error {
		project, err := p.Project(ctx, f.Project)
		if err != nil || project.Closed || project.Status == to || from != "" && project.Status != from {
			return err
		}
		_, err = p.UpdateProject(ctx, f.Project, project.Version, gate.ProjectPatch{Status: &to})
		return err
	})
	if fault.Is(err, fault.KindNotFound) || fault.Is(err, fault.KindForbidden) || fault.HasCode(err, gate.CodeKeyRejected) {
		return nil
	}
	return err
}

// sweepFirings queues again what waits: the portal could not be asked, or whoever
// worked on it did not live to finish.
func (s *Service) sweepFirings(ctx context.Context, org id.ID) error {
	l, err := readLink(ctx, s.p.DB, org)
	if err != nil || l.works(s.p.DB.Now()) != nil {
		return err
	}
	old, err := waitingFirings(ctx, s.p.DB, org, s.p.DB.Now().Add(-intentPatience), 100)
	if err != nil || len(old) == 0 {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, f := range old {
			if err := s.p.Queue.Insert(ctx, tx, ruleJob{Org: org, Firing: f}, jobs.Unique(f.String())); err != nil {
				return err
			}
		}
		return nil
	})
}
