package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"musubi/internal/fault"
	"musubi/internal/store"
)

// Args are the data of a job, kept as JSON. Kind names the job for ever: rows that
// carry it outlive a release.
type Args interface{ Kind() string }

// Queue takes jobs in and works them off. Insert is safe for concurrent use; Register
// and Periodic belong before Start.
type Queue struct {
	db       *store.DB
	log      *slog.Logger
	engine   engine
	works    map[string]func(ctx context.Context, args json.RawMessage) error
	periodic []periodic

	mu      sync.Mutex
	running *running
}

type periodic struct {
	args  Args
	every time.Duration
}

// New makes the queue; nothing runs before Start.
func New(db *store.DB, log *slog.Logger) *Queue {
	if log == nil {
		log = slog.Default()
	}
	q := &Queue{db: db, log: log, works: map[string]func(context.Context, json.RawMessage) error{}}
	q.engine = newEngine(q)
	return q
}

// Register says what works off the jobs of type T. Two for one kind panic, for then
// the program is put together wrongly.
func Register[T Args](q *Queue, work func(ctx context.Context, args T) error) {
	var zero T
	kind := zero.Kind()
	if q.works[kind] != nil {
		panic("jobs: two workers for " + kind)
	}
	q.works[kind] = func(ctx context.Context, data json.RawMessage) error {
		var args T
		if err := json.Unmarshal(data, &args); err != nil {
			return fault.Internal(fmt.Errorf("jobs: arguments of %s: %w", kind, err))
		}
		return work(ctx, args)
	}
}

// Periodic inserts the job every so often and once after the start, on one node of
// many, unless the one before still waits.
func (q *Queue) Periodic(args Args, every time.Duration) {
	q.periodic = append(q.periodic, periodic{args, every})
}

// Option changes how one job is inserted.
type Option func(*options)

type options struct {
	unique string
	after  time.Duration
}

// Unique keeps a second job of the same kind, arguments and key out while one waits.
// Once that one has begun another may come in, since what it is for may have happened
// after the first one looked; so what is inserted is always followed by a run.
func Unique(key string) Option { return func(o *options) { o.unique = key } }

// After lets the job wait at least this long before its first try.
func After(d time.Duration) Option { return func(o *options) { o.after = d } }

// Insert puts a job into the queue when tx commits.
func (q *Queue) Insert(ctx context.Context, tx *store.Tx, args Args, opts ...Option) error {
	var o options
	for _, set := range opts {
		set(&o)
	}
	e, insert, err := q.wrap(args, o)
	if err != nil {
		return err
	}
	if err := q.engine.insert(ctx, tx, e, insert); err != nil {
		return fault.Internal(fmt.Errorf("jobs: insert %s: %w", args.Kind(), err))
	}
	return nil
}

// wrap gives a job as River keeps it.
func (q *Queue) wrap(args Args, o options) (envelope, *river.InsertOpts, error) {
	data, err := json.Marshal(args)
	if err != nil {
		return envelope{}, nil, fault.Internal(fmt.Errorf("jobs: arguments of %s: %w", args.Kind(), err))
	}
	insert := &river.InsertOpts{}
	if o.after > 0 {
		insert.ScheduledAt = q.db.Now().Add(o.after)
	}
	if o.unique != "" {
		insert.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: waiting}
	}
	return envelope{kind: args.Kind(), Unique: o.unique, Args: data}, insert, nil
}
