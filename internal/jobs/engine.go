package jobs

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"musubi/internal/fault"
	"musubi/internal/store"
)

// engine is River over one of the two databases: its client and driver have the
// transaction as a type parameter.
type engine interface {
	// insert puts a job in by the open transaction.
	insert(ctx context.Context, tx *store.Tx, e envelope, o *river.InsertOpts) error
	// within runs fn with River's statements on the open transaction.
	within(tx *store.Tx, fn func(riverdriver.Executor) error) error
	// start begins to work off jobs.
	start(ctx context.Context, c *river.Config) (*running, error)
}

// running is a started client.
type running struct {
	stop   func(ctx context.Context) error // waits for running jobs
	cancel func(ctx context.Context) error // ends them
	close  func()
}

func newEngine(q *Queue) engine {
	// Without a pool a client inserts by transactions only. It takes the time from the
	// database's clock, so that tests which move that move the queue.
	// The cooldown is also the time in which it does not tell the workers a second time.
	c := &river.Config{Logger: q.log, FetchCooldown: cooldown, Test: river.TestConfig{Time: clock{q.db}}}
	if q.db.Dialect() == store.Postgres {
		driver := riverpgxv5.New(nil)
		return &postgres{db: q.db, driver: driver, client: must(river.NewClient(driver, c))}
	}
	driver := riversqlite.New(nil)
	return &sqlite{db: q.db, driver: driver, client: must(river.NewClient(driver, c))}
}

// must is for configurations that are constant.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type clock struct{ db *store.DB }

// Now is the time of the database.
func (c clock) Now() time.Time { return c.db.Now() }

// NowOrNil is Now; River asks for it where it would else leave the time out.
func (c clock) NowOrNil() *time.Time { now := c.db.Now(); return &now }

type sqlite struct {
	db     *store.DB
	driver *riversqlite.Driver
	client *river.Client[*sql.Tx]
}

func (s *sqlite) insert(ctx context.Context, tx *store.Tx, e envelope, o *river.InsertOpts) error {
	_, err := s.client.InsertTx(ctx, tx.SQL(), e, o)
	return err
}

func (s *sqlite) within(tx *store.Tx, fn func(riverdriver.Executor) error) error {
	return fn(s.driver.UnwrapExecutor(tx.SQL()))
}

func (s *sqlite) start(ctx context.Context, c *river.Config) (*running, error) {
	client, err := river.NewClient(riversqlite.New(s.db.SQL()), c)
	if err != nil {
		return nil, err
	}
	return begin(ctx, client, func() {})
}

type postgres struct {
	db     *store.DB
	driver *riverpgxv5.Driver
	client *river.Client[pgx.Tx]
}

func (p *postgres) insert(ctx context.Context, tx *store.Tx, e envelope, o *river.InsertOpts) error {
	return onConn(tx, func(open pgx.Tx) error {
		_, err := p.client.InsertTx(ctx, open, e, o)
		return err
	})
}

func (p *postgres) within(tx *store.Tx, fn func(riverdriver.Executor) error) error {
	return onConn(tx, func(open pgx.Tx) error { return fn(p.driver.UnwrapExecutor(open)) })
}

// poolSize is enough for River's own statements; the workers use the store's pools.
const poolSize = 6

func (p *postgres) start(ctx context.Context, c *river.Config) (*running, error) {
	config, err := pgxpool.ParseConfig(p.db.URL())
	if err != nil {
		return nil, fault.Internal(err)
	}
	config.MaxConns = poolSize
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.ConnConfig.RuntimeParams["application_name"] = "musubi jobs"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fault.Internal(err)
	}
	client, err := river.NewClient(riverpgxv5.New(pool), c)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return begin(ctx, client, pool.Close)
}

func begin[T any](ctx context.Context, client *river.Client[T], close func()) (*running, error) {
	// The client must outlive the signal that ends ctx: Stop decides when it ends.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		close()
		return nil, err
	}
	return &running{stop: client.Stop, cancel: client.StopAndCancel, close: close}, nil
}
