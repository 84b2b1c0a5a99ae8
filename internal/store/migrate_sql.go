package store

import (
	"context"
	"embed"
	"errors"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"musubi/internal/fault"
)

//go:embed all:migrations
var migrations embed.FS

// Migrate brings the schema forward. Any number of nodes may start at once. A schema
// that holds a migration this program does not know is refused with a conflict fault
// of code "schema_newer": an old program must not write into it.
func (db *DB) Migrate(ctx context.Context) error {
	provider, err := db.migrator()
	if err != nil {
		return fault.Internal(err)
	}
	if err := db.refuseNewer(ctx, provider); err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return mapError(ctx, err)
}

// Migrations gives the files of an engine, for tests that compare the schemas.
func Migrations(d Dialect) fs.FS {
	sub, err := fs.Sub(migrations, "migrations/"+d.Name())
	if err != nil {
		panic(err) // the folders are embedded
	}
	return sub
}

func (db *DB) migrator() (*goose.Provider, error) {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	dialect := goose.DialectSQLite3
	if db.dialect == Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(dialect, db.writer, Migrations(db.dialect), options...)
}

func (db *DB) refuseNewer(ctx context.Context, provider *goose.Provider) (err error) {
	var fresh bool
	err = db.writer.QueryRowContext(ctx, db.dialect.Pick(
		"SELECT count(*) = 0 FROM sqlite_master WHERE name = 'goose_db_version'",
		"SELECT to_regclass('goose_db_version') IS NULL")).Scan(&fresh)
	if err != nil || fresh {
		return mapError(ctx, err)
	}
	known := map[int64]bool{0: true}
	for _, s := range provider.ListSources() {
		known[s.Version] = true
	}
	rows, err := db.writer.QueryContext(ctx, "SELECT DISTINCT version_id FROM goose_db_version ORDER BY version_id")
	if err != nil {
		return mapError(ctx, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var version int64
		if err := rows.Scan(&version); err != nil {
			return mapError(ctx, err)
		}
		if !known[version] {
			return fault.Conflict("fault.schema_newer").WithCode("schema_newer").With("Version", version)
		}
	}
	return mapError(ctx, rows.Err())
}
