package store

import (
	"context"
	"database/sql"

	"musubi/internal/fault"
)

// Querier reads: *DB outside and *Tx inside a write transaction. Close the rows of
// one Query before the next statement of the same transaction (PostgreSQL insists).
type Querier interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) *Row
	Dialect() Dialect
}

var (
	_ Querier = (*DB)(nil)
	_ Querier = (*Tx)(nil)
)

// Row is the answer of QueryRow.
type Row struct {
	ctx  context.Context
	row  *sql.Row
	err  error
	fail func(error) error
}

// Scan reads the row. No row is sql.ErrNoRows, unchanged; all else is a fault.
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	err := mapError(r.ctx, r.row.Scan(dest...))
	if r.fail != nil {
		return r.fail(err)
	}
	return err
}

// Query reads rows from the pool.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := outsideWrite(ctx); err != nil {
		return nil, err
	}
	args, err := bind(args)
	if err != nil {
		return nil, err
	}
	rows, err := db.reader.QueryContext(ctx, query, args...)
	return rows, mapError(ctx, err)
}

// QueryRow reads at most one row from the pool.
func (db *DB) QueryRow(ctx context.Context, query string, args ...any) *Row {
	if err := outsideWrite(ctx); err != nil {
		return &Row{err: err}
	}
	args, err := bind(args)
	if err != nil {
		return &Row{err: err}
	}
	return &Row{ctx: ctx, row: db.reader.QueryRowContext(ctx, query, args...)}
}

// Query reads rows inside the transaction.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	args, err := bind(args)
	if err != nil {
		return nil, tx.fail(err)
	}
	rows, err := tx.tx.QueryContext(ctx, query, args...)
	return rows, tx.fail(mapError(ctx, err))
}

// QueryRow reads at most one row inside the transaction.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	args, err := bind(args)
	if err != nil {
		return &Row{err: tx.fail(err)}
	}
	return &Row{ctx: ctx, row: tx.tx.QueryRowContext(ctx, query, args...), fail: tx.fail}
}

// Exec runs a statement and says how many rows it touched.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	args, err := bind(args)
	if err != nil {
		return 0, tx.fail(err)
	}
	res, err := tx.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, tx.fail(mapError(ctx, err))
	}
	n, err := res.RowsAffected()
	return n, tx.fail(mapError(ctx, err))
}

// Savepoint runs fn so that its failure undoes only what fn did: the transaction
// stays usable on both engines. Without it a failed statement spoils the whole.
func (tx *Tx) Savepoint(ctx context.Context, fn func() error) error {
	before := tx.failed
	if _, err := tx.Exec(ctx, "SAVEPOINT inner_step"); err != nil {
		return err
	}
	err := fn()
	if err == nil {
		err = tx.failed
	}
	if err != nil {
		tx.failed = before
		if _, undo := tx.Exec(ctx, "ROLLBACK TO SAVEPOINT inner_step"); undo != nil {
			return undo
		}
	}
	if _, release := tx.Exec(ctx, "RELEASE SAVEPOINT inner_step"); release != nil {
		return release
	}
	return err
}

// Collect reads all rows with scan and closes them; it takes the two results of
// Query directly.
func Collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, mapError(context.Background(), err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, mapError(context.Background(), err)
	}
	return out, nil
}

func outsideWrite(ctx context.Context) error {
	if tx, ok := ctx.Value(writing{}).(*Tx); ok && !tx.over.Load() {
		return fault.Internalf("store: the database was used beside the transaction that is open in this context")
	}
	return nil
}
