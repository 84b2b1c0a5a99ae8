package store_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// The tests keep counters in store_id_blocks, the one table of this room.
const (
	insertCounter = `INSERT INTO store_id_blocks (name, next_id) VALUES ($1, $2)`
	readCounter   = `SELECT next_id FROM store_id_blocks WHERE name = $1`
)

func TestWriteCommitsOrLeavesNothing(t *testing.T) {
	ctx := context.Background()
	refusal := fault.Conflict("fault.conflict")
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert := func(after error) func(context.Context, *store.Tx) error {
			return func(ctx context.Context, tx *store.Tx) error {
				if _, err := tx.Exec(ctx, insertCounter, "a", 7); err != nil {
					return err
				}
				return after
			}
		}
		if err := db.Write(ctx, insert(refusal)); !errors.Is(err, refusal) {
			t.Fatalf("refusal: %v", err)
		}
		var n int64
		if err := db.QueryRow(ctx, readCounter, "a").Scan(&n); !errors.Is(err, sql.ErrNoRows) {
			t.Fatalf("after a refusal: %d, %v", n, err)
		}
		func() {
			defer func() { recover() }()
			db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { insert(nil)(ctx, tx); panic("lost") })
		}()
		if err := db.Write(ctx, insert(nil)); err != nil {
			t.Fatalf("after a panic: %v", err)
		}
		if err := db.QueryRow(ctx, readCounter, "a").Scan(&n); err != nil || n != 7 {
			t.Fatalf("after the commit: %d, %v", n, err)
		}
		err := db.Write(ctx, insert(nil))
		if !store.IsDuplicate(err) || fault.KindOf(err) != fault.KindConflict {
			t.Fatalf("duplicate: %v", err)
		}
	})
}

func TestFailedStatementSpoilsTheTransaction(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			tx.Exec(ctx, insertCounter, "kept", 1)
			tx.Exec(ctx, insertCounter, "rows", 1) // exists; the caller forgets the error
			return nil
		})
		if !store.IsDuplicate(err) {
			t.Fatalf("forgotten error: %v", err)
		}
		err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			inner := tx.Savepoint(ctx, func() error {
				if _, err := tx.Exec(ctx, insertCounter, "undone", 1); err != nil {
					return err
				}
				_, err := tx.Exec(ctx, insertCounter, "rows", 1)
				return err
			})
			if !store.IsDuplicate(inner) {
				t.Errorf("savepoint: %v", inner)
			}
			_, err := tx.Exec(ctx, insertCounter, "kept", 2)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := db.Query(ctx, `SELECT name FROM store_id_blocks ORDER BY name`)
		names, err := store.Collect(rows, err, func(rows *sql.Rows) (s string, err error) { return s, rows.Scan(&s) })
		if err != nil || !slices.Equal(names, []string{"kept", "rows"}) {
			t.Fatalf("%v, %v", names, err)
		}
	})
}

func TestReadPoolRefusesWrites(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var n int
		err := db.QueryRow(ctx, `UPDATE store_id_blocks SET next_id = 1 RETURNING next_id`).Scan(&n)
		if fault.KindOf(err) != fault.KindInternal {
			t.Fatalf("%d, %v", n, err)
		}
	})
}

func TestPoolInsideATransactionIsRefusedAtOnce(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if _, err := db.Query(ctx, "SELECT 1"); err == nil {
				t.Error("Query on the pool passed")
			}
			if err := db.Reserve(ctx, 10); err == nil {
				t.Error("Reserve passed")
			}
			return db.Write(ctx, func(context.Context, *store.Tx) error { return nil })
		})
		if fault.KindOf(err) != fault.KindInternal {
			t.Fatal(err)
		}
	})
}

func TestAfterCommitRunsOnlyAfterACommitAndMayWrite(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ran := 0
		work := func(result error) func(context.Context, *store.Tx) error {
			return func(ctx context.Context, tx *store.Tx) error {
				tx.AfterCommit(func() {
					ran++ // with the context of the transaction, as is easily written
					if err := db.Write(ctx, func(context.Context, *store.Tx) error { return nil }); err != nil {
						t.Error(err)
					}
				})
				return result
			}
		}
		db.Write(ctx, work(errors.New("no")))
		if err := db.Write(ctx, work(nil)); err != nil || ran != 1 {
			t.Fatalf("ran %d times, %v", ran, err)
		}
	})
}

func TestCancelledContextStaysRecognisable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		var n int64
		err := db.QueryRow(ctx, `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000000) SELECT count(*) FROM c`).Scan(&n)
		if !errors.Is(err, context.DeadlineExceeded) || fault.KindOf(err) != fault.KindUnavailable {
			t.Fatalf("%d, %v", n, err)
		}
	})
}

func TestValuesAreBoundAlike(t *testing.T) {
	ctx := context.Background()
	type word string
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_901_000, time.UTC)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var b bool
		var n id.ID
		var s string
		var null sql.Null[int64]
		err := db.QueryRow(ctx, `SELECT CAST($1 AS BIGINT), CAST($3 AS BIGINT), CAST($2 AS TEXT), CAST($4 AS BIGINT)`,
			true, word("日本"), id.Max, sql.Null[id.ID]{}).Scan(&b, &n, &s, &null)
		if err != nil || !b || n != id.Max || s != "日本" || null.Valid {
			t.Fatalf("%v %v %q %v: %v", b, n, s, null, err)
		}
		if got := store.FromMicros(store.Micros(at)); !got.Equal(at) {
			t.Errorf("time: %v", got)
		}
		for what, bad := range map[string]any{"NUL": "a\x00b", "UTF-8": "\xff", "time": at, "slice": []string{"a"}, "map": map[string]any{}} {
			if err := db.QueryRow(ctx, `SELECT CAST($1 AS TEXT)`, bad).Scan(&s); err == nil {
				t.Errorf("%s was bound", what)
			}
		}
		if err := db.QueryRow(ctx, `SELECT CAST($1 AS TEXT)`, "a\x00b").Scan(&s); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("NUL: %v", err)
		}
	})
	if got := store.CleanText("a\x00b\xff"); got != "ab\uFFFD" {
		t.Errorf("clean: %q", got)
	}
}

func TestConcurrentWritersLoseNothing(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, insertCounter, "sum", 0)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 20 {
					if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
						var n int64
						if err := tx.QueryRow(ctx, readCounter+tx.Dialect().ForUpdate(), "sum").Scan(&n); err != nil {
							return err
						}
						_, err := tx.Exec(ctx, `UPDATE store_id_blocks SET next_id = $1 WHERE name = 'sum'`, n+1)
						return err
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		var n int64
		if err := db.QueryRow(ctx, readCounter, "sum").Scan(&n); err != nil || n != 160 {
			t.Fatalf("%d, %v", n, err)
		}
	})
}

// TestDeadlockIsRetried lets two transactions take two rows in opposite order.
func TestDeadlockIsRetried(t *testing.T) {
	ctx := context.Background()
	db := storetest.New(t, store.Postgres, nil)
	if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Exec(ctx, insertCounter, "a", 0)
		_, err := tx.Exec(ctx, insertCounter, "b", 0)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var meet, wg sync.WaitGroup
	meet.Add(2)
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		first := true
		wg.Go(func() {
			err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				for i, name := range order {
					if i == 1 && first {
						first = false
						meet.Done()
						meet.Wait()
					}
					if _, err := tx.Exec(ctx, `UPDATE store_id_blocks SET next_id = next_id + 1 WHERE name = $1`, name); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var a, b int64
	if err := errors.Join(db.QueryRow(ctx, readCounter, "a").Scan(&a), db.QueryRow(ctx, readCounter, "b").Scan(&b)); err != nil || a != 2 || b != 2 {
		t.Fatalf("%d %d %v", a, b, err)
	}
}

func TestIDsAreUniqueAcrossTransactionsAndNodes(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		nodes := []*store.DB{db}
		if db.Dialect() == store.Postgres { // SQLite has one node
			other, err := store.Open(ctx, db.URL(), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			nodes = append(nodes, other)
		}
		var mu sync.Mutex
		seen := map[id.ID]bool{}
		note := func(ids []id.ID) {
			mu.Lock()
			defer mu.Unlock()
			for _, n := range ids {
				if n <= 0 || seen[n] {
					t.Errorf("id %d is given out twice or wrong", n)
				}
				seen[n] = true
			}
		}
		var wg sync.WaitGroup
		for _, node := range nodes {
			for worker := range 3 {
				wg.Go(func() {
					var ids []id.ID
					err := node.Write(ctx, func(_ context.Context, tx *store.Tx) error {
						ids = nil
						for range 5000 { // more than a block: some are leased inside
							ids = append(ids, tx.NewID())
						}
						if worker == 0 {
							return errors.New("rolled back")
						}
						return nil
					})
					if worker == 0 {
						return
					}
					if err != nil {
						t.Error(err)
					}
					note(ids)
				})
			}
		}
		wg.Wait()
		if err := db.Reserve(ctx, 10_000); err != nil {
			t.Fatal(err)
		}
		var ids []id.ID
		for range 10_000 {
			ids = append(ids, db.NewID())
		}
		note(ids)
	})
}

func TestNodesMigrateAtTheSameTime(t *testing.T) {
	ctx := context.Background()
	base := storetest.PostgresURL(t)
	admin, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.ExecContext(ctx, "DROP SCHEMA public CASCADE; CREATE SCHEMA public"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			db, err := store.Open(ctx, base, store.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			if err := db.Migrate(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestNewerSchemaIsRefused(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := db.Migrate(ctx); err != nil {
			t.Fatalf("a second time: %v", err)
		}
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, `+tx.Dialect().Pick("1", "true")+`)`, 9_000)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(ctx); !fault.HasCode(err, "schema_newer") {
			t.Fatalf("%v", err)
		}
	})
}

func TestOneProcessOwnsASQLiteFile(t *testing.T) {
	ctx := context.Background()
	url := "sqlite:" + filepath.Join(t.TempDir(), "a b%20c?#.db")
	db, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	hurry, cancel := context.WithCancel(ctx)
	cancel()
	if second, err := store.Open(hurry, url, store.Options{}); !fault.HasCode(err, "database_in_use") {
		t.Errorf("second: %v, %v", second, err)
	}
	if err := errors.Join(db.Migrate(ctx), db.Close()); err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	var file string
	if err := again.QueryRow(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file); err != nil || !strings.HasSuffix(file, "a b%20c?#.db") {
		t.Errorf("file %q: %v", file, err)
	}
}

func TestClockIsInjected(t *testing.T) {
	clock := storetest.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 123_456_789, time.FixedZone("JST", 9*3600)))
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		if got := db.Now(); got.Location() != time.UTC || got.Nanosecond() != 123_456_000 {
			t.Errorf("now %v", got)
		}
		start := db.Now()
		db.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
			clock.Advance(time.Hour)
			if !tx.Now().Equal(start) {
				t.Errorf("the transaction's time moved: %v", tx.Now())
			}
			return nil
		})
		if got := db.Now().Sub(start); got != time.Hour {
			t.Errorf("advanced %v", got)
		}
	})
}
