package work

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

func listStatuses(ctx context.Context, q store.Querier, in id.ID) ([]ProjectStatus, error) {
	rows, err := q.Query(ctx, `SELECT key, name, colour, closed, own, position, version FROM projects_statuses WHERE portal_id = $1 ORDER BY position, key`, in)
	return store.Collect(rows, err, func(r *sql.Rows) (ProjectStatus, error) {
		var s ProjectStatus
		err := r.Scan(&s.Key, &s.Name, &s.Colour, &s.Closed, &s.Own, &s.position, &s.Version)
		return s, err
	})
}

// countStatuses says how many projects have each status.
func countStatuses(ctx context.Context, q store.Querier, in id.ID) (map[string]int64, error) {
	type count struct {
		key string
		n   int64
	}
	rows, err := q.Query(ctx, `SELECT status, count(*) FROM projects_projects WHERE portal_id = $1 GROUP BY status`, in)
	list, err := store.Collect(rows, err, func(r *sql.Rows) (count, error) {
		var c count
		return c, r.Scan(&c.key, &c.n)
	})
	out := map[string]int64{}
	for _, c := range list {
		out[c.key] = c.n
	}
	return out, err
}

func statusUsed(ctx context.Context, q store.Querier, in id.ID, key string) (bool, error) {
	return exists(q.QueryRow(ctx, `SELECT 1 FROM projects_projects WHERE portal_id = $1 AND status = $2 LIMIT 1`, in, key))
}

func insertStatus(ctx context.Context, tx *store.Tx, in id.ID, s ProjectStatus) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_statuses (portal_id, key, name, name_key, colour, closed, own, position, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, in, s.Key, s.Name, fold(s.Name), s.Colour, s.Closed, s.Own, s.position, s.Version)
	return err
}

func updateStatus(ctx context.Context, tx *store.Tx, in id.ID, s ProjectStatus) (int64, error) {
	return tx.Exec(ctx, `UPDATE projects_statuses SET name = $3, name_key = $4, colour = $5, version = $6 WHERE portal_id = $1 AND key = $2 AND version = $6 - 1`,
		in, s.Key, s.Name, fold(s.Name), s.Colour, s.Version)
}

func deleteStatus(ctx context.Context, tx *store.Tx, in id.ID, key string) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM projects_statuses WHERE portal_id = $1 AND key = $2 AND own = 1`, in, key)
}

// touchStatus takes the row lock of a status the portal added.
func touchStatus(ctx context.Context, tx *store.Tx, in id.ID, key string) (int64, error) {
	return tx.Exec(ctx, `UPDATE projects_statuses SET position = position WHERE portal_id = $1 AND key = $2 AND own = 1`, in, key)
}

// orderStatuses keeps the order of all statuses; a built-in one gets a row by it. One
// that was removed meanwhile comes not back.
func orderStatuses(ctx context.Context, tx *store.Tx, in id.ID, all []ProjectStatus) error {
	type place struct {
		Key      string `json:"key"`
		Closed   int64  `json:"closed"`
		Position int64  `json:"position"`
	}
	var builtin, own []place
	for i, s := range all {
		p := place{Key: s.Key, Position: int64(i)}
		if s.Closed {
			p.Closed = 1
		}
		if s.Own {
			own = append(own, p)
		} else {
			builtin = append(builtin, p)
		}
	}
	b := store.Build(tx.Dialect())
	b.W(`INSERT INTO projects_statuses (portal_id, key, name, name_key, colour, closed, own, position, version)
		SELECT CAST(`, b.Arg(in), ` AS BIGINT), r.key, '', '', '', r.closed, 0, r.position, 1 FROM `,
		b.Rows("r", builtin, "key text", "closed int", "position int"),
		` WHERE true ON CONFLICT (portal_id, key) DO UPDATE SET position = excluded.position`)
	if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil || len(own) == 0 {
		return err
	}
	b = store.Build(tx.Dialect())
	b.W(`UPDATE projects_statuses SET position = r.position FROM `, b.Rows("r", own, "key text", "closed int", "position int"),
		` WHERE projects_statuses.portal_id = `, b.Arg(in), ` AND projects_statuses.key = r.key`)
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

// moveProjects gives all projects of one status another and says what outside hears of it.
func moveProjects(ctx context.Context, tx *store.Tx, in id.ID, from string, to Status) ([]portal.Change, error) {
	type project struct {
		id                id.ID
		watched, template bool
	}
	rows, err := tx.Query(ctx, `UPDATE projects_projects SET status = $3, closed = $4, updated_at = $5, version = version + 1
		WHERE portal_id = $1 AND status = $2 RETURNING id, watched, template`, in, from, to.Key, to.Closed, store.Micros(tx.Now()))
	moved, err := store.Collect(rows, err, func(r *sql.Rows) (project, error) {
		var p project
		return p, r.Scan(&p.id, &p.watched, &p.template)
	})
	var out []portal.Change
	for _, p := range moved {
		if !p.template {
			out = append(out, portal.Change{Kind: ChangeProjectStatus, Subject: p.id})
		}
		if p.watched {
			out = append(out, portal.Change{Kind: ChangeProjectChanged, Subject: p.id})
		}
	}
	return out, err
}
