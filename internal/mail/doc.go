// Package mail writes letters: in the reader's language, in the transaction that
// causes them. Each is kept in the outbox, which administrators of its tenant read,
// and a job sends it when a mail server is configured.
//
// Whoever has something to say hands Service.Send a Letter of locale keys. What the
// server refuses for good is failed, with its words; what it refuses for now is tried
// again for half a day. Tests of other rooms read letters through mailtest.
package mail
