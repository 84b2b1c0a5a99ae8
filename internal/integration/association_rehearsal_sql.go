package integration

import (
	"context"
	"database/sql"
	"slices"

	"musubi/internal/id"
	"musubi/internal/store"
)

// tiedCompanies gives the accounts that show of those clients that are tied to one.
func tiedCompanies(ctx context.Context, q store.Querier, l link, companies []id.ID) (map[id.ID]id.ID, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT company_id, account_id FROM integration_client_links WHERE org_id = ", b.Arg(l.Org), " AND epoch = ", b.Arg(l.Epoch),
		" AND company_id IN ", b.IDs(companies), " AND hidden_at IS NULL")
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	list, err := store.Collect(rows, err, func(r *sql.Rows) (p ClientPair, err error) {
		err = r.Scan(&p.Client, &p.Account)
		return p, err
	})
	out := map[id.ID]id.ID{}
	for _, p := range list {
		out[p.Client] = p.Account
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

// makers are the association runs of a binding.
const makers = "SELECT m.id FROM integration_runs m WHERE m.org_id = $1 AND m.kind = $2 AND m.epoch = $3"

// nextMaker gives the run after another that may have made contacts; zero after the last.
func nextMaker(ctx context.Context, q store.Querier, r run, after id.ID) (id.ID, error) {
	found, err := ids(ctx, q, makers+" AND m.id > $4 ORDER BY m.id LIMIT 1", r.Org, RunAssociation, r.Epoch, after)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}

// countMade counts the contacts those runs made.
func countMade(ctx context.Context, q store.Querier, r run) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM integration_association_rows WHERE org_id = $1 AND run_id IN (`+makers+`)
		AND reason = $4 AND contact_id IS NOT NULL`, r.Org, RunAssociation, r.Epoch, ReasonContactCreated).Scan(&n)
	return n, err
}

// madeContacts gives contacts a run made, after one of its rows, and the last row.
func madeContacts(ctx context.Context, q store.Querier, org, run, after id.ID, limit int) (contacts []id.ID, last id.ID, err error) {
	rows, err := q.Query(ctx, `SELECT id, contact_id FROM integration_association_rows WHERE org_id = $1 AND run_id = $2 AND id > $3
		AND reason = $4 AND contact_id IS NOT NULL ORDER BY id LIMIT $5`, org, run, after, ReasonContactCreated, limit)
	contacts, err = store.Collect(rows, err, func(r *sql.Rows) (n id.ID, err error) { return n, r.Scan(&last, &n) })
	return contacts, last, err
}

// untied gives those of the contacts nothing of the integration is tied to, in any of the
// bindings.
func untied(ctx context.Context, tx *store.Tx, org id.ID, epochs []int64, contacts []id.ID) ([]id.ID, error) {
	held := map[id.ID]bool{}
	for _, epoch := range epochs {
		b := store.Build(tx.Dialect())
		for i, of := range [][2]string{{"contact_id", "integration_contact_links"}, {"record_id", "integration_project_links"}, {"record_id", "integration_mirrors"}} {
			b.W([]string{"", " UNION "}[min(i, 1)], "SELECT ", of[0], " FROM ", of[1], " WHERE org_id = ", b.Arg(org), " AND epoch = ", b.Arg(epoch),
				" AND ", b.WithinIDs(of[0], contacts))
		}
		tied, err := ids(ctx, tx, b.SQL(), b.Args()...)
		if err != nil {
			return nil, err
		}
		for _, n := range tied {
			held[n] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(contacts), func(c id.ID) bool { return held[c] }), nil
}
