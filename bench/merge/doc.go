// Command merge measures the merge of two accounts of which the one that goes has 6,600
// contacts, deals and notes each, nearly as many as a merge moves, on the database in
// MUSUBI_DATABASE_URL, while somebody saves a record every 50 ms; and how long it takes
// to delete the master for good afterwards.
//
// `make bench` runs it on both engines; docs/performance.md keeps the figures.
package main
