package integration

import (
	"context"
	"encoding/json"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

const gridColumns = "profile_id, can_view, can_create, can_edit, can_delete, modules"

// gridRows gives the ticked rows by profile.
func gridRows(ctx context.Context, q store.Querier, org id.ID) (map[id.ID]GridRow, error) {
	rows, err := q.Query(ctx, "SELECT "+gridColumns+" FROM integration_grid WHERE org_id = $1", org)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[id.ID]GridRow{}
	for rows.Next() {
		var g GridRow
		var modules string
		r := &g.Rights
		if err := rows.Scan(&g.Profile, &r.View, &r.Create, &r.Edit, &r.Delete, &modules); err != nil {
			return nil, err
		}
		if g.Modules, err = readModules(modules); err != nil {
			return nil, err
		}
		out[g.Profile] = g
	}
	return out, rows.Err()
}

// writeGridRow keeps a row that has a tick and removes one that has none.
func writeGridRow(ctx context.Context, tx *store.Tx, org, profile id.ID, g GridRow) error {
	if g.Rights == (access.Rights{}) {
		return deleteGridRow(ctx, tx, org, profile)
	}
	modules, err := json.Marshal(g.Modules)
	if err != nil {
		return fault.Internal(err)
	}
	r := g.Rights
	_, err = tx.Exec(ctx, `INSERT INTO integration_grid (org_id, `+gridColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (org_id, profile_id) DO UPDATE
		SET can_view = excluded.can_view, can_create = excluded.can_create, can_edit = excluded.can_edit,
		can_delete = excluded.can_delete, modules = excluded.modules`,
		org, profile, flag(r.View), flag(r.Create), flag(r.Edit), flag(r.Delete), string(modules))
	return err
}

func deleteGridRow(ctx context.Context, tx *store.Tx, org, profile id.ID) error {
	_, err := tx.Exec(ctx, "DELETE FROM integration_grid WHERE org_id = $1 AND profile_id = $2", org, profile)
	return err
}

func readModules(text string) (map[string]access.Rights, error) {
	var m map[string]access.Rights
	if text == "" || text == "null" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return nil, fault.Internal(err)
	}
	return m, nil
}
