package storetest

import (
	"sync"
	"time"
)

// Clock is a clock that stands still until a test moves it.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock gives a clock that shows t.
func NewClock(t time.Time) *Clock { return &Clock{now: t} }

// Now is the time it shows; the zero Clock shows a Monday morning in Tokyo.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now.IsZero() {
		c.now = time.Date(2026, 4, 6, 1, 0, 0, 0, time.UTC)
	}
	return c.now
}

// Set moves it to t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Advance moves it on by d.
func (c *Clock) Advance(d time.Duration) {
	now := c.Now()
	c.Set(now.Add(d))
}
