package store

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"musubi/internal/fault"
)

// readers is the size of the SQLite read pool.
const readers = 8

// openSQLite opens the pair of pools: one connection that writes (a fair queue, which
// SQLite's own busy handler is not) and some that only read, by mmap, since the page
// cache of the driver is behind one lock.
func (db *DB) openSQLite(ctx context.Context, path string) error {
	if path == "" || path == ":memory:" {
		return fault.Internalf("a SQLite database needs a file path")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fault.Internal(err)
	}
	// Made here so that it is private from its first byte.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fault.Internal(err)
	}
	if err := f.Close(); err != nil {
		return fault.Internal(err)
	}
	if db.lock, err = lockFile(ctx, path+".lock"); err != nil {
		return err
	}
	common := []string{"_pragma=busy_timeout(10000)", "_pragma=foreign_keys(1)", "_pragma=cache_size(-32000)", "_dqs=0", "_defensive=1"}
	write := append([]string{"_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)",
		"_pragma=journal_size_limit(67108864)", "_txlock=immediate"}, common...)
	read := append([]string{"_pragma=query_only(1)", "_pragma=mmap_size(1073741824)"}, common...)
	if db.writer, err = sql.Open("sqlite", sqliteDSN(path, write)); err != nil {
		return fault.Internal(err)
	}
	db.writer.SetMaxOpenConns(1)
	db.leaser = db.writer
	if err := db.writer.PingContext(ctx); err != nil { // before the readers: it turns WAL on
		return mapError(ctx, err)
	}
	if db.reader, err = sql.Open("sqlite", sqliteDSN(path, read)); err != nil {
		return fault.Internal(err)
	}
	db.reader.SetMaxOpenConns(readers)
	db.reader.SetMaxIdleConns(readers)
	return nil
}

func sqliteDSN(path string, options []string) string {
	escaped := strings.ReplaceAll(url.PathEscape(path), "%2F", "/")
	return "file:" + escaped + "?" + strings.Join(options, "&")
}
