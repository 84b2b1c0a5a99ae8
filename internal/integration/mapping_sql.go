package integration

import (
	"context"
	"database/sql"

	"musubi/internal/store"
)

// mappingsOf gives a module's mapping for the bound portal: fields by target.
func mappingsOf(ctx context.Context, q store.Querier, l link, module string) (map[string]string, error) {
	rows, err := q.Query(ctx, `SELECT target, field FROM integration_mappings WHERE org_id = $1 AND portal_id = $2 AND module = $3`, l.Org, l.Portal, module)
	out := map[string]string{}
	_, err = store.Collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var target, field string
		err := r.Scan(&target, &field)
		out[target] = field
		return struct{}{}, err
	})
	return out, err
}

func writeMappings(ctx context.Context, tx *store.Tx, l link, module string, in map[string]string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM integration_mappings WHERE org_id = $1 AND portal_id = $2 AND module = $3`, l.Org, l.Portal, module); err != nil {
		return err
	}
	for target, field := range in {
		_, err := tx.Exec(ctx, `INSERT INTO integration_mappings (org_id, portal_id, module, target, field) VALUES ($1, $2, $3, $4, $5)`, l.Org, l.Portal, module, target, field)
		if err != nil {
			return err
		}
	}
	return nil
}
