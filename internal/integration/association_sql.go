package integration

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/store"
)

// ties are the present ties around a batch, by either end.
type ties struct {
	accountOf map[id.ID]id.ID // company → account
	companyOf map[id.ID]id.ID // account → company
	contactOf map[id.ID]id.ID // client user → contact
	userOf    map[id.ID]id.ID // contact → client user
}

// tiesAround reads the ties of every company, account, client user and contact of a
// batch, two statements.
func tiesAround(ctx context.Context, tx *store.Tx, l link, p batch) (ties, error) {
	var companies, accounts, users, contacts []id.ID
	for _, c := range p.clients {
		companies = append(companies, c.ID)
		for _, u := range c.Users {
			users = append(users, u.ID)
		}
	}
	for _, list := range p.accounts {
		for _, m := range list {
			accounts = append(accounts, m.ID)
		}
	}
	for _, list := range p.contacts {
		for _, m := range list {
			contacts = append(contacts, m.ID)
		}
	}
	t := ties{map[id.ID]id.ID{}, map[id.ID]id.ID{}, map[id.ID]id.ID{}, map[id.ID]id.ID{}}
	err := pairs(ctx, tx, l, "integration_client_links", "company_id", "account_id", companies, accounts, t.accountOf, t.companyOf)
	if err == nil {
		err = pairs(ctx, tx, l, "integration_contact_links", "client_user_id", "contact_id", users, contacts, t.contactOf, t.userOf)
	}
	return t, err
}

// pairs fills both maps with the rows of a table whose a is one of as or whose b is
// one of bs: two index look-ups joined, since an OR would use neither index.
func pairs(ctx context.Context, tx *store.Tx, l link, table, a, b string, as, bs []id.ID, ofA, ofB map[id.ID]id.ID) error {
	q := store.Build(tx.Dialect())
	base := "SELECT " + a + ", " + b + " FROM " + table + " WHERE org_id = "
	q.W(base, q.Arg(l.Org), " AND epoch = ", q.Arg(l.Epoch), " AND hidden_at IS NULL AND ", q.WithinIDs(a, as),
		" UNION ", base, q.Arg(l.Org), " AND epoch = ", q.Arg(l.Epoch), " AND hidden_at IS NULL AND ", q.WithinIDs(b, bs))
	rows, err := tx.Query(ctx, q.SQL(), q.Args()...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var x, y id.ID
		if err := rows.Scan(&x, &y); err != nil {
			return err
		}
		ofA[x], ofB[y] = y, x
	}
	return rows.Err()
}

// insertTies writes a batch's ties; those that rest in the bin give way to them.
func insertTies(ctx context.Context, tx *store.Tx, l link, clients []clientLink, contacts []contactLink) error {
	if len(clients) > 0 {
		var companies, accounts []id.ID
		for _, c := range clients {
			companies, accounts = append(companies, c.Company), append(accounts, c.Account)
		}
		if err := dropHidden(ctx, tx, l, "integration_client_links", "company_id", "account_id", companies, accounts); err != nil {
			return err
		}
		if err := insertClientLinks(ctx, tx, l, clients); err != nil {
			return err
		}
	}
	if len(contacts) == 0 {
		return nil
	}
	var users, people []id.ID
	for _, c := range contacts {
		users, people = append(users, c.User), append(people, c.Contact)
	}
	if err := dropHidden(ctx, tx, l, "integration_contact_links", "client_user_id", "contact_id", users, people); err != nil {
		return err
	}
	return insertContactLinks(ctx, tx, l, contacts)
}

// Batches go in as one JSON parameter: SQLite looks every placeholder up among those
// before it, so that thousands of them cost more than the rows.

func insertClientLinks(ctx context.Context, tx *store.Tx, l link, list []clientLink) error {
	type row struct {
		Company id.ID  `json:"company"`
		Account id.ID  `json:"account"`
		Name    string `json:"name"`
		Source  string `json:"source"`
	}
	rows := make([]row, len(list))
	for i, c := range list {
		rows[i] = row{c.Company, c.Account, c.Name, c.Source}
	}
	b := store.Build(tx.Dialect())
	b.W("INSERT INTO integration_client_links (org_id, epoch, ", clientColumns, ") SELECT CAST(", b.Arg(l.Org), " AS BIGINT), CAST(",
		b.Arg(l.Epoch), " AS BIGINT), r.company, r.account, r.name, r.source, NULL, CAST(", b.Arg(store.Micros(tx.Now())), " AS BIGINT) FROM ",
		b.Rows("r", rows, "company int", "account int", "name text", "source text"))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

func insertContactLinks(ctx context.Context, tx *store.Tx, l link, list []contactLink) error {
	type row struct {
		User    id.ID  `json:"client_user"`
		Contact id.ID  `json:"contact"`
		Company id.ID  `json:"company"`
		Account id.ID  `json:"account,omitempty"`
		Source  string `json:"source"`
	}
	rows := make([]row, len(list))
	for i, c := range list {
		rows[i] = row{c.User, c.Contact, c.Company, c.Account, c.Source}
	}
	b := store.Build(tx.Dialect())
	b.W("INSERT INTO integration_contact_links (org_id, epoch, ", contactColumns, ") SELECT CAST(", b.Arg(l.Org), " AS BIGINT), CAST(",
		b.Arg(l.Epoch), " AS BIGINT), r.client_user, r.contact, r.company, r.account, r.source, NULL, CAST(", b.Arg(store.Micros(tx.Now())), " AS BIGINT) FROM ",
		b.Rows("r", rows, "client_user int", "contact int", "company int", "account int", "source text"))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

// dropHidden lets ties that rest with a record in the bin give way to new ones. One
// statement for each end: an OR would use neither index on a table without statistics.
func dropHidden(ctx context.Context, tx *store.Tx, l link, table, a, b string, as, bs []id.ID) error {
	for _, end := range []struct {
		column string
		ids    []id.ID
	}{{a, as}, {b, bs}} {
		q := store.Build(tx.Dialect())
		q.W("DELETE FROM ", table, " WHERE org_id = ", q.Arg(l.Org), " AND epoch = ", q.Arg(l.Epoch),
			" AND hidden_at IS NOT NULL AND ", q.WithinIDs(end.column, end.ids))
		if _, err := tx.Exec(ctx, q.SQL(), q.Args()...); err != nil {
			return err
		}
	}
	return nil
}

const rowColumns = "kind, client, user_name, email, account_id, account, contact_id, contact, reason, failed"

// insertRows writes a batch's outcomes.
func insertRows(ctx context.Context, tx *store.Tx, org, runID id.ID, list []AssociationRow) error {
	if len(list) == 0 {
		return nil
	}
	type row struct {
		ID        id.ID  `json:"id"`
		Kind      string `json:"kind"`
		Client    string `json:"client"`
		User      string `json:"user_name"`
		Email     string `json:"email"`
		AccountID id.ID  `json:"account_id,omitempty"`
		Account   string `json:"account"`
		ContactID id.ID  `json:"contact_id,omitempty"`
		Contact   string `json:"contact"`
		Reason    string `json:"reason"`
		Failed    int    `json:"failed"`
	}
	rows := make([]row, len(list))
	for i, r := range list {
		rows[i] = row{tx.NewID(), r.Kind, r.Client, r.User, r.Email, r.AccountID, r.Account, r.ContactID, r.Contact, r.Reason, 0}
		if !r.Info {
			rows[i].Failed = 1
		}
	}
	b := store.Build(tx.Dialect())
	b.W("INSERT INTO integration_association_rows (org_id, run_id, id, ", rowColumns, ") SELECT CAST(", b.Arg(org), " AS BIGINT), CAST(",
		b.Arg(runID), " AS BIGINT), id, ", rowColumns, " FROM ", b.Rows("r", rows, "id int", "kind text", "client text", "user_name text",
			"email text", "account_id int", "account text", "contact_id int", "contact text", "reason text", "failed int"))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

// eachRow gives a run's outcomes in order, in pages, so that any number fits memory.
func eachRow(ctx context.Context, q store.Querier, org, runID id.ID, fn func(AssociationRow) error) error {
	var after id.ID
	for {
		list, last, err := rowsAfter(ctx, q, org, runID, AssociationFilter{}, after, 2000)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, r := range list {
			if err := fn(r); err != nil {
				return err
			}
		}
		after = last
	}
}

// rowsAfter gives up to limit outcomes after a row, and the last one's id.
func rowsAfter(ctx context.Context, q store.Querier, org, runID id.ID, f AssociationFilter, after id.ID, limit int) ([]AssociationRow, id.ID, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT id, ", rowColumns, " FROM integration_association_rows WHERE org_id = ", b.Arg(org), " AND run_id = ", b.Arg(runID))
	if f.Failed {
		b.W(" AND failed = 1")
	}
	if f.Reason != "" {
		b.W(" AND reason = ", b.Arg(f.Reason))
	}
	b.W(" AND id > ", b.Arg(after), " ORDER BY id LIMIT ", b.Arg(limit))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	var out []AssociationRow
	var last id.ID
	for rows.Next() {
		var r AssociationRow
		var account, contact sql.NullInt64
		var bad bool
		if err := rows.Scan(&last, &r.Kind, &r.Client, &r.User, &r.Email, &account, &r.Account, &contact, &r.Contact, &r.Reason, &bad); err != nil {
			return nil, 0, err
		}
		r.AccountID, r.ContactID, r.Info = id.ID(account.Int64), id.ID(contact.Int64), !bad
		out = append(out, r)
	}
	return out, last, rows.Err()
}

// countRows counts a run's outcomes by kind and reason.
func countRows(ctx context.Context, q store.Querier, org, runID id.ID) (clients, users AssociationCounts, reasons []ReasonCount, err error) {
	rows, err := q.Query(ctx, `SELECT kind, reason, failed, COUNT(*) FROM integration_association_rows
		WHERE org_id = $1 AND run_id = $2 GROUP BY kind, reason, failed ORDER BY reason, kind`, org, runID)
	if err != nil {
		return clients, users, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var kind, reason string
		var bad bool
		var n int64
		if err := rows.Scan(&kind, &reason, &bad, &n); err != nil {
			return clients, users, nil, err
		}
		into := &clients
		if kind == RowUser {
			into = &users
		}
		into.Total += n
		if bad {
			into.Failed += n
		} else {
			into.Associated += n
		}
		if reason == "" {
			continue
		}
		if k := len(reasons); k > 0 && reasons[k-1].Reason == reason {
			reasons[k-1].Count += n
		} else {
			reasons = append(reasons, ReasonCount{reason, n})
		}
	}
	return clients, users, reasons, rows.Err()
}
