// Command imports measures a file of 100,000 accounts that comes in and is taken back
// again, on the database in MUSUBI_DATABASE_URL, while somebody saves a record every
// 50 ms.
//
// `make bench` runs it on both engines; docs/performance.md keeps the figures.
package main
