package integration

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/store"
)

const (
	clientColumns  = "company_id, account_id, name, source, linked_by, linked_at"
	contactColumns = "client_user_id, contact_id, company_id, account_id, source, linked_by, linked_at"
	projectColumns = "record_id, project_id, module, account_id, linked_by, linked_at"
)

// insertClientLink ties a client to an account. A tie that rests with a record in the
// bin gives way. It says false when the client or the account is tied elsewhere.
func insertClientLink(ctx context.Context, tx *store.Tx, l link, c clientLink) (bool, error) {
	_, err := tx.Exec(ctx, `DELETE FROM integration_client_links WHERE org_id = $1 AND epoch = $2
		AND (company_id = $3 OR account_id = $4) AND hidden_at IS NOT NULL`, l.Org, l.Epoch, c.Company, c.Account)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `INSERT INTO integration_client_links (org_id, epoch, `+clientColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		l.Org, l.Epoch, c.Company, c.Account, c.Name, c.Source, nullID(c.By), store.Micros(tx.Now()))
	return n == 1, err
}

// insertContactLink ties a client user to a contact, like insertClientLink.
func insertContactLink(ctx context.Context, tx *store.Tx, l link, c contactLink) (bool, error) {
	_, err := tx.Exec(ctx, `DELETE FROM integration_contact_links WHERE org_id = $1 AND epoch = $2
		AND (client_user_id = $3 OR contact_id = $4) AND hidden_at IS NOT NULL`, l.Org, l.Epoch, c.User, c.Contact)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `INSERT INTO integration_contact_links (org_id, epoch, `+contactColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		l.Org, l.Epoch, c.User, c.Contact, c.Company, nullID(c.Account), c.Source, nullID(c.By), store.Micros(tx.Now()))
	return n == 1, err
}

// insertProjectLink associates a project with a record; twice is once. An exclusion
// of the pair is lifted.
func insertProjectLink(ctx context.Context, tx *store.Tx, l link, p projectLink) error {
	_, err := tx.Exec(ctx, `DELETE FROM integration_exclusions
		WHERE org_id = $1 AND epoch = $2 AND record_id = $3 AND project_id = $4`, l.Org, l.Epoch, p.Record, p.Project)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO integration_project_links (org_id, epoch, `+projectColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (org_id, epoch, record_id, project_id) DO NOTHING`,
		l.Org, l.Epoch, p.Record, p.Project, p.Module, nullID(p.Account), nullID(p.By), store.Micros(tx.Now()))
	return err
}

// deleteProjectLink takes an association away and says whether there was one.
func deleteProjectLink(ctx context.Context, tx *store.Tx, l link, record, project id.ID) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM integration_project_links
		WHERE org_id = $1 AND epoch = $2 AND record_id = $3 AND project_id = $4`, l.Org, l.Epoch, record, project)
	return n > 0, err
}

// exclude keeps a project off a record to which it would come by itself.
func exclude(ctx context.Context, tx *store.Tx, l link, record, project, by id.ID) error {
	_, err := tx.Exec(ctx, `INSERT INTO integration_exclusions (org_id, epoch, record_id, project_id, excluded_by, excluded_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (org_id, epoch, record_id, project_id) DO NOTHING`,
		l.Org, l.Epoch, record, project, nullID(by), store.Micros(tx.Now()))
	return err
}

// clientOf gives the client tied to an account; a zero Company when there is none.
func clientOf(ctx context.Context, q store.Querier, l link, account id.ID) (clientLink, error) {
	c, err := scanClient(q.QueryRow(ctx, "SELECT "+clientColumns+` FROM integration_client_links
		WHERE org_id = $1 AND epoch = $2 AND account_id = $3 AND hidden_at IS NULL`, l.Org, l.Epoch, account))
	if errors.Is(err, sql.ErrNoRows) {
		return clientLink{}, nil
	}
	return c, err
}

func scanClient(row scanner) (clientLink, error) {
	var c clientLink
	var by, at sql.NullInt64
	err := row.Scan(&c.Company, &c.Account, &c.Name, &c.Source, &by, &at)
	c.By, c.At = id.ID(by.Int64), timeOf(at)
	return c, err
}

// clientsOf gives the clients tied to some accounts.
func clientsOf(ctx context.Context, q store.Querier, l link, accounts []id.ID) ([]clientLink, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT ", clientColumns, " FROM integration_client_links WHERE org_id = ", b.Arg(l.Org), " AND epoch = ", b.Arg(l.Epoch),
		" AND account_id IN ", b.IDs(accounts), " AND hidden_at IS NULL ORDER BY company_id LIMIT 5000")
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (clientLink, error) { return scanClient(r) })
}

// linksBelow gives the associations of some accounts and of their contacts and deals.
func linksBelow(ctx context.Context, q store.Querier, l link, accounts []id.ID) ([]projectLink, error) {
	var out []projectLink
	for _, by := range []string{"record_id", "account_id"} { // each has its index
		b := store.Build(q.Dialect())
		b.W("SELECT ", projectColumns, " FROM integration_project_links WHERE org_id = ", b.Arg(l.Org), " AND epoch = ", b.Arg(l.Epoch),
			" AND ", by, " IN ", b.IDs(accounts), " AND hidden_at IS NULL AND trashed_at IS NULL ORDER BY project_id LIMIT 5000")
		rows, err := q.Query(ctx, b.SQL(), b.Args()...)
		list, err := store.Collect(rows, err, func(r *sql.Rows) (projectLink, error) { return scanProjectLink(r) })
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func scanProjectLink(row scanner) (projectLink, error) {
	var p projectLink
	var account, who, at sql.NullInt64
	err := row.Scan(&p.Record, &p.Project, &p.Module, &account, &who, &at)
	p.Account, p.By, p.At = id.ID(account.Int64), id.ID(who.Int64), timeOf(at)
	return p, err
}

// contactLinks gives the client users tied to contacts: by "contact_id", to one of
// the contacts, by "account_id", to contacts of one of the accounts.
func contactLinks(ctx context.Context, q store.Querier, l link, by string, of []id.ID) ([]contactLink, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT ", contactColumns, " FROM integration_contact_links WHERE org_id = ", b.Arg(l.Org),
		" AND epoch = ", b.Arg(l.Epoch), " AND ", by, " IN ", b.IDs(of), " AND hidden_at IS NULL ORDER BY client_user_id LIMIT 5000")
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []contactLink
	for rows.Next() {
		var c contactLink
		var account, who, at sql.NullInt64
		if err := rows.Scan(&c.User, &c.Contact, &c.Company, &account, &c.Source, &who, &at); err != nil {
			return nil, err
		}
		c.Account, c.By, c.At = id.ID(account.Int64), id.ID(who.Int64), timeOf(at)
		list = append(list, c)
	}
	return list, rows.Err()
}

// projectLinks gives associations by a column: "record_id", "account_id" or
// "project_id". Those of a record in the bin are left out.
func projectLinks(ctx context.Context, q store.Querier, l link, by string, of id.ID) ([]projectLink, error) {
	rows, err := q.Query(ctx, "SELECT "+projectColumns+` FROM integration_project_links
		WHERE org_id = $1 AND epoch = $2 AND `+by+` = $3 AND hidden_at IS NULL AND trashed_at IS NULL
		ORDER BY linked_at DESC, record_id, project_id LIMIT 5000`, l.Org, l.Epoch, of)
	return store.Collect(rows, err, func(r *sql.Rows) (projectLink, error) { return scanProjectLink(r) })
}

func exclusions(ctx context.Context, q store.Querier, l link, record id.ID) ([]id.ID, error) {
	return ids(ctx, q, `SELECT project_id FROM integration_exclusions
		WHERE org_id = $1 AND epoch = $2 AND record_id = $3 ORDER BY project_id LIMIT 5000`, l.Org, l.Epoch, record)
}

// accountsOf gives the accounts tied to client companies.
func accountsOf(ctx context.Context, q store.Querier, l link, companies []id.ID) ([]id.ID, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT account_id FROM integration_client_links WHERE org_id = ", b.Arg(l.Org), " AND epoch = ", b.Arg(l.Epoch),
		" AND company_id IN ", b.IDs(companies), " AND hidden_at IS NULL ORDER BY account_id")
	return ids(ctx, q, b.SQL(), b.Args()...)
}
