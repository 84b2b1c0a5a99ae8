// Package storetest gives each test a database of its own, with all migrations, on
// both engines: a copied SQLite file, and a PostgreSQL database cloned from a
// template in a throw-away cluster (or on the server TEST_POSTGRES_URL names).
// Without PostgreSQL its half is skipped loudly, and fails when CI=true.
package storetest

import (
	"context"
	"os"
	"testing"
	"time"

	"musubi/internal/store"
)

// Each runs fn once per engine, as the subtests "sqlite" and "postgres".
func Each(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	each(t, nil, fn)
}

// EachAt is Each with the test's own clock.
func EachAt(t *testing.T, clock *Clock, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	each(t, clock.Now, fn)
}

// EachURL runs fn once per engine with the URL of a fresh, migrated database that
// nobody has opened: for tests of the whole program.
func EachURL(t *testing.T, fn func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLiteURL(t)) })
	t.Run("postgres", func(t *testing.T) { fn(t, PostgresURL(t)) })
}

func each(t *testing.T, now func() time.Time, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	for _, d := range []store.Dialect{store.SQLite, store.Postgres} {
		t.Run(d.Name(), func(t *testing.T) { fn(t, New(t, d, now)) })
	}
}

// New opens a fresh database of the engine and closes it after the test. A nil now
// is the real clock.
func New(tb testing.TB, d store.Dialect, now func() time.Time) *store.DB {
	tb.Helper()
	url := ""
	if d == store.Postgres {
		url = PostgresURL(tb)
	} else {
		url = SQLiteURL(tb)
	}
	db, err := store.Open(context.Background(), url, store.Options{Now: now})
	if err != nil {
		tb.Fatalf("open %s: %v", d.Name(), err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return db
}

// absent ends the PostgreSQL half of a test.
func absent(tb testing.TB, err error) {
	tb.Helper()
	if os.Getenv("CI") == "true" {
		tb.Fatalf("PostgreSQL is required when CI=true: %v", err)
	}
	tb.Skipf("SKIP-POSTGRES: this test did NOT run on PostgreSQL: %v", err)
}
