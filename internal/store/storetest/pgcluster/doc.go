// Package pgcluster runs one throw-away PostgreSQL cluster for all test processes
// of a user, from the server binaries that are installed. Each process that uses it
// holds a shared lock; a keeper process, a second run of the same program, owns the
// server and stops it, and removes its files, shortly after the last lock is gone,
// however the holders ended. Nothing here is durable: fsync is off.
package pgcluster
