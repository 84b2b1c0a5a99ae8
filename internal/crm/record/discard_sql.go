package record

import (
	"context"
	"database/sql"

	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/store"
)

// untouched gives those of the records that are as they were made and that nothing
// names, and holds their rows.
func untouched(ctx context.Context, tx *store.Tx, org id.ID, m *schema.Module, naming [][2]string, records []id.ID) ([]id.ID, error) {
	b := store.Build(tx.Dialect())
	b.W("SELECT t.id FROM ", m.Table, " t WHERE t.org_id = ", b.Arg(org), " AND t.deleted = 0 AND t.version = 1 AND ", b.WithinIDs("t.id", records),
		" AND NOT EXISTS (SELECT 1 FROM crm_notes n WHERE n.org_id = t.org_id AND n.record_id = t.id)",
		" AND NOT EXISTS (SELECT 1 FROM crm_attachments f WHERE f.org_id = t.org_id AND f.record_id = t.id)")
	for _, of := range naming {
		b.W(" AND NOT EXISTS (SELECT 1 FROM ", of[0], " x WHERE x.org_id = t.org_id AND x.deleted IN (0, 1) AND x.", of[1], " IS NOT NULL AND x.", of[1], " = t.id)")
	}
	b.W(" ORDER BY t.id", tx.Dialect().ForUpdate())
	rows, err := tx.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (n id.ID, err error) { return n, r.Scan(&n) })
}
