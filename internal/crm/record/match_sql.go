package record

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/store"
)

// matchAccounts finds accounts by one of their two folded names, name_key or
// suggest_key, both with an index.
func matchAccounts(ctx context.Context, q store.Querier, org id.ID, column string, keys []string) (map[string][]AccountMatch, error) {
	out := map[string][]AccountMatch{}
	if len(keys) == 0 {
		return out, nil
	}
	b := store.Build(q.Dialect())
	b.W("SELECT ", column, ", id, account_name, COALESCE(owner_id, 0) FROM crm_accounts WHERE org_id = ", b.Arg(org),
		" AND deleted = 0 AND ", b.WithinTexts(column, keys), " ORDER BY id")
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	_, err = store.Collect(rows, err, func(r *sql.Rows) (m AccountMatch, err error) {
		var key string
		err = r.Scan(&key, &m.ID, &m.Name, &m.Owner)
		out[key] = append(out[key], m)
		return m, err
	})
	return out, err
}

func matchContacts(ctx context.Context, q store.Querier, org id.ID, keys []string) (map[string][]ContactMatch, error) {
	out := map[string][]ContactMatch{}
	if len(keys) == 0 {
		return out, nil
	}
	b := store.Build(q.Dialect())
	b.W("SELECT email_key, id, COALESCE(account_id, 0), full_name FROM crm_contacts WHERE org_id = ", b.Arg(org),
		" AND deleted = 0 AND email_key <> '' AND ", b.WithinTexts("email_key", keys), " ORDER BY id")
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	_, err = store.Collect(rows, err, func(r *sql.Rows) (m ContactMatch, err error) {
		var key string
		err = r.Scan(&key, &m.ID, &m.Account, &m.Name)
		out[key] = append(out[key], m)
		return m, err
	})
	return out, err
}

// accountOwners gives the owners of those of the accounts that exist outside the bin.
func accountOwners(ctx context.Context, q store.Querier, org id.ID, accounts []id.ID) (map[id.ID]id.ID, error) {
	out := map[id.ID]id.ID{}
	b := store.Build(q.Dialect())
	b.W("SELECT id, COALESCE(owner_id, 0) FROM crm_accounts WHERE org_id = ", b.Arg(org), " AND deleted = 0 AND id IN ", b.IDs(accounts))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	type pair struct{ account, owner id.ID }
	list, err := store.Collect(rows, err, func(r *sql.Rows) (p pair, err error) { return p, r.Scan(&p.account, &p.owner) })
	for _, p := range list {
		out[p.account] = p.owner
	}
	return out, err
}
