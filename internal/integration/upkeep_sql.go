package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/store"
)

// trashLinks marks the associations of a project that went to the bin of Projects, or
// came back from it. They are kept: what was restored stands where it stood.
func trashLinks(ctx context.Context, tx *store.Tx, l link, project id.ID, trashed bool) error {
	var at any
	if trashed {
		at = store.Micros(tx.Now())
	}
	_, err := tx.Exec(ctx, `UPDATE integration_project_links SET trashed_at = $4
		WHERE org_id = $1 AND epoch = $2 AND project_id = $3`, l.Org, l.Epoch, project, at)
	return err
}

func renameClient(ctx context.Context, tx *store.Tx, l link, company id.ID, name string) error {
	_, err := tx.Exec(ctx, `UPDATE integration_client_links SET name = $4
		WHERE org_id = $1 AND epoch = $2 AND company_id = $3`, l.Org, l.Epoch, company, name)
	return err
}

// dropClient ends the ties of a client company the portal no longer has.
func dropClient(ctx context.Context, tx *store.Tx, l link, company id.ID) error {
	for _, table := range []string{"integration_client_links", "integration_contact_links"} {
		_, err := tx.Exec(ctx, "DELETE FROM "+table+" WHERE org_id = $1 AND epoch = $2 AND company_id = $3",
			l.Org, l.Epoch, company)
		if err != nil {
			return err
		}
	}
	return nil
}

// hideRecord hides the ties of a record that went to the bin, or shows them again.
func hideRecord(ctx context.Context, tx *store.Tx, l link, module string, record id.ID, hidden bool) error {
	var at any
	if hidden {
		at = store.Micros(tx.Now())
	}
	of := map[string]string{access.TabAccounts: "integration_client_links", access.TabContacts: "integration_contact_links"}
	column := map[string]string{access.TabAccounts: "account_id", access.TabContacts: "contact_id"}
	if table, ok := of[module]; ok {
		_, err := tx.Exec(ctx, "UPDATE "+table+" SET hidden_at = $4 WHERE org_id = $1 AND epoch = $2 AND "+
			column[module]+" = $3", l.Org, l.Epoch, record, at)
		if err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `UPDATE integration_project_links SET hidden_at = $4
		WHERE org_id = $1 AND epoch = $2 AND record_id = $3`, l.Org, l.Epoch, record, at)
	return err
}

// moveRecord notes the account a contact or deal belongs to now. The tie itself stays.
func moveRecord(ctx context.Context, tx *store.Tx, l link, record, account id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE integration_contact_links SET account_id = $4
		WHERE org_id = $1 AND epoch = $2 AND contact_id = $3`, l.Org, l.Epoch, record, nullID(account))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE integration_project_links SET account_id = $4
		WHERE org_id = $1 AND epoch = $2 AND record_id = $3`, l.Org, l.Epoch, record, nullID(account))
	return err
}

// tied says whether a record has any tie, so that a change to one that has none
// costs nothing more.
func tied(ctx context.Context, q store.Querier, l link, record id.ID) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT
		(SELECT COUNT(*) FROM integration_contact_links WHERE org_id = $1 AND epoch = $2 AND contact_id = $3) +
		(SELECT COUNT(*) FROM integration_project_links WHERE org_id = $1 AND epoch = $2 AND record_id = $3)`,
		l.Org, l.Epoch, record).Scan(&n)
	return n > 0, err
}

// forgetting is what goes with a record that is deleted for good: rows of a table that
// name it in a column, found by a key of theirs.
type forgetting struct{ act, table, key, column string }

// forgetRecords deletes the ties of records that are deleted for good, and empties the
// account of ties that name one of them: up to limit rows of each table. More says that
// there may be others.
func forgetRecords(ctx context.Context, tx *store.Tx, l link, module string, records []id.ID, limit int) (more bool, err error) {
	const pair = "record_id, project_id"
	list := []forgetting{
		{"DELETE FROM", "integration_project_links", pair, "record_id"}, {"DELETE FROM", "integration_exclusions", pair, "record_id"},
		{"DELETE FROM", "integration_mirrors", "id", "record_id"}, {"DELETE FROM", "integration_mirror_conflicts", "id", "record_id"},
	}
	switch module {
	case access.TabAccounts:
		list = append(list, forgetting{"DELETE FROM", "integration_client_links", "company_id", "account_id"},
			forgetting{"UPDATE", "integration_contact_links", "client_user_id", "account_id"}, forgetting{"UPDATE", "integration_project_links", pair, "account_id"})
	case access.TabContacts:
		list = append(list, forgetting{"DELETE FROM", "integration_contact_links", "client_user_id", "contact_id"})
	case taskTab:
		ties := func(table string) string {
			return "DELETE FROM " + table + " WHERE org_id = $1 AND link_id IN (SELECT id FROM integration_task_links WHERE org_id = $1 AND epoch = $2 AND task_id IN " +
				tx.Dialect().IDs("$3") + ")"
		}
		for _, table := range []string{"integration_task_comments", "integration_task_conflicts"} {
			if _, err := tx.Exec(ctx, ties(table), l.Org, l.Epoch, store.IDList(records)); err != nil {
				return false, err
			}
		}
		list = append(list, forgetting{"DELETE FROM", "integration_task_links", "id", "task_id"})
	}
	for _, f := range list {
		n, err := f.some(ctx, tx, l, records, limit)
		if err != nil {
			return false, err
		}
		more = more || n == int64(limit)
	}
	return more, nil
}

func (f forgetting) some(ctx context.Context, tx *store.Tx, l link, records []id.ID, limit int) (int64, error) {
	b := store.Build(tx.Dialect())
	b.W(f.act, " ", f.table)
	if f.act == "UPDATE" {
		b.W(" SET ", f.column, " = NULL")
	}
	b.W(" WHERE org_id = ", b.Arg(l.Org), " AND epoch = ", b.Arg(l.Epoch), " AND (", f.key, ") IN (SELECT ", f.key, " FROM ", f.table,
		" WHERE org_id = ", b.Arg(l.Org), " AND epoch = ", b.Arg(l.Epoch), " AND ", b.WithinIDs(f.column, records), " LIMIT ", b.Arg(limit), ")")
	return tx.Exec(ctx, b.SQL(), b.Args()...)
}

// forgetProject deletes the ties of a project that the portal deleted for good.
func forgetProject(ctx context.Context, tx *store.Tx, l link, project id.ID) error {
	const ties = "(SELECT id FROM integration_task_links WHERE org_id = $1 AND epoch = $2 AND project_id = $3)"
	for _, text := range []string{
		"DELETE FROM integration_task_comments WHERE org_id = $1 AND link_id IN " + ties,
		"DELETE FROM integration_task_conflicts WHERE org_id = $1 AND link_id IN " + ties,
		"DELETE FROM integration_task_links WHERE org_id = $1 AND epoch = $2 AND project_id = $3",
		"DELETE FROM integration_mirrors WHERE org_id = $1 AND epoch = $2 AND project_id = $3",
		"DELETE FROM integration_mirror_conflicts WHERE org_id = $1 AND epoch = $2 AND project_id = $3",
		"DELETE FROM integration_exclusions WHERE org_id = $1 AND epoch = $2 AND project_id = $3",
		"DELETE FROM integration_project_links WHERE org_id = $1 AND epoch = $2 AND project_id = $3",
	} {
		if _, err := tx.Exec(ctx, text, l.Org, l.Epoch, project); err != nil {
			return err
		}
	}
	return nil
}
