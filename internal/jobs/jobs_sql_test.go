package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/jobs"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

type greet struct {
	Name string `json:"name"`
	Next []string
}

func (greet) Kind() string { return "test.greet" }

// list collects what workers did.
type list struct {
	mu    sync.Mutex
	names []string
}

func (l *list) add(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.names = append(l.names, name)
}

func (l *list) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.names
	l.names = nil
	return out
}

func newQueue(db *store.DB) *jobs.Queue {
	return jobs.New(db, slog.New(slog.DiscardHandler))
}

func insert(t *testing.T, db *store.DB, q *jobs.Queue, args jobs.Args, opts ...jobs.Option) {
	t.Helper()
	if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return q.Insert(ctx, tx, args, opts...)
	}); err != nil {
		t.Fatal(err)
	}
}

func TestJobsComeWithTheirTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var done list
		q := newQueue(db)
		jobs.Register(q, func(ctx context.Context, g greet) error {
			done.add(g.Name)
			return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				for _, next := range g.Next {
					if err := q.Insert(ctx, tx, greet{Name: next}); err != nil {
						return err
					}
				}
				return nil
			})
		})
		lost := errors.New("lost")
		if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if err := q.Insert(ctx, tx, greet{Name: "rolled back"}); err != nil {
				return err
			}
			return lost
		}); !errors.Is(err, lost) {
			t.Fatal(err)
		}
		insert(t, db, q, greet{Name: "結", Next: []string{"a", "b"}})
		jobstest.Drain(t, q)
		if diff := cmp.Diff([]string{"結", "a", "b"}, done.take()); diff != "" {
			t.Error(diff)
		}
		jobstest.Drain(t, q)
		if again := done.take(); again != nil {
			t.Errorf("done twice: %v", again)
		}
	})
}

func TestUniqueKeepsOutWhileOneWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var done list
		q := newQueue(db)
		jobs.Register(q, func(_ context.Context, g greet) error {
			done.add(g.Name)
			if g.Name == "again" && len(done.names) == 1 {
				// Happens while it runs, perhaps after it looked: must not be lost.
				insert(t, db, q, greet{Name: "again"}, jobs.Unique("k"))
			}
			return nil
		})
		for range 3 {
			insert(t, db, q, greet{Name: "again"}, jobs.Unique("k"))
		}
		jobstest.Drain(t, q)
		if diff := cmp.Diff([]string{"again", "again"}, done.take()); diff != "" {
			t.Error(diff)
		}
		insert(t, db, q, greet{Name: "one"}, jobs.Unique("k"))
		insert(t, db, q, greet{Name: "other"}, jobs.Unique("k"))
		insert(t, db, q, greet{Name: "one"}, jobs.Unique("l"))
		insert(t, db, q, greet{Name: "one"})
		insert(t, db, q, greet{Name: "one"}, jobs.Unique("k"))
		jobstest.Drain(t, q)
		if diff := cmp.Diff([]string{"one", "other", "one", "one"}, done.take()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFailuresAreTriedAgainLater(t *testing.T) {
	clock := storetest.NewClock(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC))
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		tries := 0
		q := newQueue(db)
		jobs.Register(q, func(context.Context, greet) error {
			switch tries++; tries {
			case 1:
				return errors.New("not yet\x00\xff")
			case 2:
				panic("worse")
			}
			return nil
		})
		insert(t, db, q, greet{})
		for want, step := range []time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second, 3 * time.Second, time.Hour} {
			clock.Advance(step)
			jobstest.Drain(t, q)
			if expect := []int{1, 1, 2, 2, 3, 3}[want]; tries != expect {
				t.Errorf("step %d: %d tries, want %d", want, tries, expect)
			}
		}
	})
}

func TestDelayedJobsWait(t *testing.T) {
	clock := storetest.NewClock(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC))
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		var done list
		q := newQueue(db)
		jobs.Register(q, func(_ context.Context, g greet) error { done.add(g.Name); return nil })
		insert(t, db, q, greet{Name: "soon"}, jobs.After(time.Minute))
		insert(t, db, q, greet{Name: "late"}, jobs.After(24*time.Hour))
		jobstest.Drain(t, q)
		if got := done.take(); got != nil {
			t.Errorf("too early: %v", got)
		}
		clock.Advance(time.Minute)
		jobstest.Drain(t, q)
		if got := done.take(); !slices.Equal(got, []string{"soon"}) {
			t.Errorf("after a minute: %v", got)
		}
		jobstest.DrainAll(t, q)
		if got := done.take(); !slices.Equal(got, []string{"late"}) {
			t.Errorf("all: %v", got)
		}
	})
}

func TestGivenUpAfterManyTries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		q := newQueue(db)
		jobs.Register(q, func(context.Context, greet) error { return errors.New("never") })
		insert(t, db, q, greet{})
		if failed := jobstest.DrainAll(t, q); len(failed) != 25 {
			t.Errorf("%d tries", len(failed))
		}
	})
}

// TestRunning starts the real thing: jobs inserted before and after the start, one that
// a dead process left running, one that fails at first, a periodic one.
func TestRunning(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		t.Parallel() // it waits for retries, in real time
		q := newQueue(db)
		done := make(chan string, 100)
		var failed atomic.Bool
		jobs.Register(q, func(ctx context.Context, g greet) error {
			if g.Name == "fails" && failed.CompareAndSwap(false, true) {
				panic("once")
			}
			if _, ok := ctx.Deadline(); !ok {
				t.Error("a job without a deadline")
			}
			done <- g.Name
			return nil
		})
		q.Periodic(greet{Name: "periodic"}, time.Hour)
		insert(t, db, q, greet{Name: "left"})
		if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = `+
				tx.Dialect().Pick("datetime('now', '-2 minutes')", "now() - interval '2 minutes'"))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		insert(t, db, q, greet{Name: "before"})
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		insert(t, db, q, greet{Name: "after"})
		insert(t, db, q, greet{Name: "fails"})
		want := []string{"after", "before", "fails", "left", "periodic"}
		var got []string
		for len(got) < len(want) {
			select {
			case name := <-done:
				got = append(got, name)
			case <-time.After(20 * time.Second):
				t.Fatalf("only %v", got)
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if err := q.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		insert(t, db, q, greet{Name: "rest"})
		jobstest.Drain(t, q)
		if name := <-done; name != "rest" {
			t.Errorf("after the stop: %s", name)
		}
	})
}

// TestStopCancelsWhatWillNotEnd hands a job that does not end back to the queue.
func TestStopCancelsWhatWillNotEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		q := newQueue(db)
		begun := make(chan bool)
		jobs.Register(q, func(ctx context.Context, g greet) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		})
		insert(t, db, q, greet{})
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-begun
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := q.Stop(ctx); err != nil {
			t.Fatal(err)
		}
		var state string
		if err := db.QueryRow(t.Context(), `SELECT state FROM river_job`).Scan(&state); err != nil || state == "running" || state == "completed" {
			t.Errorf("the job is %s, %v", state, err)
		}
	})
}
