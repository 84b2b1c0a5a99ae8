package integration

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// writeKeyEnds keeps when the key that is used ends, zero for not, and says whether that
// is news.
func writeKeyEnds(ctx context.Context, tx *store.Tx, org id.ID, ends int64) (bool, error) {
	var at any
	if ends != 0 {
		at = ends
	}
	n, err := tx.Exec(ctx, `UPDATE integration_contact SET key_ends_at = CAST($2 AS BIGINT) WHERE org_id = $1 AND COALESCE(key_ends_at, 0) <> $3`, org, at, ends)
	return n == 1 && ends != 0, err
}

// writeContact keeps the moment of an answer, or the first moment of a silence.
func writeContact(ctx context.Context, tx *store.Tx, org id.ID, failure *fault.Error) error {
	now := store.Micros(tx.Now())
	if failure == nil {
		_, err := tx.Exec(ctx, `INSERT INTO integration_contact (org_id, answered_at, failed_at, failure) VALUES ($1, $2, NULL, '')
			ON CONFLICT (org_id) DO UPDATE SET answered_at = excluded.answered_at, failed_at = NULL, failure = ''`, org, now)
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO integration_contact (org_id, answered_at, failed_at, failure) VALUES ($1, NULL, $2, $3)
		ON CONFLICT (org_id) DO UPDATE SET failure = excluded.failure,
		failed_at = COALESCE(integration_contact.failed_at, excluded.failed_at)`, org, now, failure.Key)
	return err
}

func readContact(ctx context.Context, q store.Querier, org id.ID) (Contact, error) {
	var c Contact
	var answered, failed, ends sql.NullInt64
	err := q.QueryRow(ctx, `SELECT answered_at, failed_at, failure, key_ends_at FROM integration_contact WHERE org_id = $1`, org).Scan(&answered, &failed, &c.Failure, &ends)
	if errors.Is(err, sql.ErrNoRows) {
		return c, nil
	}
	c.AnsweredAt, c.FailedAt, c.KeyEndsAt = timeOf(answered), timeOf(failed), timeOf(ends)
	return c, err
}

func countQueue(ctx context.Context, q store.Querier, l link, h *Health) error {
	return q.QueryRow(ctx, `SELECT
		(SELECT COUNT(*) FROM integration_intents WHERE org_id = $1 AND state = 'pending'),
		(SELECT COUNT(*) FROM integration_firings WHERE org_id = $1 AND state = 'waiting'),
		(SELECT COUNT(*) FROM integration_firings WHERE org_id = $1 AND state = 'failed'),
		(SELECT COUNT(*) FROM integration_task_links WHERE org_id = $1 AND epoch = $2 AND state = 'waiting'),
		(SELECT COUNT(*) FROM integration_task_links WHERE org_id = $1 AND epoch = $2 AND state = 'failed'),
		(SELECT COUNT(*) FROM integration_mirrors WHERE org_id = $1 AND epoch = $2 AND state = 'waiting'),
		(SELECT COUNT(*) FROM integration_mirrors WHERE org_id = $1 AND epoch = $2 AND state = 'failed')`, l.Org, l.Epoch).
		Scan(&h.Waiting.Projects, &h.Waiting.Firings, &h.Failed.Firings, &h.Waiting.Tasks, &h.Failed.Tasks, &h.Waiting.Mirrors, &h.Failed.Mirrors)
}

// countTies counts the ties of the present binding by kind and state.
func countTies(ctx context.Context, q store.Querier, l link) ([]TieCount, error) {
	out := []TieCount{{Kind: tieClient}, {Kind: tieContact}, {Kind: tieProject}, {Kind: tieExclusion}}
	count := `COALESCE(SUM(CASE WHEN hidden_at IS NULL THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN hidden_at IS NULL THEN 0 ELSE 1 END), 0), 0`
	for i, text := range []string{
		`SELECT ` + count + ` FROM integration_client_links WHERE org_id = $1 AND epoch = $2`,
		`SELECT ` + count + ` FROM integration_contact_links WHERE org_id = $1 AND epoch = $2`,
		`SELECT COALESCE(SUM(CASE WHEN hidden_at IS NULL AND trashed_at IS NULL THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN hidden_at IS NOT NULL THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN hidden_at IS NULL AND trashed_at IS NOT NULL THEN 1 ELSE 0 END), 0)
			FROM integration_project_links WHERE org_id = $1 AND epoch = $2`,
		`SELECT COUNT(*), 0, 0 FROM integration_exclusions WHERE org_id = $1 AND epoch = $2`,
	} {
		if err := q.QueryRow(ctx, text, l.Org, l.Epoch).Scan(&out[i].Shown, &out[i].Hidden, &out[i].Trashed); err != nil {
			return nil, err
		}
	}
	return out, nil
}
