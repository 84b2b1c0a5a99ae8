package record

import (
	"context"
	"database/sql"

	"musubi/internal/crm/access"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/store"
)

// lockMany gives those of the records that lie within the scope outside the bin, and
// holds their rows, in the order of their ids so that two who do it do not wait for
// each other.
func lockMany(ctx context.Context, tx *store.Tx, m *schema.Module, scope access.Scope, records []id.ID) ([]id.ID, error) {
	b := store.Build(tx.Dialect())
	b.W("SELECT t.id FROM ", m.Table, " t WHERE t.org_id = ", b.Arg(scope.Org()), " AND t.deleted = 0 AND ", b.WithinIDs("t.id", records),
		" AND ", scope.Filter(b, "t"), " ORDER BY t.id", b.Dialect().Pick("", " FOR UPDATE OF t"))
	rows, err := tx.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, scanID)
}

func scanID(r *sql.Rows) (n id.ID, err error) { return n, r.Scan(&n) }

// binMany moves records whose rows are held to the bin.
func binMany(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, records []id.ID) error {
	b := store.Build(tx.Dialect())
	b.W("UPDATE ", m.Table, " SET deleted = 1, version = version + 1 WHERE org_id = ", b.Arg(as.Org()), " AND ", b.WithinIDs("id", records))
	if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
		return err
	}
	b = store.Build(tx.Dialect())
	b.W("UPDATE crm_records SET deleted_at = ", b.Arg(store.Micros(tx.Now())), ", deleted_by = ", b.Arg(as.User()),
		" WHERE org_id = ", b.Arg(as.Org()), " AND ", b.WithinIDs("id", records))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

// binItem gives a record of the bin within the scope; not found where there is none.
func binItem(ctx context.Context, q store.Querier, scope access.Scope, module string, record id.ID, lock string) (BinItem, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT h.id, h.name, h.module, h.deleted_at FROM crm_records h WHERE h.org_id = ", b.Arg(scope.Org()), " AND h.id = ", b.Arg(record),
		" AND h.deleted_at IS NOT NULL AND h.merged_into IS NULL AND h.purging = 0 AND h.module = ", b.Arg(module), " AND ", scope.Filter(b, "h"), lock)
	var out BinItem
	err := q.QueryRow(ctx, b.SQL(), b.Args()...).Scan(&out.ID, &out.Name, &out.Module, &out.At)
	if missing(err) {
		return BinItem{}, gone()
	}
	return out, err
}

// holdInBin is binItem that holds the row.
func holdInBin(ctx context.Context, tx *store.Tx, scope access.Scope, module string, record id.ID) (BinItem, error) {
	return binItem(ctx, tx, scope, module, record, tx.Dialect().Pick("", " FOR UPDATE OF h"))
}

// binBefore gives records that lie in the bin since a time or longer, the oldest first;
// in a transaction it holds their rows.
func binBefore(ctx context.Context, q store.Querier, org id.ID, module string, until int64, limit int) ([]BinItem, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT id, module FROM crm_records WHERE org_id = ", b.Arg(org), " AND deleted_at IS NOT NULL AND deleted_at <= ", b.Arg(until))
	if module != "" {
		b.W(" AND module = ", b.Arg(module))
	}
	b.W(" ORDER BY deleted_at, id LIMIT ", b.Arg(limit))
	if _, inside := q.(*store.Tx); inside {
		b.W(b.Dialect().ForUpdate())
	}
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (i BinItem, err error) { return i, r.Scan(&i.ID, &i.Module) })
}

func organisationsAfter(ctx context.Context, q store.Querier, after id.ID, limit int) ([]id.ID, error) {
	rows, err := q.Query(ctx, "SELECT id FROM crm_organisations WHERE id > $1 ORDER BY id LIMIT $2", after, limit)
	return store.Collect(rows, err, scanID)
}

// setPurging takes records out of sight whose deletion for good goes on.
func setPurging(ctx context.Context, tx *store.Tx, org id.ID, records []id.ID) error {
	b := store.Build(tx.Dialect())
	b.W("UPDATE crm_records SET purging = 1 WHERE org_id = ", b.Arg(org), " AND ", b.WithinIDs("id", records))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

// holdPurging holds the row of a record whose deletion for good goes on; false where it
// is gone.
func holdPurging(ctx context.Context, tx *store.Tx, org id.ID, module string, record id.ID) (bool, error) {
	var one int
	err := tx.QueryRow(ctx, "SELECT 1 FROM crm_records WHERE org_id = $1 AND id = $2 AND module = $3 AND purging = 1 AND deleted_at IS NOT NULL"+tx.Dialect().ForUpdate(),
		org, record, module).Scan(&one)
	if missing(err) {
		return false, nil
	}
	return err == nil, err
}

// namingOnes lists up to limit records whose look-up names one of some.
func namingOnes(ctx context.Context, q store.Querier, org id.ID, table, column string, records []id.ID, limit int) ([]id.ID, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT id FROM ", table, " WHERE org_id = ", b.Arg(org), " AND deleted IN (0, 1) AND ", column, " IS NOT NULL AND ", b.WithinIDs(column, records), " LIMIT ", b.Arg(limit))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, scanID)
}

// clearLookup empties a look-up of some records.
func clearLookup(ctx context.Context, tx *store.Tx, org id.ID, table, column string, list []id.ID) error {
	b := store.Build(tx.Dialect())
	b.W("UPDATE ", table, " SET ", column, " = NULL, version = version + 1 WHERE org_id = ", b.Arg(org), " AND ", b.WithinIDs("id", list))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

// unmatch takes what contacts brought to the match index.
func unmatch(ctx context.Context, tx *store.Tx, org id.ID, contacts []id.ID) error {
	b := store.Build(tx.Dialect())
	b.W("DELETE FROM crm_match_keys WHERE org_id = ", b.Arg(org), " AND ", b.WithinIDs("record_id", contacts))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

// forgetEvents deletes up to limit events of records and says how many.
func forgetEvents(ctx context.Context, tx *store.Tx, org id.ID, records []id.ID, limit int) (int64, error) {
	b := store.Build(tx.Dialect())
	b.W("DELETE FROM crm_timeline WHERE org_id = ", b.Arg(org), " AND (record_id, id) IN (SELECT t.record_id, t.id FROM crm_timeline t WHERE t.org_id = ", b.Arg(org),
		" AND ", b.WithinIDs("t.record_id", records), " LIMIT ", b.Arg(limit), ")")
	return tx.Exec(ctx, b.SQL(), b.Args()...)
}

// remove deletes the rows of records, the header last.
func remove(ctx context.Context, tx *store.Tx, org id.ID, m *schema.Module, records []id.ID) error {
	for _, t := range [][2]string{{"crm_match_keys", "record_id"}, {"crm_search", "id"}, {m.Table, "id"}, {"crm_records", "id"}} {
		b := store.Build(tx.Dialect())
		b.W("DELETE FROM ", t[0], " WHERE ")
		if t[0] == "crm_search" && tx.Dialect() == store.SQLite {
			b.W("rowid IN ", b.IDs(records))
		} else {
			b.W("org_id = ", b.Arg(org), " AND ", b.WithinIDs(t[1], records))
		}
		if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
	}
	return nil
}
