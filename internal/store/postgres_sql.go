package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"musubi/internal/fault"
)

// oldestPostgres is the server version this needs, as server_version_num counts.
const oldestPostgres = 150000

// poolSize is the number of connections of each PostgreSQL pool of a node.
const poolSize = 16

// openPostgres opens three pools: one that writes, one whose transactions are
// read-only, and one connection that leases ids, so that a transaction which needs
// an id never waits for a connection held by its like.
func (db *DB) openPostgres(ctx context.Context, url string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return fault.Internal(err)
	}
	open := func(size int, readOnly bool) *sql.DB {
		c := config.Copy()
		c.RuntimeParams["timezone"] = "UTC"
		if c.RuntimeParams["application_name"] == "" {
			c.RuntimeParams["application_name"] = "musubi"
		}
		if readOnly {
			c.RuntimeParams["default_transaction_read_only"] = "on"
		}
		pool := stdlib.OpenDB(*c)
		pool.SetMaxOpenConns(size)
		pool.SetMaxIdleConns(size)
		pool.SetConnMaxIdleTime(5 * time.Minute)
		return pool
	}
	db.writer, db.reader, db.leaser = open(poolSize, false), open(poolSize, true), open(1, false)
	var version int
	if err := db.reader.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return mapError(ctx, err)
	}
	if version < oldestPostgres {
		return fault.Internalf("PostgreSQL 15 or newer is needed, the server is %d", version)
	}
	return nil
}
