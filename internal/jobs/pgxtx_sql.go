package jobs

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"musubi/internal/store"
)

// onConn hands fn the open transaction as pgx knows one. River wants that type on
// PostgreSQL, while the store speaks database/sql.
func onConn(tx *store.Tx, fn func(pgx.Tx) error) error {
	return tx.Conn().Raw(func(driver any) error {
		conn, ok := driver.(*stdlib.Conn)
		if !ok {
			return errors.New("jobs: not a connection of pgx")
		}
		return fn(openTx{conn.Conn()})
	})
}

// openTx is a transaction that was begun and will be ended by somebody else, on its
// connection.
type openTx struct{ conn *pgx.Conn }

var errNotOurs = errors.New("jobs: the transaction belongs to the store")

// Begin is refused: the store's transaction is the one there is.
func (t openTx) Begin(context.Context) (pgx.Tx, error) { return nil, errNotOurs }

// Commit is the store's to call.
func (t openTx) Commit(context.Context) error { return errNotOurs }

// Rollback is the store's to call.
func (t openTx) Rollback(context.Context) error { return errNotOurs }

// CopyFrom copies rows.
func (t openTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return t.conn.CopyFrom(ctx, table, columns, rows)
}

// SendBatch sends a batch.
func (t openTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return t.conn.SendBatch(ctx, b)
}

// LargeObjects gives the large objects, which nobody uses here.
func (t openTx) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

// Prepare prepares a statement.
func (t openTx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return t.conn.Prepare(ctx, name, sql)
}

// Exec runs a statement.
func (t openTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return t.conn.Exec(ctx, sql, args...)
}

// Query runs a statement that gives rows.
func (t openTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return t.conn.Query(ctx, sql, args...)
}

// QueryRow runs a statement that gives a row.
func (t openTx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return t.conn.QueryRow(ctx, sql, args...)
}

// Conn is the connection.
func (t openTx) Conn() *pgx.Conn { return t.conn }
