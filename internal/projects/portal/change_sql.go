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

// changeRow is an entry as one parameter carries many.
type changeRow struct {
	Seq     int64  `json:"seq"`
	Kind    string `json:"kind"`
	Subject id.ID  `json:"subject"`
	Detail  string `json:"detail"`
}

func insertChanges(ctx context.Context, tx *store.Tx, portal id.ID, first int64, changes []Change) error {
	rows := make([]changeRow, len(changes))
	for i, c := range changes {
		rows[i] = changeRow{Seq: first + int64(i), Kind: c.Kind, Subject: c.Subject, Detail: c.Detail}
	}
	b := store.Build(tx.Dialect())
	b.W(`INSERT INTO projects_changes (portal_id, seq, kind, subject_id, detail, at)
		SELECT CAST(`, b.Arg(portal), ` AS BIGINT), r.seq, r.kind, r.subject, r.detail, CAST(`,
		b.Arg(store.Micros(tx.Now())), ` AS BIGINT) FROM `,
		b.Rows("r", rows, "seq int", "kind text", "subject int", "detail text"))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
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
