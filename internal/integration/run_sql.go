package integration

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/store"
)

const runColumns = `id, kind, state, epoch, step, cursor, total, done, failed, error,
	portal_id, key_sealed, key_email, started_by, started_at, finished_at`

func insertRun(ctx context.Context, tx *store.Tx, r run) error {
	_, err := tx.Exec(ctx, `INSERT INTO integration_runs (org_id, id, kind, state, epoch, step,
		cursor, total, done, failed, error, portal_id, key_sealed, key_email, started_by, started_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		r.Org, r.ID, r.Kind, r.State, r.Epoch, r.Step, r.Cursor, r.Total, r.Done, r.Failed, r.Error,
		nullID(r.Portal), r.KeySealed, r.KeyEmail, nullID(r.By), store.Micros(r.StartedAt))
	return err
}

// setRunCursor says where a new run begins and how much there is to do.
func setRunCursor(ctx context.Context, tx *store.Tx, r run, total int64) error {
	_, err := tx.Exec(ctx, "UPDATE integration_runs SET cursor = $3, total = $4 WHERE org_id = $1 AND id = $2", r.Org, r.ID, r.Cursor, total)
	return err
}

// readRun gives one run; a zero ID when there is none.
func readRun(ctx context.Context, q store.Querier, org, runID id.ID) (run, error) {
	return scanRun(org, q.QueryRow(ctx,
		"SELECT "+runColumns+" FROM integration_runs WHERE org_id = $1 AND id = $2", org, runID))
}

// latestRun gives the newest run of a kind; a zero ID when there is none. Ids alone do
// not say which it is: each of several processes takes them from a block of its own.
func latestRun(ctx context.Context, q store.Querier, org id.ID, kind string) (run, error) {
	return scanRun(org, q.QueryRow(ctx, "SELECT "+runColumns+` FROM integration_runs
		WHERE org_id = $1 AND kind = $2 ORDER BY started_at DESC, id DESC LIMIT 1`, org, kind))
}

func scanRun(org id.ID, row scanner) (run, error) {
	r := run{Org: org}
	var portal, by, started, finished sql.NullInt64
	err := row.Scan(&r.ID, &r.Kind, &r.State, &r.Epoch, &r.Step, &r.Cursor, &r.Total, &r.Done, &r.Failed,
		&r.Error, &portal, &r.KeySealed, &r.KeyEmail, &by, &started, &finished)
	if errors.Is(err, sql.ErrNoRows) {
		return run{Org: org}, nil
	}
	r.Portal, r.By = id.ID(portal.Int64), id.ID(by.Int64)
	r.StartedAt, r.FinishedAt = timeOf(started), timeOf(finished)
	return r, err
}

func advanceRun(ctx context.Context, tx *store.Tx, r run, p progress) (int64, error) {
	return tx.Exec(ctx, `UPDATE integration_runs SET state = 'running', step = step + 1, cursor = $5,
		total = CASE WHEN $6 > 0 THEN $6 ELSE total END, done = done + $7, failed = failed + $8
		WHERE org_id = $1 AND id = $2 AND epoch = $3 AND step = $4 AND state IN ('queued', 'running')`,
		r.Org, r.ID, r.Epoch, r.Step, p.Cursor, p.Total, p.Done, p.Failed)
}

func finishRun(ctx context.Context, tx *store.Tx, r run, state, key string) (int64, error) {
	return tx.Exec(ctx, `UPDATE integration_runs SET state = $5, error = $6, finished_at = $7, key_sealed = NULL
		WHERE org_id = $1 AND id = $2 AND epoch = $3 AND step = $4 AND state IN ('queued', 'running')`,
		r.Org, r.ID, r.Epoch, r.Step, state, key, store.Micros(tx.Now()))
}

// stopRuns ends the unfinished runs of a kind.
func stopRuns(ctx context.Context, tx *store.Tx, org id.ID, kind string) error {
	_, err := tx.Exec(ctx, `UPDATE integration_runs SET state = 'stopped', finished_at = $3
		WHERE org_id = $1 AND kind = $2 AND state IN ('queued', 'running')`, org, kind, store.Micros(tx.Now()))
	return err
}

// stalledRuns gives the unfinished runs of an organisation.
func stalledRuns(ctx context.Context, q store.Querier, org id.ID) ([]run, error) {
	rows, err := q.Query(ctx, "SELECT "+runColumns+` FROM integration_runs
		WHERE org_id = $1 AND state IN ('queued', 'running') ORDER BY id`, org)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []run
	for rows.Next() {
		r, err := scanRun(org, rows)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}
