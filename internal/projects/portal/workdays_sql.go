package portal

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/store"
)

func listHolidays(ctx context.Context, q store.Querier, portal id.ID) ([]Holiday, error) {
	rows, err := q.Query(ctx, `SELECT first_day, last_day, name FROM projects_holidays
		WHERE portal_id = $1 ORDER BY first_day, last_day`, portal)
	return store.Collect(rows, err, func(r *sql.Rows) (Holiday, error) {
		var h Holiday
		err := r.Scan(&h.First, &h.Last, &h.Name)
		return h, err
	})
}

// setWorkdays writes them at a version of the portal and says whether it was the
// present one.
func setWorkdays(ctx context.Context, tx *store.Tx, portal id.ID, in Workdays) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE projects_portals SET country = $3, version = version + 1
		WHERE id = $1 AND version = $2 AND deleted_at IS NULL`, portal, in.Version, in.Country)
	if err != nil || n == 0 {
		return false, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM projects_holidays WHERE portal_id = $1`, portal); err != nil || len(in.Holidays) == 0 {
		return err == nil, err
	}
	b := store.Build(tx.Dialect())
	b.W(`INSERT INTO projects_holidays (portal_id, first_day, last_day, name) SELECT `, b.Arg(portal), `, h.first_day, h.last_day, h.name FROM `,
		b.Rows("h", in.Holidays, "first_day text", "last_day text", "name text"))
	_, err = tx.Exec(ctx, b.SQL(), b.Args()...)
	return err == nil, err
}
