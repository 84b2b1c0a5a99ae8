package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"

	"musubi/internal/store"
	"musubi/internal/store/storetest/pgcluster"
)

// server is the maintenance connection of this test process.
type server struct {
	url      *url.URL
	admin    *sql.DB
	template string
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
	s := &server{url: parsed, admin: admin}
	s.template, err = s.makeTemplate()
	return s, err
})

// serial makes the names of this process's databases differ.
var serial atomic.Int64

// PostgresURL gives the URL of a fresh, migrated PostgreSQL database, dropped after
// the test. Without PostgreSQL it skips the test, or fails it when CI=true.
func PostgresURL(tb testing.TB) string {
	tb.Helper()
	s, err := postgres()
	if errors.Is(err, pgcluster.ErrAbsent) {
		absent(tb, err)
	}
	if err != nil {
		tb.Fatalf("start PostgreSQL: %v", err)
	}
	name := fmt.Sprintf("musubi_test_%d_%d", os.Getpid(), serial.Add(1))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.create(ctx, name, s.template); err != nil {
		tb.Fatalf("create a PostgreSQL database: %v", err)
	}
	tb.Cleanup(func() {
		if _, err := s.admin.ExecContext(context.Background(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			tb.Errorf("drop the PostgreSQL database: %v", err)
		}
	})
	return s.at(name)
}

func (s *server) at(name string) string {
	u := *s.url
	u.Path = "/" + name
	return u.String()
}

// create clones the template. It waits out a connection to it that is still closing.
func (s *server) create(ctx context.Context, name, template string) error {
	for {
		_, err := s.admin.ExecContext(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template)
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.Code == "55006" && ctx.Err() == nil {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		return err
	}
}

// makeTemplate migrates one database per schema. Several processes may want it at
// once, so it is built under an advisory lock and gets its name when it is whole.
func (s *server) makeTemplate() (string, error) {
	print, err := fingerprint(store.Postgres)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	conn, err := s.admin.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(84201)"); err != nil {
		return "", err
	}
	defer conn.ExecContext(context.Background(), "SELECT pg_advisory_unlock(84201)")
	name, building := "musubi_template_"+print, "musubi_building"
	var exists bool
	if err := conn.QueryRowContext(ctx, "SELECT count(*) > 0 FROM pg_database WHERE datname = $1", name).Scan(&exists); err != nil || exists {
		return name, err
	}
	if _, err := conn.ExecContext(ctx, "DROP DATABASE IF EXISTS "+building+" WITH (FORCE)"); err != nil {
		return "", err
	}
	if err := s.create(ctx, building, "template0"); err != nil {
		return "", err
	}
	if err := migrated(s.at(building)); err != nil {
		return "", err
	}
	for {
		_, err := conn.ExecContext(ctx, "ALTER DATABASE "+building+" RENAME TO "+name)
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.Code == "55006" && ctx.Err() == nil {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		return name, err
	}
}
