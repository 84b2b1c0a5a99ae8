package servicekey

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"musubi/internal/id"
	"musubi/internal/store"
)

func insertGrace(ctx context.Context, tx *store.Tx, in, person id.ID, until time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_key_grace (portal_id, person_id, valid_until) VALUES ($1, $2, $3)`, in, person, store.Micros(until))
	return err
}

func endGrace(ctx context.Context, tx *store.Tx, in id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_key_grace WHERE portal_id = $1`, in)
	return err
}

// graceIn says until when a former owner's key opens the portal; zero when none does.
func graceIn(ctx context.Context, q store.Querier, now time.Time, in id.ID) (time.Time, error) {
	var until sql.NullInt64
	err := q.QueryRow(ctx, `SELECT MAX(valid_until) FROM projects_key_grace WHERE portal_id = $1 AND valid_until > $2`, in, store.Micros(now)).Scan(&until)
	if err != nil || !until.Valid {
		return time.Time{}, err
	}
	return store.FromMicros(until.Int64), nil
}

// graceOf is graceIn for one person, as long as they are active in the portal.
func graceOf(ctx context.Context, q store.Querier, now time.Time, person, in id.ID) (time.Time, error) {
	var until int64
	err := q.QueryRow(ctx, `SELECT g.valid_until FROM projects_key_grace g
		JOIN projects_portals p ON p.id = g.portal_id AND p.deleted_at IS NULL
		JOIN projects_people pe ON pe.portal_id = g.portal_id AND pe.person_id = g.person_id AND pe.active = 1 AND pe.removed_at IS NULL
		WHERE g.portal_id = $1 AND g.person_id = $2 AND g.valid_until > $3`, in, person, store.Micros(now)).Scan(&until)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return store.FromMicros(until), err
}
