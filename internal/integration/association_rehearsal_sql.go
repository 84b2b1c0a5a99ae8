package integration

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/store"
)

// tiedCompanies says which of the clients are tied to an account that shows.
func tiedCompanies(ctx context.Context, q store.Querier, l link, companies []id.ID) (map[id.ID]bool, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT company_id FROM integration_client_links WHERE org_id = ", b.Arg(l.Org), " AND epoch = ", b.Arg(l.Epoch),
		" AND company_id IN ", b.IDs(companies), " AND hidden_at IS NULL")
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	list, err := store.Collect(rows, err, func(r *sql.Rows) (n id.ID, err error) {
		err = r.Scan(&n)
		return n, err
	})
	out := map[id.ID]bool{}
	for _, n := range list {
		out[n] = true
	}
	return out, err
}

// deleteMatched deletes what the association run tied and says how many clients that
// were.
func deleteMatched(ctx context.Context, tx *store.Tx, l link) (int64, error) {
	if _, err := tx.Exec(ctx, `DELETE FROM integration_contact_links WHERE org_id = $1 AND epoch = $2 AND source = $3`, l.Org, l.Epoch, SourceMatched); err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `DELETE FROM integration_client_links WHERE org_id = $1 AND epoch = $2 AND source = $3`, l.Org, l.Epoch, SourceMatched)
}
