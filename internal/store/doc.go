// Package store opens the database, SQLite in one file or PostgreSQL, and hides
// which one it is: one SQL text with $n placeholders runs on both, and the few
// fragments that differ have a name in dialect.go. It knows transactions, ids, the
// clock, migrations and how driver errors become faults; it knows no table of
// another room. tables.txt lists every table with its class: a room that adds a
// table adds its line there. Start at db.go, then tx_sql.go.
package store
