package integration

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/store"
)

// Rounds queues what the periodic jobs queue for one organisation, for tests that
// move the clock.
func Rounds(ctx context.Context, s *Service, org id.ID) error {
	if err := s.trials(ctx); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.p.Queue.Insert(ctx, tx, pullJob{Org: org}); err != nil {
			return err
		}
		return s.p.Queue.Insert(ctx, tx, tendJob{Org: org})
	})
}

// SetBatch makes batches of registering users small, for tests.
func SetBatch(s *Service, n int) { s.batch = n }

// WorkNow works off the batch at which the latest provisioning run stands, as a worker
// would that woke up beside the one that has the job.
func WorkNow(ctx context.Context, s *Service, org id.ID) error {
	r, err := latestRun(ctx, s.p.DB, org, RunProvisioning)
	if err != nil {
		return err
	}
	return s.provisionStep(ctx, provisionJob{Org: org, Run: r.ID, Step: r.Step})
}

// SetClientBatch makes batches of the association small, for tests.
func SetClientBatch(s *Service, n int) { s.clients = n }

// AssociateNow works the latest association run off, as a worker would that woke up
// beside the one that has the job.
func AssociateNow(ctx context.Context, s *Service, org id.ID) error {
	r, err := latestRun(ctx, s.p.DB, org, RunAssociation)
	if err != nil {
		return err
	}
	return s.associate(ctx, associationJob{Org: org, Run: r.ID})
}
