package portal

import (
	"context"
	"time"

	"musubi/internal/jobs"
)

// endContracts is the periodic job behind EndContracts.
type endContracts struct{}

// Kind names the job.
func (endContracts) Kind() string { return "portal_end_contracts" }

// Register has the queue end contracts as their days pass. The program calls it while
// it is put together.
func (s *Service) Register(q *jobs.Queue) {
	jobs.Register(q, func(ctx context.Context, _ endContracts) error {
		for {
			n, err := s.EndContracts(ctx)
			if err != nil || n < sweepBatch {
				return err
			}
		}
	})
	q.Periodic(endContracts{}, 15*time.Minute)
}
