package jobs_test

import (
	"context"
	"testing"
	"time"

	"musubi/internal/jobs"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// TestRunningFollowsTheClock starts the queue of a program whose clock was moved: a
// trial that ends, years ahead, must end there.
func TestRunningFollowsTheClock(t *testing.T) {
	clock := storetest.NewClock(time.Now().AddDate(3, 0, 0))
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		q := newQueue(db)
		done := make(chan string, 10)
		jobs.Register(q, func(_ context.Context, g greet) error { done <- g.Name; return nil })
		insert(t, db, q, greet{Name: "before"})
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := q.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		}()
		insert(t, db, q, greet{Name: "after"})
		insert(t, db, q, greet{Name: "next week"}, jobs.After(7*24*time.Hour))
		for range 2 {
			select {
			case name := <-done:
				if name == "next week" {
					t.Error("too early")
				}
			case <-time.After(15 * time.Second):
				t.Fatal("nothing was done")
			}
		}
		clock.Advance(8 * 24 * time.Hour)
		select {
		case name := <-done:
			if name != "next week" {
				t.Error(name)
			}
		case <-time.After(15 * time.Second):
			t.Error("the delayed job did not come")
		}
	})
}
