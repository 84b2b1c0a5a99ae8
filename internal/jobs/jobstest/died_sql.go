package jobstest

import (
	"context"
	"testing"

	"musubi/internal/store"
)

// NodeDied makes every job that runs one whose node died an hour ago by the clock on
// the wall. River takes up such a job after a minute and looks at that clock, wherever
// the program's clock was moved.
func NodeDied(t testing.TB, db *store.DB) {
	t.Helper()
	if db.Dialect() == store.SQLite {
		return // one process: what runs at its start is dead
	}
	if err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE river_job SET attempted_at = now() - interval '1 hour' WHERE state = 'running'`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
