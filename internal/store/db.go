package store

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
)

// Options are what a database is opened with.
type Options struct {
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// DB is one database. It is itself a Querier over the pool that reads.
type DB struct {
	url     string
	dialect Dialect
	writer  *sql.DB
	reader  *sql.DB
	leaser  *sql.DB
	lock    io.Closer
	now     func() time.Time
	ids     *leases
	close   sync.Once
}

// Open opens "sqlite:PATH" or "postgres://…". It does not migrate.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	db := &DB{url: url, now: o.Now}
	if db.now == nil {
		db.now = time.Now
	}
	db.ids = newLeases(db.leaseBlock)
	var err error
	switch path, isFile := strings.CutPrefix(url, "sqlite:"); {
	case isFile:
		db.dialect = SQLite
		err = db.openSQLite(ctx, path)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		db.dialect = Postgres
		err = db.openPostgres(ctx, url)
	default:
		err = fault.Internalf("the database address must begin with sqlite: or postgres://")
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Close closes the pools and gives the file back to other processes.
func (db *DB) Close() (err error) {
	db.close.Do(func() {
		closed := map[*sql.DB]bool{nil: true}
		for _, pool := range []*sql.DB{db.reader, db.leaser, db.writer} {
			if !closed[pool] {
				closed[pool] = true
				err = errors.Join(err, pool.Close())
			}
		}
		if db.lock != nil {
			err = errors.Join(err, db.lock.Close())
		}
	})
	return err
}

// Now gives the time of the injected clock, UTC, cut to microseconds.
func (db *DB) Now() time.Time { return db.now().UTC().Truncate(time.Microsecond) }

// Dialect names the engine.
func (db *DB) Dialect() Dialect { return db.dialect }

// URL gives the address the database was opened with. It may hold a password.
func (db *DB) URL() string { return db.url }

// Writer gives the pool that writes, for the job queue and the session store,
// which bring statements of their own. Everything else goes through Write.
func (db *DB) Writer() *sql.DB { return db.writer }

// Ping says whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return mapError(ctx, db.reader.PingContext(ctx)) }

// NewID gives the next id of the installation. It panics when the database cannot
// lease a block, which nothing can be done about where it is called.
func (db *DB) NewID() id.ID { return db.ids.must() }

// Reserve makes sure that n ids can be given out without asking the database, for
// bulk work inside one transaction. Call it before Write.
func (db *DB) Reserve(ctx context.Context, n int) error { return db.ids.reserve(ctx, int64(n)) }
