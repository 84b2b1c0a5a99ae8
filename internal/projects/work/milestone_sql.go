package work

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

type milestoneRow struct {
	Milestone
	nameKey   string
	endKey    string
	createdBy id.ID
}

func (o order) milestoneKey(m milestoneRow) (string, id.ID) {
	return o.key(0, m.nameKey, m.endKey), m.ID
}

// selectMilestones begins a query for the milestones of a project that the stance
// sees, as i.
func selectMilestones(b *store.Builder, st stance, project id.ID) {
	b.W(`SELECT i.id, i.version, i.name, i.name_key, i.owner_id, COALESCE(w.name, ''), COALESCE(i.start_date, ''), COALESCE(i.end_date, ''),
		i.end_key, i.status, i.closed, i.external, COALESCE(i.created_by, 0), i.created_at, i.updated_at
		FROM projects_milestones i
		LEFT JOIN projects_people w ON w.portal_id = i.portal_id AND w.id = i.owner_id
		WHERE i.portal_id = `, b.Arg(st.as.Portal()), ` AND i.project_id = `, b.Arg(project))
	st.seen(b, portal.ActViewMilestone)
}

func scanMilestone(row scanner) (milestoneRow, error) {
	var m milestoneRow
	var made, changed int64
	err := row.Scan(&m.ID, &m.Version, &m.Name, &m.nameKey, &m.Owner, &m.OwnerRef.Name, &m.StartDate, &m.EndDate,
		&m.endKey, &m.Status, &m.Closed, &m.External, &m.createdBy, &made, &changed)
	m.OwnerRef.ID = m.Owner
	m.CreatedAt, m.UpdatedAt = store.FromMicros(made), store.FromMicros(changed)
	return m, err
}

func findMilestone(ctx context.Context, q store.Querier, st stance, project, milestone id.ID) (milestoneRow, error) {
	b := store.Build(q.Dialect())
	selectMilestones(b, st, project)
	b.W(` AND i.id = `, b.Arg(milestone))
	m, err := scanMilestone(q.QueryRow(ctx, b.SQL(), b.Args()...))
	if errors.Is(err, sql.ErrNoRows) {
		return m, notFound()
	}
	return m, err
}

func listMilestones(ctx context.Context, q store.Querier, st stance, project id.ID, in ItemQuery, o order, c cursor, today string) ([]milestoneRow, error) {
	doer, somebody := in.doer(st.as)
	if !somebody {
		return nil, nil
	}
	b := store.Build(q.Dialect())
	selectMilestones(b, st, project)
	in.write(b, "i.end_key", today)
	if doer != 0 {
		b.W(` AND i.owner_id = `, b.Arg(doer))
	}
	named(b, st.as.Portal(), project, kindMilestone, in.Search, "i.id", "i.name_key")
	o.write(b, c, in.Page.Limit())
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (milestoneRow, error) { return scanMilestone(r) })
}

func milestoneExists(ctx context.Context, q store.Querier, in, project, milestone id.ID) (bool, error) {
	return exists(q.QueryRow(ctx, `SELECT 1 FROM projects_milestones WHERE portal_id = $1 AND project_id = $2 AND id = $3`, in, project, milestone))
}

func insertMilestone(ctx context.Context, tx *store.Tx, as portal.Member, project id.ID, m milestoneRow) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_milestones (portal_id, id, project_id, name, name_key, owner_id, start_date, end_date, end_key,
		status, closed, external, created_by, created_at, updated_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, 1)`,
		as.Portal(), m.ID, project, m.Name, fold(m.Name), m.Owner, nullText(m.StartDate), nullText(m.EndDate), dayKey(m.EndDate),
		m.Status, m.Closed, m.External, nullID(as.ID()), store.Micros(tx.Now()))
	return err
}

func updateMilestone(ctx context.Context, tx *store.Tx, in id.ID, m milestoneRow) error {
	_, err := tx.Exec(ctx, `UPDATE projects_milestones SET name = $3, name_key = $4, owner_id = $5, start_date = $6, end_date = $7, end_key = $8,
		status = $9, closed = $10, external = $11, updated_at = $12, version = version + 1 WHERE portal_id = $1 AND id = $2`,
		in, m.ID, m.Name, fold(m.Name), m.Owner, nullText(m.StartDate), nullText(m.EndDate), dayKey(m.EndDate),
		m.Status, m.Closed, m.External, store.Micros(tx.Now()))
	return err
}

func deleteMilestone(ctx context.Context, tx *store.Tx, in, milestone id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE projects_task_lists SET milestone_id = NULL, version = version + 1 WHERE portal_id = $1 AND milestone_id = $2`, in, milestone)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM projects_milestones WHERE portal_id = $1 AND id = $2`, in, milestone)
	return err
}
