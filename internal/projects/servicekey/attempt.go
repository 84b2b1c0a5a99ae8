package servicekey

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"musubi/internal/fault"
	"musubi/internal/store"
)

const (
	freeFailures = 10               // wrong keys that cost nothing
	firstWait    = 30 * time.Second // after that many, doubling with each one more
	longestWait  = 15 * time.Minute
	forgetAfter  = time.Hour
)

// failures are the wrong keys of late in one bucket.
type failures struct {
	count int
	last  time.Time
}

// wait says how long the bucket is shut after its last failure.
func (f failures) wait() time.Duration {
	if f.count < freeFailures {
		return 0
	}
	d := firstWait
	for i := freeFailures; i < f.count && d < longestWait; i++ {
		d *= 2
	}
	return min(d, longestWait)
}

// buckets are what one attempt counts against: where it comes from, and the address
// it names, which is kept as a keyed hash.
func (s *Service) buckets(c Caller, emailKey string) []string {
	from := c.Address
	if from == "" {
		from = c.Org
	}
	out := []string{
		"c:" + hex.EncodeToString(s.box.HashKey("servicekey caller", []byte(from))),
		"e:" + hex.EncodeToString(s.box.HashKey("servicekey email", []byte(emailKey))),
	}
	slices.Sort(out) // one order of locks for all
	return out
}

// slowed refuses while one of the buckets is shut.
func (s *Service) slowed(ctx context.Context, buckets []string) error {
	now := s.db.Now()
	found, err := failuresOf(ctx, s.db, buckets, store.Micros(now.Add(-forgetAfter)))
	if err != nil {
		return err
	}
	var left time.Duration
	for _, f := range found {
		left = max(left, f.last.Add(f.wait()).Sub(now))
	}
	if left > 0 {
		return fault.New(fault.KindTooMany, "servicekey.fault.slow_down").WithCode("slow_down").
			With("Seconds", int((left+time.Second-1)/time.Second))
	}
	return nil
}

// countFailure notes a wrong key.
func (s *Service) countFailure(ctx context.Context, buckets []string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return addFailure(ctx, tx, buckets, store.Micros(tx.Now().Add(-forgetAfter)))
	})
}
