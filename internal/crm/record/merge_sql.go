package record

import (
	"context"
	"database/sql"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/store"
)

// pinned are the tables of what hangs on a record, by its record_id: it moves to the
// master of a merge. Look-ups need no line here.
var pinned = []string{"crm_notes", "crm_attachments"}

// twins gives records that agree with one in a column by which the module says that two
// may be the same, without the one itself.
func twins(ctx context.Context, q store.Querier, scope access.Scope, m *schema.Module, record id.ID, limit int) ([]id.ID, error) {
	var out []id.ID
	seen := map[id.ID]bool{record: true}
	for _, column := range m.Twins {
		b := store.Build(q.Dialect())
		b.W("SELECT t.id FROM ", m.Table, " o JOIN ", m.Table, " t ON t.org_id = o.org_id AND t.deleted = 0 AND t.", column, " = o.", column,
			" WHERE o.org_id = ", b.Arg(scope.Org()), " AND o.id = ", b.Arg(record), " AND o.", column, " <> '' AND ", scope.Filter(b, "t"), " ORDER BY t.id LIMIT ", b.Arg(limit+1))
		rows, err := q.Query(ctx, b.SQL(), b.Args()...)
		list, err := store.Collect(rows, err, func(r *sql.Rows) (n id.ID, err error) { return n, r.Scan(&n) })
		if err != nil {
			return nil, err
		}
		for _, n := range list {
			if !seen[n] {
				seen[n] = true
				out = append(out, n)
			}
		}
	}
	return out, nil
}

// moveAll gives the master what belongs to the others: in the bin too, so that what is
// restored finds its record. A form that is open on one of them is stale afterwards.
func moveAll(ctx context.Context, tx *store.Tx, org id.ID, m *schema.Module, naming [][2]string, master id.ID, others []id.ID) error {
	run := func(b *store.Builder) error {
		_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
		return err
	}
	for _, of := range naming {
		b := store.Build(tx.Dialect())
		b.W("UPDATE ", of[0], " SET ", of[1], " = ", b.Arg(master), ", version = version + 1 WHERE org_id = ", b.Arg(org),
			" AND deleted IN (0, 1) AND ", of[1], " IS NOT NULL AND ", b.WithinIDs(of[1], others))
		if of[0] == m.Table { // the master itself keeps what it names, or is given something else
			b.W(" AND id <> ", b.Arg(master), " AND NOT ", b.WithinIDs("id", others))
		}
		if err := run(b); err != nil {
			return err
		}
	}
	for _, table := range pinned {
		b := store.Build(tx.Dialect())
		if err := run(b.W("UPDATE ", table, " SET record_id = ", b.Arg(master), " WHERE org_id = ", b.Arg(org), " AND ", b.WithinIDs("record_id", others))); err != nil {
			return err
		}
	}
	if m.Name != access.TabAccounts {
		return nil
	}
	// What suggests an account stands under its contacts too.
	b := store.Build(tx.Dialect())
	return run(b.W("UPDATE crm_match_keys SET account_id = ", b.Arg(master), " WHERE org_id = ", b.Arg(org), " AND NOT ", b.WithinIDs("record_id", others),
		" AND record_id IN (SELECT c.id FROM crm_contacts c WHERE c.org_id = ", b.Arg(org), " AND c.deleted IN (0, 1) AND c.account_id = ", b.Arg(master), ")"))
}

// belongings counts what moveAll would give the master, up to limit.
func belongings(ctx context.Context, q store.Querier, org id.ID, naming [][2]string, others []id.ID, limit int) (int, error) {
	n := 0
	count := func(table, column, where string) error {
		b := store.Build(q.Dialect())
		b.W("SELECT COUNT(*) FROM (SELECT 1 FROM ", table, " WHERE org_id = ", b.Arg(org), where, " AND ", b.WithinIDs(column, others), " LIMIT ", b.Arg(limit-n), ") AS x")
		var found int
		err := q.QueryRow(ctx, b.SQL(), b.Args()...).Scan(&found)
		n += found
		return err
	}
	for _, of := range naming {
		if err := count(of[0], of[1], " AND deleted IN (0, 1) AND "+of[1]+" IS NOT NULL"); err != nil || n >= limit {
			return n, err
		}
	}
	for _, table := range pinned {
		if err := count(table, "record_id", ""); err != nil || n >= limit {
			return n, err
		}
	}
	return n, nil
}

// setMerged notes where records went, and those that went into them before.
func setMerged(ctx context.Context, tx *store.Tx, org id.ID, others []id.ID, master id.ID) error {
	for _, column := range []string{"id", "merged_into"} {
		b := store.Build(tx.Dialect())
		b.W("UPDATE crm_records SET merged_into = ", b.Arg(master), " WHERE org_id = ", b.Arg(org), " AND ", column, " IS NOT NULL AND ", b.WithinIDs(column, others))
		if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
	}
	return nil
}

func mergedInto(ctx context.Context, q store.Querier, org id.ID, records []id.ID) (map[id.ID]id.ID, error) {
	out := map[id.ID]id.ID{}
	b := store.Build(q.Dialect())
	b.W("SELECT id, merged_into FROM crm_records WHERE org_id = ", b.Arg(org), " AND merged_into IS NOT NULL AND ", b.WithinIDs("id", records))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	_, err = store.Collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var from, to id.ID
		err := r.Scan(&from, &to)
		out[from] = to
		return struct{}{}, err
	})
	return out, err
}

// ancestors gives a record, its parent, its parent's, and so on.
func ancestors(ctx context.Context, q store.Querier, org id.ID, m *schema.Module, f field.Field, at id.ID) ([]id.ID, error) {
	var out []id.ID
	for at != 0 && len(out) < maxDepth {
		out = append(out, at)
		var next sql.NullInt64
		err := q.QueryRow(ctx, "SELECT "+f.Column+" FROM "+m.Table+" WHERE org_id = $1 AND id = $2", org, at).Scan(&next)
		if missing(err) {
			break
		}
		if err != nil {
			return nil, err
		}
		at = id.ID(next.Int64)
	}
	return out, nil
}
