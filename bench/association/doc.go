// Command association measures the association of a large portal with a large
// organisation: 20,000 clients with 30,000 client users against 100,000 accounts, on
// the database in MUSUBI_DATABASE_URL, beside a bare SQL join of the same tables.
//
// Each phase is a process of its own, so that the memory told is that of the phase:
// fill makes the data through the domain rooms, associate answers yes in the real
// program and waits for the run and its letter while somebody saves records, join
// does the least any program would have to do, in plain SQL.
//
// `make bench` runs it on both engines; docs/performance.md keeps the figures.
package main
