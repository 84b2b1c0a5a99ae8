package integration

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// step is one step of the set-up as it was left. Version 0 is one never saved.
type step struct {
	Version int64
	Value   chosen
	Sealed  []byte
}

func readStep(ctx context.Context, q store.Querier, org id.ID, name string) (step, error) {
	var st step
	var value string
	err := q.QueryRow(ctx, "SELECT version, value, sealed FROM integration_steps WHERE org_id = $1 AND step = $2",
		org, name).Scan(&st.Version, &value, &st.Sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return step{}, nil
	}
	if err != nil {
		return step{}, err
	}
	if err := json.Unmarshal([]byte(value), &st.Value); err != nil {
		return step{}, fault.Internal(err)
	}
	return st, nil
}

// writeStep saves a step read at a version; false says somebody saved in between.
func writeStep(ctx context.Context, tx *store.Tx, org id.ID, name string, version int64,
	value string, sealed []byte, by id.ID) (bool, error) {
	text := `UPDATE integration_steps SET version = version + 1, value = $4, sealed = $5, saved_by = $6, saved_at = $7
		WHERE org_id = $1 AND step = $2 AND version = $3`
	if version == 0 {
		text = `INSERT INTO integration_steps (org_id, step, version, value, sealed, saved_by, saved_at)
			VALUES ($1, $2, $3 + 1, $4, $5, $6, $7) ON CONFLICT (org_id, step) DO NOTHING`
	}
	n, err := tx.Exec(ctx, text, org, name, version, value, sealed, by, store.Micros(tx.Now()))
	return n == 1, err
}

// clearSteps forgets the steps, and with them a typed key, and takes back a request for
// approval that waits. The row stays with a higher version, so that a form read before
// is stale.
func clearSteps(ctx context.Context, tx *store.Tx, org id.ID) error {
	if err := cancelApprovals(ctx, tx, org); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE integration_steps SET version = version + 1, value = '{}', sealed = NULL
		WHERE org_id = $1`, org)
	return err
}
