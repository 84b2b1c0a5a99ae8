package servicekey

import (
	"context"
	"time"

	"musubi/internal/store"
)

// failuresOf reads the failures of the buckets not older than the cut.
func failuresOf(ctx context.Context, q store.Querier, buckets []string, cut int64) (map[string]failures, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT bucket, failures, last_at FROM projects_key_attempts WHERE `, b.WithinTexts(`bucket`, buckets),
		` AND last_at >= `, b.Arg(cut))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]failures{}
	for rows.Next() {
		var name string
		var f failures
		var last int64
		if err := rows.Scan(&name, &f.count, &last); err != nil {
			return nil, err
		}
		f.last = store.FromMicros(last)
		out[name] = f
	}
	return out, rows.Err()
}

// addFailure counts a wrong key in every bucket; one without failures since the cut
// starts anew. Buckets untouched for a day go.
func addFailure(ctx context.Context, tx *store.Tx, buckets []string, cut int64) error {
	now := store.Micros(tx.Now())
	for _, name := range buckets {
		if _, err := tx.Exec(ctx, `INSERT INTO projects_key_attempts (bucket, failures, last_at) VALUES ($1, 1, $2)
			ON CONFLICT (bucket) DO UPDATE SET last_at = excluded.last_at, failures =
			CASE WHEN projects_key_attempts.last_at < $3 THEN 1 ELSE projects_key_attempts.failures + 1 END`,
			name, now, cut); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `DELETE FROM projects_key_attempts WHERE last_at < $1`,
		store.Micros(tx.Now().Add(-24*time.Hour)))
	return err
}
