package jobs

import (
	"context"

	"musubi/internal/store"
)

// release ends the part of a job that keeps others with its key out.
func release(ctx context.Context, tx *store.Tx, job int64) error {
	_, err := tx.Exec(ctx, `UPDATE river_job SET unique_key = NULL WHERE id = $1 AND unique_key IS NOT NULL`, job)
	return err
}

// reclaim makes jobs that were left running ready again. It is for SQLite, where one
// process has the file, so that nobody else can be running them.
func reclaim(ctx context.Context, tx *store.Tx) (int64, error) {
	return tx.Exec(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`)
}
