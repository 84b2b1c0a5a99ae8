// Package files keeps what uploaded files hold in the database, in pieces small enough
// that no transaction is long, so that every node and every backup has them. The name
// of a file, and who may see it, belong to the room that names the file.
//
// A file comes in piece by piece (Put) and is nobody's until a room keeps it in the
// transaction that names it (Keep). What nobody kept, or nobody names any more, is
// swept. Contents never change, so copies share them.
package files
