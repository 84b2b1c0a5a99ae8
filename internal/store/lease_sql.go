package store

import (
	"context"
	"database/sql"
)

type rowQuerier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// leaseBlock takes the next n ids in a commit of its own, so that no other
// transaction ever waits behind this row.
func (db *DB) leaseBlock(ctx context.Context, n int64) (span, error) {
	s, err := leaseIn(ctx, db.leaser, n)
	return s, mapError(ctx, err)
}

func leaseIn(ctx context.Context, q rowQuerier, n int64) (span, error) {
	var end int64
	err := q.QueryRowContext(ctx,
		`UPDATE store_id_blocks SET next_id = next_id + $1 WHERE name = 'rows' RETURNING next_id`, n).Scan(&end)
	return span{next: end - n, end: end}, err
}
