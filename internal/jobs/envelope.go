package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"musubi/internal/store"
)

// waiting are the states in which a unique job keeps another one out. River insists
// on "running" too; see Queue.attempt for how a running one stops counting.
var waiting = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

// envelope is every job to River. Its hash of the arguments thereby covers the key.
type envelope struct {
	kind   string
	Unique string          `json:"unique,omitempty"`
	Args   json.RawMessage `json:"args"`
}

// Kind is the kind of the job inside.
func (e envelope) Kind() string { return e.kind }

// worker is the worker of one kind to River.
type worker struct {
	river.WorkerDefaults[envelope]
	q    *Queue
	kind string
}

// Work runs one attempt.
func (w worker) Work(ctx context.Context, job *river.Job[envelope]) error {
	return w.q.attempt(ctx, job.ID, w.kind, job.Args)
}

// attempt runs a job once. Panics become errors, and errors lose what a JSON column
// of PostgreSQL cannot hold, or else the queue could not record them.
func (q *Queue) attempt(ctx context.Context, job int64, kind string, e envelope) (err error) {
	defer func() {
		if r := recover(); r != nil {
			q.log.ErrorContext(ctx, "job panicked", "kind", kind, "job", job, "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", r)
		}
		if err != nil {
			err = errors.New(store.CleanText(err.Error()))
		}
	}()
	work := q.works[kind]
	if work == nil {
		return fmt.Errorf("nobody works off %q", kind)
	}
	if e.Unique != "" {
		// From here on the facts are read, so a job inserted now must not be taken for
		// this one. An insert that was, in a transaction still open, holds the row's
		// lock: this waits for it.
		if err := q.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return release(ctx, tx, job) }); err != nil {
			return err
		}
	}
	return work(ctx, e.Args)
}

// backoff doubles the pause after each failure, up to an hour: 25 attempts take half
// a day.
type backoff struct{ now func() time.Time }

// NextRetry says when a failed job is tried again.
func (b backoff) NextRetry(job *rivertype.JobRow) time.Time {
	pause := time.Hour
	if job.Attempt < 12 {
		pause = time.Second << max(job.Attempt, 1)
	}
	return b.now().Add(pause + rand.N(pause/8))
}
