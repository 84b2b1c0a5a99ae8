package integration

import (
	"context"

	"musubi/internal/crm/access"
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

// SetDiscards makes batches of the binning of contacts small, each a job of its own, for
// tests.
func SetDiscards(s *Service, n int) { s.discards, s.slice = n, -1 }

// DiscardStep works one batch of the latest binning off as it stands now, whenever
// it is called: as a worker would that woke up beside the one that has the job.
func DiscardStep(ctx context.Context, s *Service, org id.ID) (step func() error, err error) {
	r, err := latestRun(ctx, s.p.DB, org, RunDiscard)
	return func() error {
		_, err := s.discardBatch(ctx, r, false)
		return late(err)
	}, err
}

// AssociateNow works the latest association run off, as a worker would that woke up
// beside the one that has the job.
func AssociateNow(ctx context.Context, s *Service, org id.ID) error {
	r, err := latestRun(ctx, s.p.DB, org, RunAssociation)
	if err != nil {
		return err
	}
	return s.associate(ctx, associationJob{Org: org, Run: r.ID})
}

// LoadHalf leaves behind what a process does that is killed while it loads an archive:
// one batch of ties of clients.
func LoadHalf(ctx context.Context, s *Service, org, portal id.ID) error {
	list := make([]archivedTie, loadBatch)
	for i := range list {
		list[i] = archivedTie{Kind: tieClient, Module: access.TabAccounts, Record: id.ID(1000 + i), Target: id.ID(9000 + i)}
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		a := Archive{Epoch: -int64(tx.NewID()), Portal: PortalRef{ID: portal, Name: "Half"}, Clients: 2 * loadBatch}
		if err := insertLoading(ctx, tx, org, a); err != nil {
			return err
		}
		return insertArchivedTies(ctx, tx, org, a.Epoch, tieClient, list)
	})
}
