// Package store opens the database, SQLite or PostgreSQL, and hands out the two
// ways to talk to it: *DB reads, Write opens a transaction. It knows no table but
// its own id blocks.
//
// One SQL text with $n serves both engines; where they truly differ, Dialect
// names the fragment (Dialect.Pick is the last resort). Schema lives in
// migrations/{sqlite,postgres}/NNNN_room.sql, SQL files only, the same numbers in
// both folders; River's tables are such a file too, taken from its own source.
// Every table is listed with its class in tables.txt, and a test holds the two
// schemas to it. Start reading at db.go and tx.go.
package store
