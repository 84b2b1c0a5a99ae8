package integration

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/store"
)

func clientLinks(ctx context.Context, q store.Querier, l link, after id.ID, limit int) ([]clientLink, error) {
	rows, err := q.Query(ctx, "SELECT "+clientColumns+` FROM integration_client_links
		WHERE org_id = $1 AND epoch = $2 AND hidden_at IS NULL AND company_id > $3 ORDER BY company_id LIMIT $4`,
		l.Org, l.Epoch, after, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (clientLink, error) {
		var c clientLink
		var by, at sql.NullInt64
		err := r.Scan(&c.Company, &c.Account, &c.Name, &c.Source, &by, &at)
		c.By, c.At = id.ID(by.Int64), timeOf(at)
		return c, err
	})
}

// deleteClientLink takes an account's tie and the ties of that client's users away.
func deleteClientLink(ctx context.Context, tx *store.Tx, l link, account id.ID) (bool, error) {
	var company id.ID
	err := tx.QueryRow(ctx, `DELETE FROM integration_client_links WHERE org_id = $1 AND epoch = $2 AND account_id = $3
		RETURNING company_id`, l.Org, l.Epoch, account).Scan(&company)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM integration_contact_links WHERE org_id = $1 AND epoch = $2 AND company_id = $3`, l.Org, l.Epoch, company)
	return true, err
}
