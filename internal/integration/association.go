package integration

import (
	"context"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// The association of clients with accounts, once for each binding: clients are
// streamed from the portal in batches, matched to accounts by folded name batch by
// batch, their users to contacts by address. Every client and client user leaves a
// row with its outcome. association_batch.go decides; here the run is carried on.

const (
	// associationBatch is how many clients one transaction takes: few enough that
	// people who save meanwhile hardly wait on SQLite (bench/association measures it),
	// enough that each statement is worth its while.
	associationBatch = 50
	// associationSlice is how long one job works before it hands on to the next.
	associationSlice = 15 * time.Second
	// maxSamples is how many pairs the question shows.
	maxSamples = 5
	// sampleBatches, each of sampleClients, bound how far the portal is searched for
	// samples.
	sampleBatches = 3
	sampleClients = 200
)

// CodeKeyRejected is gate's word for a key that is not, or no longer, good.
const CodeKeyRejected = gate.CodeKeyRejected

// SamplePair is one pair the question shows.
type SamplePair struct {
	Client  string
	Account string
	Users   int
}

// AssociationQuestion is the question whether matching data is associated, with at
// most five sample pairs while it is open.
type AssociationQuestion struct {
	Samples []SamplePair
	Answer  string
	Version int64 // of the Overview
	Run     Run
	Discard Run // the binning of contacts, where the last association was undone with it
}

// AssociationQuestion asks the question, or says how it was answered.
func (s *Service) AssociationQuestion(ctx context.Context, as access.Actor) (AssociationQuestion, error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return AssociationQuestion{}, err
	}
	q := AssociationQuestion{Answer: l.Answer, Version: l.Version}
	if l.Answer != AnswerNone {
		r, err := latestRun(ctx, s.p.DB, l.Org, RunAssociation)
		if r.Epoch == l.Epoch {
			q.Run = r.Run
		}
		return q, err
	}
	if r, err := latestRun(ctx, s.p.DB, l.Org, RunDiscard); err != nil {
		return q, err
	} else if r.Epoch == l.Epoch {
		q.Discard = r.Run
	}
	if l.works(s.p.DB.Now()) != nil {
		return q, nil
	}
	q.Samples, err = s.samples(ctx, l)
	return q, err
}

// samples gives the first pairs whose names match one to one.
func (s *Service) samples(ctx context.Context, l link) ([]SamplePair, error) {
	var out []SamplePair
	cursor := ""
	for range sampleBatches {
		var b gate.ClientBatch
		err := s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
			b, err = g.Clients(ctx, cursor, sampleClients)
			return err
		})
		if err != nil {
			return nil, err
		}
		found, err := s.p.Records.MatchAccounts(ctx, s.p.DB, s.system(l.Org), nameKeys(b.Clients))
		if err != nil {
			return nil, err
		}
		for _, c := range b.Clients {
			if m := found[record.NameKey(c.Name)]; len(m) == 1 {
				out = append(out, SamplePair{Client: c.Name, Account: m[0].Name, Users: len(c.Users)})
			}
			if len(out) == maxSamples {
				return out, nil
			}
		}
		if cursor = b.Next; cursor == "" {
			break
		}
	}
	return out, nil
}

func nameKeys(list []gate.Client) []string {
	keys := make([]string, 0, len(list))
	for _, c := range list {
		if k := record.NameKey(c.Name); k != "" {
			keys = append(keys, k)
		}
	}
	return keys
}

// AnswerAssociation answers once for a binding: a second answer is a conflict. Yes
// starts the run with the answer, in one transaction.
func (s *Service) AnswerAssociation(ctx context.Context, as access.Actor, yes bool, version int64) (Overview, error) {
	err := s.change(ctx, as, version, func(ctx context.Context, tx *store.Tx, l *link) error {
		with := AnswerNo
		if yes {
			with = AnswerYes
		}
		if err := l.answer(tx.Now(), with, as.User()); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "integration.association_"+with, l.PortalName); err != nil {
			return err
		}
		if !yes {
			return nil
		}
		r, err := startRun(ctx, tx, *l, RunAssociation, as.User())
		if err != nil {
			return err
		}
		return s.p.Queue.Insert(ctx, tx, associationJob{Org: l.Org, Run: r.ID})
	})
	if err != nil {
		return Overview{}, err
	}
	return s.Overview(ctx, as)
}

// associationJob works one slice of a run. It names no step: whoever takes it goes on
// where the last committed batch ended, and of two who do only one commits.
type associationJob struct {
	Org id.ID `json:"org"`
	Run id.ID `json:"run"`
}

// Kind names the job in the queue.
func (associationJob) Kind() string { return "integration.associate" }

// associate works batches off until the slice is over, then hands on.
func (s *Service) associate(ctx context.Context, j associationJob) error {
	began := time.Now()
	for {
		r, err := readRun(ctx, s.p.DB, j.Org, j.Run)
		if err != nil || !r.Going() {
			return err
		}
		l, err := readLink(ctx, s.p.DB, j.Org)
		if err != nil {
			return err
		}
		if l.Epoch != r.Epoch || !l.Bound() {
			return s.endRun(ctx, r, RunStopped)
		}
		if l.works(s.p.DB.Now()) != nil {
			return nil // carried on when the key is renewed or the edition paid
		}
		handOn := time.Since(began) > s.slice
		ended, err := s.associateBatch(ctx, l, r, handOn)
		if fault.HasCode(err, gate.CodeKeyRejected) || fault.HasCode(err, errLate.Code) {
			return nil
		}
		if err != nil || ended || handOn {
			return err
		}
	}
}

// associateBatch asks the portal for the next clients, decides, and commits outcomes
// and ties together with the run's next step.
func (s *Service) associateBatch(ctx context.Context, l link, r run, handOn bool) (ended bool, err error) {
	var b gate.ClientBatch
	err = s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		b, err = g.Clients(ctx, r.Cursor, s.clients)
		return err
	})
	if err != nil {
		return false, err
	}
	p := prepare(b.Clients)
	if err := s.p.DB.Reserve(ctx, 2*len(p.emails)+len(b.Clients)); err != nil {
		return false, err
	}
	err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r := r
		cur, err := lockLink(ctx, tx, l.Org)
		if err != nil {
			return err
		}
		if cur.Epoch != l.Epoch {
			return errLate
		}
		rows, failed, err := s.decide(ctx, tx, cur, p)
		if err != nil {
			return err
		}
		if err := insertRows(ctx, tx, l.Org, r.ID, rows); err != nil {
			return err
		}
		step := progress{Cursor: b.Next, Total: b.Total, Done: int64(len(b.Clients)), Failed: failed}
		if err := r.advance(ctx, tx, step); err != nil {
			return err
		}
		switch {
		case b.Next == "":
			return s.associated(ctx, tx, r)
		case handOn:
			return s.p.Queue.Insert(ctx, tx, associationJob{Org: l.Org, Run: r.ID})
		}
		return nil
	})
	return b.Next == "", err
}

// associated ends the run; the report goes out with the very commit that ends it.
func (s *Service) associated(ctx context.Context, tx *store.Tx, r run) error {
	if err := r.finish(ctx, tx, RunDone, ""); err != nil {
		return err
	}
	return s.p.Queue.Insert(ctx, tx, reportJob{Org: r.Org, Run: r.ID})
}
