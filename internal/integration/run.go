package integration

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// errLate says that a batch came too late: its run was stopped, finished or carried
// on by somebody else, and nothing was changed. Workers end quietly on it.
var errLate = fault.Conflict("integration.fault.late").WithCode("late")

// run is a row of integration_runs. Step fences its batches: a batch is committed by
// advance only while the run stands at the step the batch was begun at.
type run struct {
	Org id.ID
	Run
	Epoch     int64
	Step      int64
	Cursor    string
	Portal    id.ID
	KeySealed []byte
	KeyEmail  string
	By        id.ID
}

// startRun writes a run of the kind for the link's present binding. The caller holds
// the link's lock and queues the first batch in the same transaction. An unfinished
// run of the kind for the same binding is stopped first: the new one covers it.
func startRun(ctx context.Context, tx *store.Tx, l link, kind string, by id.ID) (run, error) {
	if err := stopRuns(ctx, tx, l.Org, kind); err != nil {
		return run{}, err
	}
	r := run{Org: l.Org, Epoch: l.Epoch, By: by, Run: Run{
		ID: tx.NewID(), Kind: kind, State: RunQueued, StartedAt: tx.Now()}}
	return r, insertRun(ctx, tx, r)
}

// progress is what one batch adds to its run.
type progress struct {
	Cursor string
	Total  int64 // as known now; 0 leaves it
	Done   int64
	Failed int64
}

// advance commits one batch: it moves the run to its next step, or gives errLate. It
// belongs into the transaction that writes what the batch made and queues the next.
func (r *run) advance(ctx context.Context, tx *store.Tx, p progress) error {
	n, err := advanceRun(ctx, tx, *r, p)
	if err != nil {
		return err
	}
	if n == 0 {
		return errLate
	}
	r.Step++
	r.Cursor = p.Cursor
	r.Done += p.Done
	r.Failed += p.Failed
	r.State = RunRunning
	if p.Total > 0 {
		r.Total = p.Total
	}
	return nil
}

// finish ends the run in a state, with a locale key when it failed.
func (r *run) finish(ctx context.Context, tx *store.Tx, state, key string) error {
	n, err := finishRun(ctx, tx, *r, state, key)
	if err != nil {
		return err
	}
	if n == 0 {
		return errLate
	}
	r.State, r.Error = state, key
	return nil
}
