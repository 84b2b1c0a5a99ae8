package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"

	"musubi/internal/store/storetest/pgcluster"
)

// server is what this test process holds of PostgreSQL. Cloning a database with all
// its files takes some hundred milliseconds, so databases are used again: a session
// lock, which also a killed process gives back, says which are free, and whoever
// takes one empties it first.
type server struct {
	url      *url.URL
	session  *sql.Conn
	template string

	mu    sync.Mutex // guards the session and taken
	taken map[int]bool
}

var postgres = sync.OnceValues(func() (*server, error) {
	address := os.Getenv("TEST_POSTGRES_URL")
	if address == "" {
		var err error
		if address, err = pgcluster.URL(); err != nil {
			return nil, err
		}
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	admin, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := patience()
	defer cancel()
	s := &server{url: parsed, taken: map[int]bool{}}
	if s.session, err = admin.Conn(ctx); err != nil {
		return nil, err
	}
	s.template, err = s.makeTemplate(ctx)
	return s, err
})

func patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 2*time.Minute)
}

// PostgresURL gives the URL of a fresh, migrated PostgreSQL database, the test's own
// until it ends. Without PostgreSQL it skips the test, or fails it when CI=true.
func PostgresURL(tb testing.TB) string {
	tb.Helper()
	s, err := postgres()
	if errors.Is(err, pgcluster.ErrAbsent) {
		absent(tb, err)
	}
	if err != nil {
		tb.Fatalf("start PostgreSQL: %v", err)
	}
	ctx, cancel := patience()
	defer cancel()
	slot, err := s.take(ctx)
	if err != nil {
		tb.Fatalf("take a PostgreSQL database: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.giveBack(slot); err != nil {
			tb.Errorf("give the PostgreSQL database back: %v", err)
		}
	})
	return s.at(s.name(slot))
}

func (s *server) at(name string) string {
	u := *s.url
	u.Path = "/" + name
	return u.String()
}

func (s *server) name(slot int) string { return fmt.Sprintf("%s_%d", s.template, slot) }

// lockSpace is the first half of the advisory locks' keys.
const lockSpace = 84201

func (s *server) take(ctx context.Context) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for slot := 1; ; slot++ {
		if s.taken[slot] {
			continue
		}
		var free, exists bool
		err := s.session.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1, hashtext($2))", lockSpace, s.name(slot)).Scan(&free)
		if err != nil {
			return 0, err
		}
		if !free {
			continue
		}
		if err := s.session.QueryRowContext(ctx, databaseExists, s.name(slot)).Scan(&exists); err != nil {
			return 0, err
		}
		s.taken[slot] = true
		if exists && s.empty(ctx, s.name(slot)) == nil {
			return slot, nil
		}
		// New, or some test changed its tables.
		if _, err := s.session.ExecContext(ctx, "DROP DATABASE IF EXISTS "+s.name(slot)+" WITH (FORCE)"); err != nil {
			return 0, err
		}
		return slot, s.clone(ctx, s.name(slot), s.template)
	}
}

func (s *server) giveBack(slot int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, cancel := patience()
	defer cancel()
	delete(s.taken, slot)
	_, err := s.session.ExecContext(ctx, "SELECT pg_advisory_unlock($1, hashtext($2))", lockSpace, s.name(slot))
	return err
}

// empty brings a used database back to what the template holds.
func (s *server) empty(ctx context.Context, name string) error {
	if _, err := s.session.ExecContext(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name); err != nil {
		return err
	}
	return s.within(ctx, name, emptyTables)
}

// within runs one statement in another database.
func (s *server) within(ctx context.Context, name, statement string) error {
	db, err := sql.Open("pgx", s.at(name))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// clone copies a database. It waits out a connection to the source that is closing.
func (s *server) clone(ctx context.Context, name, from string) error {
	return whenUnused(ctx, func() error {
		_, err := s.session.ExecContext(ctx, "CREATE DATABASE "+name+" TEMPLATE "+from)
		return err
	})
}

func whenUnused(ctx context.Context, do func() error) error {
	for {
		err := do()
		var pg *pgconn.PgError
		if !errors.As(err, &pg) || pg.Code != "55006" || ctx.Err() != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// makeTemplate migrates one database per schema. Several processes may want it at
// once, so it is built under a lock and gets its name when it is whole.
func (s *server) makeTemplate(ctx context.Context) (string, error) {
	print, err := fingerprint()
	if err != nil {
		return "", err
	}
	if _, err := s.session.ExecContext(ctx, "SELECT pg_advisory_lock($1, 0)", lockSpace); err != nil {
		return "", err
	}
	defer s.session.ExecContext(context.Background(), "SELECT pg_advisory_unlock($1, 0)", lockSpace)
	name, building := "musubi_"+print, "musubi_building"
	var exists bool
	if err := s.session.QueryRowContext(ctx, databaseExists, name).Scan(&exists); err != nil || exists {
		return name, err
	}
	if _, err := s.session.ExecContext(ctx, "DROP DATABASE IF EXISTS "+building+" WITH (FORCE)"); err != nil {
		return "", err
	}
	if err := s.clone(ctx, building, "template0"); err != nil {
		return "", err
	}
	if err := migrated(s.at(building)); err != nil {
		return "", err
	}
	if err := s.within(ctx, building, rememberTables); err != nil {
		return "", err
	}
	return name, whenUnused(ctx, func() error {
		_, err := s.session.ExecContext(ctx, "ALTER DATABASE "+building+" RENAME TO "+name)
		return err
	})
}

const databaseExists = `SELECT count(*) > 0 FROM pg_database WHERE datname = $1`

// rememberTables keeps the list of tables and the rows migrations made beside them.
const rememberTables = `
CREATE SCHEMA pristine;
CREATE TABLE pristine._tables AS SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p');
DO $$
DECLARE name text; filled boolean;
BEGIN
  FOR name IN SELECT relname FROM pristine._tables LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', name) INTO filled;
    IF filled THEN
      EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', name, name);
    END IF;
  END LOOP;
END $$`

// emptyTables fails when the tables are no longer those of the template.
const emptyTables = `
DO $$
DECLARE name text;
BEGIN
  SET LOCAL session_replication_role = replica; -- foreign keys need no check while everything goes
  IF (SELECT array_agg(relname ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p'))
     IS DISTINCT FROM (SELECT array_agg(relname ORDER BY relname) FROM pristine._tables) THEN
    RAISE EXCEPTION 'the tables have changed';
  END IF;
  FOR name IN SELECT relname FROM pristine._tables LOOP
    EXECUTE format('DELETE FROM public.%I', name);
  END LOOP;
  FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'pristine'::regnamespace AND relkind = 'r' AND relname <> '_tables' LOOP
    EXECUTE format('INSERT INTO public.%I SELECT * FROM pristine.%I', name, name);
  END LOOP;
END $$`
