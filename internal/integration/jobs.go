package integration

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// The jobs of this room. Each reads the present facts when it runs and may run twice.
type (
	// provisionJob works one batch of a provisioning run.
	provisionJob struct {
		Org  id.ID `json:"org"`
		Run  id.ID `json:"run"`
		Step int64 `json:"step"`
	}
	// provisionUserJob registers one user who changed.
	provisionUserJob struct {
		Org  id.ID `json:"org"`
		User id.ID `json:"user"`
	}
	// removalJob sweeps one batch of an ended binding.
	removalJob struct {
		Org  id.ID `json:"org"`
		Run  id.ID `json:"run"`
		Step int64 `json:"step"`
	}
	// connectJob tells the portal who is connected.
	connectJob struct {
		Org   id.ID `json:"org"`
		Epoch int64 `json:"epoch"`
		Key   int64 `json:"key"`
	}
	// movedJob looks after a tied record that was changed.
	movedJob struct {
		Org    id.ID  `json:"org"`
		Module string `json:"module"`
		Record id.ID  `json:"record"`
	}
	// letterJob writes a letter to all administrators.
	letterJob struct{ letter }
	// portalEventJob asks about all organisations bound to a portal.
	portalEventJob struct {
		Portal id.ID `json:"portal"`
	}
	// keyEventJob asks about all portals a person owns.
	keyEventJob struct {
		Person id.ID `json:"person"`
	}
	// pullJob takes over what happened in the bound portal, verifying the key.
	pullJob struct {
		Org id.ID `json:"org"`
	}
	// trialJob writes the letters about the end of a trial.
	trialJob struct {
		Org id.ID `json:"org"`
	}
	// tendJob carries on what stands still in one organisation.
	tendJob struct {
		Org id.ID `json:"org"`
	}
	// The rounds queue one job for each organisation concerned.
	pullRound  struct{}
	trialRound struct{}
	tendRound  struct{}
)

// Kind names the job in the queue.
func (provisionJob) Kind() string { return "integration.provision" }

// Kind names the job in the queue.
func (provisionUserJob) Kind() string { return "integration.provision_user" }

// Kind names the job in the queue.
func (removalJob) Kind() string { return "integration.removal" }

// Kind names the job in the queue.
func (connectJob) Kind() string { return "integration.connect" }

// Kind names the job in the queue.
func (movedJob) Kind() string { return "integration.moved" }

// Kind names the job in the queue.
func (letterJob) Kind() string { return "integration.letter" }

// Kind names the job in the queue.
func (portalEventJob) Kind() string { return "integration.portal_event" }

// Kind names the job in the queue.
func (keyEventJob) Kind() string { return "integration.key_event" }

// Kind names the job in the queue.
func (pullJob) Kind() string { return "integration.pull" }

// Kind names the job in the queue.
func (trialJob) Kind() string { return "integration.trial" }

// Kind names the job in the queue.
func (tendJob) Kind() string { return "integration.tend" }

// Kind names the job in the queue.
func (pullRound) Kind() string { return "integration.pull_round" }

// Kind names the job in the queue.
func (trialRound) Kind() string { return "integration.trial_round" }

// Kind names the job in the queue.
func (tendRound) Kind() string { return "integration.tend_round" }

// Register hands the room's work to the queue; the program calls it before the queue
// starts.
func (s *Service) Register() {
	q := s.p.Queue
	jobs.Register(q, s.provisionStep)
	jobs.Register(q, s.provisionUser)
	jobs.Register(q, s.removalStep)
	jobs.Register(q, s.connect)
	jobs.Register(q, s.moved)
	jobs.Register(q, s.writeLetter)
	jobs.Register(q, s.associate)
	jobs.Register(q, s.discard)
	jobs.Register(q, s.report)
	jobs.Register(q, s.portalEvent)
	jobs.Register(q, s.keyEvent)
	jobs.Register(q, func(ctx context.Context, j pullJob) error { return s.pull(ctx, j.Org) })
	jobs.Register(q, s.trial)
	jobs.Register(q, s.tend)
	jobs.Register(q, s.restoreStep)
	jobs.Register(q, s.fireRule)
	jobs.Register(q, s.hold)
	jobs.Register(q, s.syncTask)
	jobs.Register(q, s.mirrors)
	jobs.Register(q, s.endWatches)
	jobs.Register(q, func(ctx context.Context, _ pullRound) error {
		return s.eachBound(ctx, 0, func(ctx context.Context, tx *store.Tx, org id.ID) error {
			return q.Insert(ctx, tx, pullJob{Org: org}, jobs.Unique(org.String()))
		})
	})
	jobs.Register(q, func(ctx context.Context, _ trialRound) error { return s.trials(ctx) })
	jobs.Register(q, func(ctx context.Context, _ tendRound) error {
		return s.eachBegun(ctx, func(ctx context.Context, tx *store.Tx, org id.ID) error {
			return q.Insert(ctx, tx, tendJob{Org: org}, jobs.Unique(org.String()))
		})
	})
	q.Periodic(pullRound{}, 5*time.Minute)
	q.Periodic(trialRound{}, time.Hour)
	q.Periodic(tendRound{}, 5*time.Minute)
}

// connect tells the portal who is connected, for its key page.
func (s *Service) connect(ctx context.Context, j connectJob) error {
	l, err := readLink(ctx, s.p.DB, j.Org)
	if err != nil || l.Epoch != j.Epoch || l.works(s.p.DB.Now()) != nil {
		return err
	}
	err = s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) error {
		return g.Connect(ctx, idem(l, "connect", j.Key))
	})
	if fault.HasCode(err, gate.CodeKeyRejected) {
		return nil
	}
	return err
}

// moved notes the account a tied contact or deal belongs to now.
func (s *Service) moved(ctx context.Context, j movedJob) error {
	rec, err := s.record(ctx, s.system(j.Org), j.Module, j.Record)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, j.Org)
		if err != nil {
			return err
		}
		return moveRecord(ctx, tx, l, j.Record, rec.Account)
	})
}

// tend carries on in one organisation what stands still: projects begun and not
// finished, and runs whose queued batch was given up after too many failures.
func (s *Service) tend(ctx context.Context, j tendJob) error {
	if err := s.sweepIntents(ctx, j.Org); err != nil {
		return err
	}
	if err := s.sweepFirings(ctx, j.Org); err != nil {
		return err
	}
	if err := s.sweepTasks(ctx, j.Org); err != nil {
		return err
	}
	if err := s.sweepMirrors(ctx, j.Org); err != nil {
		return err
	}
	more, err := s.sweepEnded(ctx, j.Org)
	if err != nil {
		return err
	}
	runs, err := stalledRuns(ctx, s.p.DB, j.Org)
	if err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, r := range runs {
			if err := s.requeue(ctx, tx, r); err != nil {
				return err
			}
		}
		if more {
			return s.p.Queue.Insert(ctx, tx, j)
		}
		return s.queueWatches(ctx, tx, j.Org)
	})
}

// requeue queues the batch a run stands at. Should it be queued already, the second
// one finds the run a step further and ends.
func (s *Service) requeue(ctx context.Context, tx *store.Tx, r run) error {
	switch r.Kind {
	case RunProvisioning:
		return s.p.Queue.Insert(ctx, tx, provisionJob{Org: r.Org, Run: r.ID, Step: r.Step}, jobs.Unique(r.ID.String()))
	case RunAssociation:
		return s.p.Queue.Insert(ctx, tx, associationJob{Org: r.Org, Run: r.ID}, jobs.Unique("associate"))
	case RunDiscard:
		return s.p.Queue.Insert(ctx, tx, discardJob{Org: r.Org, Run: r.ID}, jobs.Unique(r.ID.String()))
	case RunRestore:
		return s.p.Queue.Insert(ctx, tx, restoreJob{Org: r.Org, Run: r.ID, Step: r.Step}, jobs.Unique(r.ID.String()))
	case RunRemoval:
		return s.p.Queue.Insert(ctx, tx, removalJob{Org: r.Org, Run: r.ID, Step: r.Step}, jobs.Unique(r.ID.String()))
	}
	return nil
}
