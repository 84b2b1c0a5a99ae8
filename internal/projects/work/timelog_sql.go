package work

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

const selectTime = `SELECT t.id, t.version, t.kind, COALESCE(t.item_id, 0), t.item_title, t.member_id, w.name, t.day, t.minutes, t.billable, t.note
	FROM projects_time_logs t JOIN projects_people w ON w.portal_id = t.portal_id AND w.id = t.member_id`

func scanTime(row scanner) (TimeLog, error) {
	var t TimeLog
	err := row.Scan(&t.ID, &t.Version, &t.Kind, &t.Item, &t.ItemTitle, &t.Member, &t.MemberRef.Name, &t.Day, &t.Minutes, &t.Billable, &t.Note)
	t.MemberRef.ID = t.Member
	return t, err
}

// write adds the filters of a query over the alias t.
func (q TimeQuery) write(b *store.Builder, in, project id.ID) {
	b.W(` WHERE t.portal_id = `, b.Arg(in), ` AND t.project_id = `, b.Arg(project))
	if q.Member != 0 {
		b.W(` AND t.member_id = `, b.Arg(q.Member))
	}
	if q.From != "" {
		b.W(` AND t.day >= `, b.Arg(q.From))
	}
	if q.To != "" {
		b.W(` AND t.day <= `, b.Arg(q.To))
	}
}

func listTime(ctx context.Context, q store.Querier, in, project id.ID, filter TimeQuery, day string, before id.ID, limit int) ([]TimeLog, error) {
	b := store.Build(q.Dialect())
	b.W(selectTime)
	filter.write(b, in, project)
	b.W(` AND (t.day, t.id) < (`, b.Arg(day), `, `, b.Arg(before), `) ORDER BY t.day DESC, t.id DESC LIMIT `, b.Arg(limit))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (TimeLog, error) { return scanTime(r) })
}

func sumTime(ctx context.Context, q store.Querier, in, project id.ID, filter TimeQuery) (all, billable int64, err error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT COALESCE(SUM(t.minutes), 0), COALESCE(SUM(t.minutes * t.billable), 0) FROM projects_time_logs t`)
	filter.write(b, in, project)
	err = q.QueryRow(ctx, b.SQL(), b.Args()...).Scan(&all, &billable)
	return all, billable, err
}

// findTime gives an entry the stance may see, with its rights.
func findTime(ctx context.Context, q store.Querier, st stance, project, entry id.ID) (TimeLog, error) {
	t, err := scanTime(q.QueryRow(ctx, selectTime+` WHERE t.portal_id = $1 AND t.project_id = $2 AND t.id = $3`, st.as.Portal(), project, entry))
	if errors.Is(err, sql.ErrNoRows) || err == nil && !st.may(portal.ActViewTime, portal.Facts{Self: st.mine(t.Member)}) {
		return TimeLog{}, notFound()
	}
	t.Rights = st.time(t.Member)
	return t, err
}

// minutesOn sums what a member worked on a day in the whole portal, without one entry.
func minutesOn(ctx context.Context, tx *store.Tx, in, member id.ID, day string, without id.ID) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(SUM(minutes), 0) FROM projects_time_logs
		WHERE portal_id = $1 AND member_id = $2 AND day = $3 AND id <> $4`, in, member, day, without).Scan(&n)
	return n, err
}

func lockPerson(ctx context.Context, tx *store.Tx, in, member id.ID) error {
	var n id.ID
	return tx.QueryRow(ctx, `SELECT id FROM projects_people WHERE portal_id = $1 AND id = $2`+tx.Dialect().ForUpdate(), in, member).Scan(&n)
}

func insertTime(ctx context.Context, tx *store.Tx, in, project id.ID, t TimeLog) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_time_logs (portal_id, project_id, id, kind, item_id, item_title, member_id, day, minutes, billable, note,
		created_at, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, 1)`,
		in, project, t.ID, t.Kind, nullID(t.Item), t.ItemTitle, t.Member, t.Day, t.Minutes, t.Billable, t.Note, store.Micros(tx.Now()))
	return err
}

func updateTime(ctx context.Context, tx *store.Tx, in, project id.ID, t TimeLog) error {
	_, err := tx.Exec(ctx, `UPDATE projects_time_logs SET kind = $4, item_id = $5, item_title = $6, member_id = $7, day = $8, minutes = $9, billable = $10,
		note = $11, updated_at = $12, version = version + 1 WHERE portal_id = $1 AND project_id = $2 AND id = $3`,
		in, project, t.ID, t.Kind, nullID(t.Item), t.ItemTitle, t.Member, t.Day, t.Minutes, t.Billable, t.Note, store.Micros(tx.Now()))
	return err
}

func deleteTime(ctx context.Context, tx *store.Tx, in, project, entry id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_time_logs WHERE portal_id = $1 AND project_id = $2 AND id = $3`, in, project, entry)
	return err
}
