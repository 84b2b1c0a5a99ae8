package portal

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/store"
)

// nextSeqs takes n numbers of the outbox, and with them the portal's row lock, and
// gives the first.
func nextSeqs(ctx context.Context, tx *store.Tx, portal id.ID, n int) (int64, error) {
	var last int64
	err := tx.QueryRow(ctx, `UPDATE projects_portal_state SET seq = seq + $2 WHERE portal_id = $1 RETURNING seq`,
		portal, n).Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, notFound()
	}
	return last - int64(n) + 1, err
}

func insertChanges(ctx context.Context, tx *store.Tx, portal id.ID, first int64, changes []Change) error {
	at := store.Micros(tx.Now())
	for len(changes) > 0 {
		part := changes[:min(len(changes), 500)]
		b := store.Build(tx.Dialect())
		b.W(`INSERT INTO projects_changes (portal_id, seq, kind, subject_id, detail, at) VALUES `)
		for i, c := range part {
			if i > 0 {
				b.W(", ")
			}
			b.W("(", b.Arg(portal), ", ", b.Arg(first), ", ", b.Arg(c.Kind), ", ",
				b.Arg(c.Subject), ", ", b.Arg(c.Detail), ", ", b.Arg(at), ")")
			first++
		}
		if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
		changes = changes[len(part):]
	}
	return nil
}

func changesAfter(ctx context.Context, q store.Querier, portal id.ID, since int64, limit int) ([]Change, error) {
	rows, err := q.Query(ctx, `SELECT seq, kind, subject_id, detail, at FROM projects_changes
		WHERE portal_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`, portal, since, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Change
	for rows.Next() {
		var c Change
		var at int64
		if err := rows.Scan(&c.Seq, &c.Kind, &c.Subject, &c.Detail, &at); err != nil {
			return nil, err
		}
		c.At = store.FromMicros(at)
		out = append(out, c)
	}
	return out, rows.Err()
}
