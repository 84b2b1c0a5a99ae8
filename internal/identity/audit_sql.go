package identity

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/store"
)

func insertAudit(ctx context.Context, tx *store.Tx, e Entry) error {
	_, err := tx.Exec(ctx, `INSERT INTO identity_audit (org_id, portal_id, id, actor_id, act, target_id, detail, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.Tenant.Org, e.Tenant.Portal, tx.NewID(), e.Actor, e.Act, e.Target, cut(e.Detail, 500), store.Micros(tx.Now()))
	return err
}

func auditEntries(ctx context.Context, q store.Querier, t Tenant, before id.ID, limit int) ([]Entry, error) {
	if before == 0 {
		before = id.Max
	}
	rows, err := q.Query(ctx, `SELECT a.id, a.actor_id, COALESCE(p.name, ''), a.act, a.target_id, a.detail, a.at
		FROM identity_audit a LEFT JOIN identity_people p ON p.id = a.actor_id
		WHERE a.org_id = $1 AND a.portal_id = $2 AND a.id < $3 ORDER BY a.id DESC LIMIT $4`, t.Org, t.Portal, before, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (Entry, error) {
		e := Entry{Tenant: t}
		var at int64
		err := r.Scan(&e.ID, &e.Actor, &e.Name, &e.Act, &e.Target, &e.Detail, &at)
		e.At = store.FromMicros(at)
		return e, err
	})
}

// lockStart makes first starts follow each other on PostgreSQL; SQLite has one writer.
func lockStart(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `INSERT INTO identity_attempts (email_key, failures, until_at, wait_until) VALUES ('', 0, 0, 0)
		ON CONFLICT (email_key) DO UPDATE SET failures = 0`)
	return err
}
