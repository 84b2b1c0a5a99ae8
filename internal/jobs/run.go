package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"musubi/internal/fault"
	"musubi/internal/store"
)

const (
	// timeout is what one attempt may take.
	timeout = 40 * time.Second
	// rescueAfter is when a job whose node died is taken up again. It must exceed timeout.
	rescueAfter = 60 * time.Second
	// workers is how many jobs a node runs at the same time.
	workers = 8
	// cooldown is the pause between two fetches, poll the time after which the queue is
	// looked at without having been told.
	cooldown = 2 * time.Millisecond
	poll     = time.Second
	// cancelWait is how long cancelled jobs are waited for.
	cancelWait = 5 * time.Second
)

// Start begins to work off jobs until Stop; ctx bounds the start alone. On SQLite,
// jobs that a dead process left running are ready again at once.
func (q *Queue) Start(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running != nil {
		return fault.Internalf("jobs: started twice")
	}
	if q.db.Dialect() == store.SQLite {
		if err := q.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			n, err := reclaim(ctx, tx)
			if n > 0 {
				q.log.InfoContext(ctx, "jobs of the last run are ready again", "count", n)
			}
			return err
		}); err != nil {
			return err
		}
	}
	config, err := q.config()
	if err != nil {
		return err
	}
	if q.running, err = q.engine.start(ctx, config); err != nil {
		return fault.Internal(err)
	}
	return nil
}

// Stop lets running jobs finish until ctx ends, then cancels them; those are tried
// again after the next start. A queue that does not run is stopped already.
func (q *Queue) Stop(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running == nil {
		return nil
	}
	r := q.running
	q.running = nil
	defer r.close()
	if err := r.stop(ctx); err == nil {
		return nil
	} else if ctx.Err() == nil {
		return fault.Internal(err)
	}
	last, end := context.WithTimeout(context.WithoutCancel(ctx), cancelWait)
	defer end()
	if err := r.cancel(last); err != nil {
		return fault.Internal(err)
	}
	return nil
}

func (q *Queue) config() (*river.Config, error) {
	set := river.NewWorkers()
	for kind := range q.works {
		river.AddWorkerArgs(set, envelope{kind: kind}, river.Worker[envelope](worker{q: q, kind: kind}))
	}
	c := &river.Config{
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		Workers:              set,
		JobTimeout:           timeout,
		RescueStuckJobsAfter: rescueAfter,
		FetchCooldown:        cooldown,
		FetchPollInterval:    poll,
		RetryPolicy:          backoff{q.db.Now},
		Test:                 river.TestConfig{Time: clock{q.db}}, // a program whose clock was moved
		Logger:               slog.New(q.log.Handler()).With("room", "jobs"),
	}
	for _, p := range q.periodic {
		e, insert, err := q.wrap(p.args, options{unique: "periodic"})
		if err != nil {
			return nil, err
		}
		c.PeriodicJobs = append(c.PeriodicJobs, river.NewPeriodicJob(river.PeriodicInterval(p.every),
			func() (river.JobArgs, *river.InsertOpts) { return e, insert }, &river.PeriodicJobOpts{RunOnStart: true}))
	}
	return c, nil
}
