package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"

	"musubi/internal/fault"
	"musubi/internal/store"
)

// mostDue ends RunDue when jobs insert each other without end.
const mostDue = 20_000

// RunDue works off, one after the other and before it returns, the jobs that are due
// now or within ahead, and what those insert. It needs no Start. It gives the errors of
// attempts that failed; such a job waits for its next try.
func (q *Queue) RunDue(ctx context.Context, ahead time.Duration) ([]error, error) {
	var failed []error
	for range mostDue {
		// SQLite keeps milliseconds and rounds: a job of this moment may lie ahead.
		job, err := q.claim(ctx, q.db.Now().Add(ahead+time.Millisecond))
		if err != nil || job == nil {
			return failed, err
		}
		var e envelope
		failure := json.Unmarshal(job.EncodedArgs, &e)
		if failure == nil {
			within, end := context.WithTimeout(ctx, timeout)
			failure = q.attempt(within, job.ID, job.Kind, e)
			end()
		}
		if failure != nil {
			failed = append(failed, fmt.Errorf("%s: %w", job.Kind, failure))
		}
		if err := q.finish(ctx, job, failure); err != nil {
			return failed, err
		}
	}
	return failed, fault.Internalf("jobs: more than %d due, they insert each other", mostDue)
}

// claim takes the next job that is due, or gives nil.
func (q *Queue) claim(ctx context.Context, now time.Time) (job *rivertype.JobRow, err error) {
	err = q.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return q.engine.within(tx, func(x riverdriver.Executor) error {
			if _, err := x.JobSchedule(ctx, &riverdriver.JobScheduleParams{Max: 100, Now: &now}); err != nil {
				return err
			}
			got, err := x.JobGetAvailable(ctx, &riverdriver.JobGetAvailableParams{
				ClientID: "due", MaxAttemptedBy: 10, MaxToLock: 1, Now: &now, Queue: river.QueueDefault,
			})
			if err != nil || len(got.Jobs) == 0 {
				return err
			}
			job = got.Jobs[0]
			return errors.Join(got.DecodeErrors[job.ID])
		})
	})
	return job, err
}

// finish records how an attempt ended.
func (q *Queue) finish(ctx context.Context, job *rivertype.JobRow, failure error) error {
	now := q.db.Now()
	set := riverdriver.JobSetStateCompleted(job.ID, now, nil)
	if failure != nil {
		data, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: job.Attempt, Error: failure.Error()})
		if err != nil {
			return fault.Internal(err)
		}
		if job.Attempt >= job.MaxAttempts {
			set = riverdriver.JobSetStateDiscarded(job.ID, now, data, nil)
		} else {
			set = riverdriver.JobSetStateErrorRetryable(job.ID, backoff{q.db.Now}.NextRetry(job), data, nil)
		}
	}
	return q.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return q.engine.within(tx, func(x riverdriver.Executor) error {
			_, err := x.JobSetStateIfRunningMany(ctx, &riverdriver.JobSetStateIfRunningManyParams{
				ID: []int64{set.ID}, Attempt: []*int{set.Attempt}, ErrData: [][]byte{set.ErrData},
				FinalizedAt: []*time.Time{set.FinalizedAt}, MetadataDoMerge: []bool{false}, MetadataUpdates: [][]byte{nil},
				ScheduledAt: []*time.Time{set.ScheduledAt}, State: []rivertype.JobState{set.State}, Now: &now,
			})
			return err
		})
	})
}
