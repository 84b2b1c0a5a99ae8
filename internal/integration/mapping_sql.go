package integration

import (
	"context"
	"database/sql"

	"musubi/internal/store"
)

// mappingsOf gives a module's mapping for the bound portal by target.
func mappingsOf(ctx context.Context, q store.Querier, l link, module string) (map[string]MappingChoice, error) {
	rows, err := q.Query(ctx, `SELECT target, field, flow FROM integration_mappings WHERE org_id = $1 AND portal_id = $2 AND module = $3`, l.Org, l.Portal, module)
	out := map[string]MappingChoice{}
	_, err = store.Collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var target string
		var c MappingChoice
		err := r.Scan(&target, &c.Field, &c.Flow)
		out[target] = c
		return struct{}{}, err
	})
	return out, err
}

func writeMappings(ctx context.Context, tx *store.Tx, l link, module string, in map[string]MappingChoice) error {
	if _, err := tx.Exec(ctx, `DELETE FROM integration_mappings WHERE org_id = $1 AND portal_id = $2 AND module = $3`, l.Org, l.Portal, module); err != nil {
		return err
	}
	for target, c := range in {
		_, err := tx.Exec(ctx, `INSERT INTO integration_mappings (org_id, portal_id, module, target, field, flow) VALUES ($1, $2, $3, $4, $5, $6)`,
			l.Org, l.Portal, module, target, c.Field, c.Flow)
		if err != nil {
			return err
		}
	}
	return nil
}
