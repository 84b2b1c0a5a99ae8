package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
)

// attempts is how often a transaction runs at most when PostgreSQL reports a
// serialization failure or a deadlock.
const attempts = 6

// writing marks the context handed to fn with its transaction, so that using the
// pool while that is open (on SQLite it would wait for itself) fails at once.
type writing struct{}

// Tx is an open write transaction. It is not for several goroutines.
type Tx struct {
	db     *DB
	conn   *sql.Conn
	tx     *sql.Tx
	now    time.Time
	failed error
	own    []span // ids leased inside this transaction because no others were left
	after  []func()
	over   atomic.Bool
}

// Write runs fn in a transaction: BEGIN IMMEDIATE on SQLite, READ COMMITTED on
// PostgreSQL. It commits when fn gives nil and every statement succeeded, else it
// rolls back. fn may run several times, so it must only touch the transaction and
// values of its own. Use fn's ctx and tx inside, never the DB.
func (db *DB) Write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if err := outsideWrite(ctx); err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		db.ids.topUp(ctx)
		err := db.writeOnce(ctx, fn)
		if err == nil || attempt == attempts || !isRetryable(err) {
			return err
		}
		pause := time.Duration(rand.Int64N(int64(5*time.Millisecond) << attempt))
		select {
		case <-ctx.Done():
			return mapError(ctx, ctx.Err())
		case <-time.After(pause):
		}
	}
}

func (db *DB) writeOnce(ctx context.Context, fn func(context.Context, *Tx) error) error {
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return mapError(ctx, err)
	}
	tx := &Tx{db: db, conn: conn, now: db.Now()}
	if err := tx.run(ctx, fn); err != nil {
		return err
	}
	db.ids.add(tx.own...)
	for _, f := range tx.after {
		f()
	}
	return nil
}

// run gives the connection back before it returns, for the functions that wait for
// the commit may write themselves.
func (tx *Tx) run(ctx context.Context, fn func(context.Context, *Tx) error) error {
	defer tx.conn.Close()
	defer tx.over.Store(true)
	inner, err := tx.conn.BeginTx(ctx, &sql.TxOptions{Isolation: tx.db.dialect.isolation()})
	if err != nil {
		return mapError(ctx, err)
	}
	tx.tx = inner
	defer inner.Rollback() // after a commit this does nothing; after a panic it frees the connection
	if err := fn(context.WithValue(ctx, writing{}, tx), tx); err != nil {
		return err
	}
	if tx.failed != nil {
		return tx.failed
	}
	return mapError(ctx, inner.Commit())
}

// fail remembers the first failed statement: PostgreSQL would refuse the commit,
// so SQLite must too.
func (tx *Tx) fail(err error) error {
	if err != nil && !errors.Is(err, sql.ErrNoRows) && tx.failed == nil {
		tx.failed = err
	}
	return err
}

// AfterCommit keeps f until the transaction has committed; it is dropped on a rollback.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// NewID gives an id for a row. When the lease is used up it takes a block inside
// this transaction on SQLite, whose one writer it is. A failure makes Write fail.
func (tx *Tx) NewID() id.ID {
	if n, ok := tx.db.ids.take(); ok {
		return n
	}
	if tx.db.dialect == Postgres {
		n, err := tx.db.ids.wait()
		tx.fail(err)
		return n
	}
	if len(tx.own) == 0 {
		s, err := leaseIn(context.Background(), tx.tx, blockSize)
		if err != nil {
			tx.fail(fault.Internal(err))
			return 0
		}
		tx.own = []span{s}
	}
	n := tx.own[0].next
	if tx.own[0].next++; tx.own[0].next == tx.own[0].end {
		tx.own = nil
	}
	return id.ID(n)
}

// Now is the time at which the transaction began, the same for all its rows.
func (tx *Tx) Now() time.Time { return tx.now }

// Dialect says which engine this is.
func (tx *Tx) Dialect() Dialect { return tx.db.dialect }

// SQL is the transaction underneath. It is for the job queue alone.
func (tx *Tx) SQL() *sql.Tx { return tx.tx }

// Conn is the connection the transaction runs on. It is for the job queue alone,
// which needs the driver's own connection on PostgreSQL.
func (tx *Tx) Conn() *sql.Conn { return tx.conn }
