package store

import (
	"context"
	"database/sql"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
)

// maxAttempts bounds how often PostgreSQL may ask for a transaction again.
const maxAttempts = 8

type writing struct{}

// Tx is one write transaction. Inside Write use it for reading too: the pool does
// not see its changes, and on SQLite must not wait for it.
type Tx struct {
	tx     *sql.Tx
	conn   *sql.Conn
	db     *DB
	now    time.Time
	failed error
	after  []func()
}

// Write runs fn in one transaction: BEGIN IMMEDIATE on SQLite, READ COMMITTED on
// PostgreSQL, where a serialization failure or deadlock runs fn again. An error from
// fn rolls back and is returned. Keep it short: SQLite has one writer at a time.
func (db *DB) Write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if err := outsideWrite(ctx); err != nil {
		return err
	}
	db.ids.topUp(ctx)
	for attempt := 1; ; attempt++ {
		err := db.writeOnce(ctx, fn)
		if err == nil || attempt == maxAttempts || !retryable(err) {
			return mapError(ctx, err)
		}
		select {
		case <-ctx.Done():
			return mapError(ctx, err)
		case <-time.After(time.Duration(attempt*attempt) * 4 * time.Millisecond):
		}
	}
}

func (db *DB) writeOnce(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	raw, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	tx := &Tx{tx: raw, conn: conn, db: db, now: db.Now()}
	done := false
	defer func() {
		if !done { // an error or a panic of fn
			_ = raw.Rollback()
		}
	}()
	if err := fn(context.WithValue(ctx, writing{}, true), tx); err != nil {
		return err
	}
	if tx.failed != nil {
		// PostgreSQL would turn this commit into a rollback without a word.
		return tx.failed
	}
	if err := raw.Commit(); err != nil {
		return err
	}
	done = true
	for _, f := range tx.after {
		f()
	}
	return nil
}

// fail remembers that a statement failed: the transaction is spoilt on PostgreSQL,
// so it is on SQLite too (see Savepoint).
func (tx *Tx) fail(err error) error {
	if err != nil && err != sql.ErrNoRows && tx.failed == nil {
		tx.failed = err
	}
	return err
}

// AfterCommit runs f once the transaction is durable, never after a rollback.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// Now gives the time at which the transaction began, the same for all its rows.
func (tx *Tx) Now() time.Time { return tx.now }

// NewID gives the next id of the installation. On SQLite, where another statement
// would wait for this transaction, a missing block is leased inside it.
func (tx *Tx) NewID() id.ID {
	if n, ok := tx.db.ids.take(); ok {
		return n
	}
	if tx.db.dialect == Postgres {
		return tx.db.ids.must()
	}
	// The block belongs to this transaction alone: a rollback gives it back.
	s, err := leaseIn(context.Background(), tx.tx, 1)
	if err != nil {
		panic(fault.Internal(err))
	}
	return id.ID(s.next)
}

// Dialect names the engine.
func (tx *Tx) Dialect() Dialect { return tx.db.dialect }

// SQL gives the driver's transaction, for the job queue only.
func (tx *Tx) SQL() *sql.Tx { return tx.tx }

// Conn gives the connection the transaction runs on, for the job queue only.
func (tx *Tx) Conn() *sql.Conn { return tx.conn }
