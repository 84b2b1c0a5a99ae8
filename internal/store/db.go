package store

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"strings"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
)

// Options are the things a test replaces.
type Options struct {
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// DB is an open database. As a Querier it reads: on SQLite from a query-only
// pool, on PostgreSQL from connections whose transactions are read-only, so a
// write by this way fails on both.
type DB struct {
	url     string
	dialect Dialect
	now     func() time.Time
	writer  *sql.DB
	reader  *sql.DB
	leaser  *sql.DB // where id blocks are leased; never the connection of an open transaction
	lock    io.Closer
	ids     *leases
}

// Open opens "sqlite:PATH" or "postgres://…" and does not migrate. A SQLite file
// is made when absent and belongs to one process at a time: a conflict fault with
// code "database_in_use" says that another holds it.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	db := &DB{url: url, now: o.Now}
	if db.now == nil {
		db.now = time.Now
	}
	var err error
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		db.dialect = SQLite
		err = db.openSQLite(ctx, strings.TrimPrefix(strings.TrimPrefix(url, "sqlite:"), "//"))
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		db.dialect = Postgres
		err = db.openPostgres(ctx, url)
	default:
		err = fault.Internalf("database url must be sqlite:PATH or postgres://…")
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	db.ids = newLeases(db.leaseBlock)
	return db, nil
}

// Close gives everything back. It waits for no transaction: stop the workers first.
func (db *DB) Close() error {
	var errs []error
	for _, pool := range []*sql.DB{db.reader, db.writer} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	if db.leaser != nil && db.leaser != db.writer {
		errs = append(errs, db.leaser.Close())
	}
	if db.lock != nil {
		errs = append(errs, db.lock.Close())
	}
	return errors.Join(errs...)
}

// Now is the clock's time in UTC, cut to the microseconds that a column holds.
func (db *DB) Now() time.Time { return db.now().UTC().Truncate(time.Microsecond) }

// Dialect says which engine this is.
func (db *DB) Dialect() Dialect { return db.dialect }

// URL is what the database was opened with. It may hold a password: not for logs.
func (db *DB) URL() string { return db.url }

// SQL is the pool that writes. It is for the job queue alone.
func (db *DB) SQL() *sql.DB { return db.writer }

// Ping answers whether the database does.
func (db *DB) Ping(ctx context.Context) error { return mapError(ctx, db.reader.PingContext(ctx)) }

// NewID gives an id for a row that is about to be made. Inside a transaction use
// Tx.NewID. It panics when the database cannot lease a block for seconds on end.
func (db *DB) NewID() id.ID { return db.ids.must() }

// Reserve leases n ids in one go; call it before a bulk load, outside transactions.
func (db *DB) Reserve(ctx context.Context, n int) error {
	if err := outsideWrite(ctx); err != nil {
		return err
	}
	return db.ids.reserve(ctx, int64(n))
}
