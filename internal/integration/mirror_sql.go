package integration

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

const mirrorColumns = `id, module, record_id, project_id, state, reason, left_out, crm_base, project_base, synced_at, epoch, version`

func scanMirror(r *sql.Rows) (Mirror, error) {
	var m Mirror
	var synced sql.NullInt64
	var why, left, crm, project string
	err := r.Scan(&m.ID, &m.Record.Module, &m.Record.ID, &m.Project, &m.State, &why, &left, &crm, &project, &synced, &m.epoch, &m.version)
	if err != nil {
		return m, err
	}
	m.SyncedAt = timeOf(synced)
	if m.Reason, err = faultOf(why); err != nil {
		return m, err
	}
	if m.LeftOut, err = faultOf(left); err != nil {
		return m, err
	}
	if err := json.Unmarshal([]byte(crm), &m.base.crm); err != nil {
		return m, fault.Internal(err)
	}
	if err := json.Unmarshal([]byte(project), &m.base.project); err != nil {
		return m, fault.Internal(err)
	}
	return m, nil
}

// mirrored says whether a module has a live field.
func mirrored(ctx context.Context, q store.Querier, l link, module string) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM integration_mappings WHERE org_id = $1 AND portal_id = $2 AND module = $3 AND flow <> 'once'`,
		l.Org, l.Portal, module).Scan(&n)
	return n > 0, err
}

// beginMissing makes up to limit mirrors of a module's associations, and says how many.
func beginMissing(ctx context.Context, tx *store.Tx, l link, module string, limit int) (int, error) {
	rows, err := tx.Query(ctx, `SELECT record_id, project_id FROM integration_project_links p WHERE org_id = $1 AND epoch = $2 AND module = $3
		AND NOT EXISTS (SELECT 1 FROM integration_mirrors m WHERE m.org_id = p.org_id AND m.epoch = p.epoch AND m.record_id = p.record_id AND m.project_id = p.project_id)
		LIMIT $4`, l.Org, l.Epoch, module, limit)
	missing, err := store.Collect(rows, err, func(r *sql.Rows) (p [2]id.ID, err error) {
		err = r.Scan(&p[0], &p[1])
		return p, err
	})
	if err != nil {
		return 0, err
	}
	for _, p := range missing {
		if err := beginMirror(ctx, tx, l, module, p[0], p[1]); err != nil {
			return 0, err
		}
	}
	return len(missing), nil
}

// lookAgain has all mirrors of a module looked at.
func lookAgain(ctx context.Context, tx *store.Tx, l link, module string) error {
	_, err := tx.Exec(ctx, `UPDATE integration_mirrors SET state = 'waiting', reason = '', queued_at = $4, version = version + 1
		WHERE org_id = $1 AND epoch = $2 AND module = $3`, l.Org, l.Epoch, module, store.Micros(tx.Now()))
	return err
}

func beginMirror(ctx context.Context, tx *store.Tx, l link, module string, rec, project id.ID) error {
	_, err := tx.Exec(ctx, `INSERT INTO integration_mirrors (org_id, id, epoch, module, record_id, project_id, state, queued_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7) ON CONFLICT DO NOTHING`, l.Org, tx.NewID(), l.Epoch, module, rec, project, store.Micros(tx.Now()))
	return err
}

func dropMirrors(ctx context.Context, tx *store.Tx, l link, module string) error {
	_, err := tx.Exec(ctx, `DELETE FROM integration_mirrors WHERE org_id = $1 AND epoch = $2 AND module = $3`, l.Org, l.Epoch, module)
	return err
}

func dropMirror(ctx context.Context, tx *store.Tx, l link, rec, project id.ID) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM integration_mirrors WHERE org_id = $1 AND epoch = $2 AND record_id = $3 AND project_id = $4`, l.Org, l.Epoch, rec, project)
}

// unmirrored gives those of the projects that no mirror follows.
func unmirrored(ctx context.Context, q store.Querier, l link, projects []id.ID) ([]id.ID, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT DISTINCT project_id FROM integration_mirrors WHERE org_id = ", b.Arg(l.Org), " AND epoch = ", b.Arg(l.Epoch), " AND ", b.WithinIDs("project_id", projects))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	followed, err := store.Collect(rows, err, func(r *sql.Rows) (n id.ID, err error) { return n, r.Scan(&n) })
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(projects), func(n id.ID) bool { return slices.Contains(followed, n) }), nil
}

// waitMirrors notes that the mirrors of a record or a project are to be looked at, but
// for one, and says how many.
func waitMirrors(ctx context.Context, tx *store.Tx, l link, column string, of, but id.ID) (int64, error) {
	return tx.Exec(ctx, `UPDATE integration_mirrors SET state = 'waiting', reason = '', queued_at = $5, version = version + 1
		WHERE org_id = $1 AND epoch = $2 AND `+column+` = $3 AND id <> $4`, l.Org, l.Epoch, of, but, store.Micros(tx.Now()))
}

func retryMirrors(ctx context.Context, tx *store.Tx, l link) error {
	_, err := tx.Exec(ctx, `UPDATE integration_mirrors SET state = 'waiting', reason = '', queued_at = $3, version = version + 1
		WHERE org_id = $1 AND epoch = $2 AND state = 'failed'`, l.Org, l.Epoch, store.Micros(tx.Now()))
	return err
}

// mirrorsIn lists mirrors of a state in the order they were queued.
func mirrorsIn(ctx context.Context, q store.Querier, l link, state string, after int64, limit int) ([]Mirror, error) {
	rows, err := q.Query(ctx, "SELECT "+mirrorColumns+` FROM integration_mirrors WHERE org_id = $1 AND epoch = $2 AND state = $3 AND queued_at >= $4
		ORDER BY queued_at, id LIMIT $5`, l.Org, l.Epoch, state, after, limit)
	return store.Collect(rows, err, scanMirror)
}

func mirrorsBefore(ctx context.Context, q store.Querier, l link, state string, before id.ID, limit int) ([]Mirror, error) {
	rows, err := q.Query(ctx, "SELECT "+mirrorColumns+` FROM integration_mirrors WHERE org_id = $1 AND epoch = $2 AND state = $3 AND id < $4
		ORDER BY id DESC LIMIT $5`, l.Org, l.Epoch, state, before, limit)
	return store.Collect(rows, err, scanMirror)
}

// saveMirror stores what a round ended with; errLate when somebody else was quicker.
func saveMirror(ctx context.Context, tx *store.Tx, org id.ID, m Mirror) error {
	why, err := wordsOf(m.Reason)
	if err != nil {
		return err
	}
	left, err := wordsOf(m.LeftOut)
	if err != nil {
		return err
	}
	crm, err := json.Marshal(m.base.crm)
	if err != nil {
		return fault.Internal(err)
	}
	project, err := json.Marshal(m.base.project)
	if err != nil {
		return fault.Internal(err)
	}
	n, err := tx.Exec(ctx, `UPDATE integration_mirrors SET state = $4, reason = $5, left_out = $6, crm_base = $7, project_base = $8, synced_at = $9, version = version + 1
		WHERE org_id = $1 AND id = $2 AND version = $3`, org, m.ID, m.version, m.State, why, left, string(crm), string(project), nullTime(m.SyncedAt))
	if err == nil && n == 0 {
		err = errLate
	}
	return err
}

// insertMirrorConflict logs a value that is written over; the same one once an hour,
// so that a round that begins again does not tell it twice.
func insertMirrorConflict(ctx context.Context, tx *store.Tx, l link, m Mirror, c MirrorConflict) error {
	now := tx.Now()
	_, err := tx.Exec(ctx, `INSERT INTO integration_mirror_conflicts (org_id, id, epoch, module, record_id, project_id, target, label, crm_value, project_value, winner, at)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 WHERE NOT EXISTS (SELECT 1 FROM integration_mirror_conflicts
		WHERE org_id = $1 AND epoch = $3 AND record_id = $5 AND project_id = $6 AND target = $7 AND crm_value = $9 AND project_value = $10 AND winner = $11 AND at > $13)`,
		l.Org, tx.NewID(), l.Epoch, m.Record.Module, m.Record.ID, m.Project, c.Target, c.Label, c.CRM, c.Other, c.Winner, store.Micros(now), store.Micros(now.Add(-time.Hour)))
	return err
}

// mirrorConflicts lists what was written over, with the rows' ids.
func mirrorConflicts(ctx context.Context, q store.Querier, l link, before id.ID, limit int) ([]MirrorConflict, []id.ID, error) {
	rows, err := q.Query(ctx, `SELECT id, module, record_id, project_id, target, label, crm_value, project_value, winner, at FROM integration_mirror_conflicts
		WHERE org_id = $1 AND epoch = $2 AND id < $3 ORDER BY id DESC LIMIT $4`, l.Org, l.Epoch, before, limit)
	var ids []id.ID
	out, err := store.Collect(rows, err, func(r *sql.Rows) (c MirrorConflict, err error) {
		var n id.ID
		var at int64
		err = r.Scan(&n, &c.Record.Module, &c.Record.ID, &c.Project, &c.Target, &c.Label, &c.CRM, &c.Other, &c.Winner, &at)
		c.At = store.FromMicros(at)
		ids = append(ids, n)
		return c, err
	})
	return out, ids, err
}
