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
