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
