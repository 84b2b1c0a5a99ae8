// Package jobs is the queue of work that need not happen while somebody waits. A job
// is inserted in the transaction that causes it, on both engines, and is worked off
// by any node once that has committed; River is behind it.
//
// A job may run twice and may run late, so a worker reads the present facts. An error
// is tried again with growing pauses. A job has 40 seconds: long work is batches, each
// of which commits and inserts the next.
package jobs
