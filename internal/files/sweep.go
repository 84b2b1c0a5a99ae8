package files

import (
	"context"
	"time"

	"musubi/internal/jobs"
	"musubi/internal/store"
)

const (
	sweepFiles  = 50 // of one job
	sweepPieces = 8  // of one transaction
)

// sweepJob takes away what nobody names.
type sweepJob struct{}

// Kind names the job in the queue.
func (sweepJob) Kind() string { return "files.sweep" }

// Register hands the sweep to the queue; the program calls it before the queue starts.
func (s *Service) Register() {
	jobs.Register(s.queue, func(ctx context.Context, _ sweepJob) error { return s.sweep(ctx) })
	s.queue.Periodic(sweepJob{}, 30*time.Minute)
}

// sweep takes away some files that are to go and uploads that broke off, and queues
// itself while there may be more. Two at once are no harm.
func (s *Service) sweep(ctx context.Context) error {
	since := s.db.Now().Add(-patience)
	list, err := looseFiles(ctx, s.db, since, sweepFiles)
	if err != nil {
		return err
	}
	for _, f := range list {
		if err := s.take(ctx, f, since); err != nil {
			return err
		}
	}
	if len(list) < sweepFiles {
		return nil
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.queue.Insert(ctx, tx, sweepJob{}, jobs.Unique("sweep"))
	})
}

// take takes one file away, some pieces at a time.
func (s *Service) take(ctx context.Context, f loose, since time.Time) error {
	for {
		var left int64
		err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			ours, err := condemn(ctx, tx, f, since)
			if err != nil || !ours {
				return err
			}
			if left, err = deletePieces(ctx, tx, f, sweepPieces); err != nil || left == sweepPieces {
				return err
			}
			return deleteFile(ctx, tx, f)
		})
		if err != nil || left < sweepPieces {
			return err
		}
	}
}
