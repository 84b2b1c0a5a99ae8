// Package jobstest works off jobs while a test waits.
package jobstest

import (
	"context"
	"testing"
	"time"

	"musubi/internal/jobs"
)

// Drain works off every job that is due, and what those insert, and returns when none
// is left. Attempts that failed are logged and given back; their jobs wait for the
// next try. The queue must not be started.
func Drain(t testing.TB, q *jobs.Queue) []error {
	t.Helper()
	return drain(t, q, 0)
}

// DrainAll is Drain for jobs that wait for their time as well, and for failed ones
// until they are given up.
func DrainAll(t testing.TB, q *jobs.Queue) []error {
	t.Helper()
	return drain(t, q, 10*365*24*time.Hour)
}

func drain(t testing.TB, q *jobs.Queue, ahead time.Duration) []error {
	t.Helper()
	failed, err := q.RunDue(context.Background(), ahead)
	for _, f := range failed {
		t.Logf("a job failed: %v", f)
	}
	if err != nil {
		t.Fatalf("drain: %v", err)
	}
	return failed
}
