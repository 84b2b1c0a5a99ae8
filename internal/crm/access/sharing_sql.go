package access

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/store"
)

func sharingOf(ctx context.Context, q store.Querier, org id.ID) (map[string]SharingDefault, error) {
	rows, err := q.Query(ctx, "SELECT module, sharing, version FROM crm_sharing WHERE org_id = $1", org)
	list, err := store.Collect(rows, err, func(row *sql.Rows) (SharingDefault, error) {
		var d SharingDefault
		err := row.Scan(&d.Module, &d.Sharing, &d.Version)
		return d, err
	})
	all := make(map[string]SharingDefault, len(list))
	for _, d := range list {
		all[d.Module] = d
	}
	return all, err
}

func saveSharing(ctx context.Context, tx *store.Tx, org id.ID, d SharingDefault) error {
	_, err := tx.Exec(ctx, `INSERT INTO crm_sharing (org_id, module, sharing, version, updated_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (org_id, module) DO UPDATE
		SET sharing = excluded.sharing, version = excluded.version, updated_at = excluded.updated_at`,
		org, d.Module, string(d.Sharing), d.Version, store.Micros(tx.Now()))
	return err
}
