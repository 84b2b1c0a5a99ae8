package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"musubi/internal/id"
)

// blockSize is how many ids one lease brings; the next is fetched when half are used.
const blockSize = 2000

// span is a run of leased ids, end excluded.
type span struct{ next, end int64 }

// leases hands out ids from blocks that the database counts (hi/lo), so that any
// number of nodes need no other agreement.
type leases struct {
	fetch    func(ctx context.Context, n int64) (span, error)
	mu       sync.Mutex
	spans    []span
	left     int64
	fetching sync.Mutex
}

func newLeases(fetch func(context.Context, int64) (span, error)) *leases {
	return &leases{fetch: fetch}
}

func (l *leases) take() (id.ID, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.left == 0 {
		return 0, false
	}
	n := l.spans[0].next
	l.left--
	if l.spans[0].next++; l.spans[0].next == l.spans[0].end {
		l.spans = l.spans[1:]
	}
	return id.ID(n), true
}

func (l *leases) add(spans ...span) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range spans {
		l.spans = append(l.spans, s)
		l.left += s.end - s.next
	}
}

func (l *leases) remaining() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.left
}

// topUp runs before a transaction begins: one caller fetches ahead while the others
// go on with the half that is left. Its failure shows when an id is really missing.
func (l *leases) topUp(ctx context.Context) {
	if l.remaining() > blockSize/2 || !l.fetching.TryLock() {
		return
	}
	defer l.fetching.Unlock()
	if s, err := l.fetch(ctx, blockSize); err == nil {
		l.add(s)
	}
}

func (l *leases) reserve(ctx context.Context, n int64) error {
	l.fetching.Lock()
	defer l.fetching.Unlock()
	missing := n - l.remaining()
	if missing <= 0 {
		return nil
	}
	s, err := l.fetch(ctx, max(missing, blockSize))
	if err != nil {
		return err
	}
	l.add(s)
	return nil
}

// wait gives an id, leasing when none is left.
func (l *leases) wait() (id.ID, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for {
		if n, ok := l.take(); ok {
			return n, nil
		}
		if err := l.reserve(ctx, 1); err != nil {
			return 0, err
		}
	}
}

func (l *leases) must() id.ID {
	n, err := l.wait()
	if err != nil {
		panic(fmt.Errorf("store: no id can be leased: %w", err))
	}
	return n
}
