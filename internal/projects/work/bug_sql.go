package work

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

type bugRow struct {
	Bug
	number   int64
	titleKey string
	dueKey   string
}

func (o order) bugKey(b bugRow) (string, id.ID) { return o.key(b.number, b.titleKey, b.dueKey), b.ID }

// selectBugs begins a query for the bugs of a project that the stance sees, as i;
// descriptions are left out of lists.
func selectBugs(b *store.Builder, st stance, project id.ID, whole bool) {
	text := `''`
	if whole {
		text = `i.description`
	}
	b.W(`SELECT i.id, i.version, i.title, i.title_key, `, text, `, COALESCE(i.assignee_id, 0), COALESCE(w.name, ''),
		COALESCE(i.reporter_id, 0), COALESCE(r.name, ''), i.status, i.closed, i.external, i.severity, i.classification,
		COALESCE(i.due_date, ''), i.due_key, i.number, i.created_at, i.updated_at
		FROM projects_bugs i
		LEFT JOIN projects_people w ON w.portal_id = i.portal_id AND w.id = i.assignee_id
		LEFT JOIN projects_people r ON r.portal_id = i.portal_id AND r.id = i.reporter_id
		WHERE i.portal_id = `, b.Arg(st.as.Portal()), ` AND i.project_id = `, b.Arg(project))
	st.seen(b, portal.ActViewBug)
}

func scanBug(row scanner) (bugRow, error) {
	var b bugRow
	var made, changed int64
	err := row.Scan(&b.ID, &b.Version, &b.Title, &b.titleKey, &b.Description, &b.Assignee, &b.AssigneeRef.Name,
		&b.ReporterRef.ID, &b.ReporterRef.Name, &b.Status, &b.Closed, &b.External, &b.Severity, &b.Classification,
		&b.DueDate, &b.dueKey, &b.number, &made, &changed)
	b.AssigneeRef.ID = b.Assignee
	b.CreatedAt, b.UpdatedAt = store.FromMicros(made), store.FromMicros(changed)
	return b, err
}

func findBug(ctx context.Context, q store.Querier, st stance, project, bug id.ID) (bugRow, error) {
	b := store.Build(q.Dialect())
	selectBugs(b, st, project, true)
	b.W(` AND i.id = `, b.Arg(bug))
	row, err := scanBug(q.QueryRow(ctx, b.SQL(), b.Args()...))
	if errors.Is(err, sql.ErrNoRows) {
		return row, notFound()
	}
	return row, err
}

func listBugs(ctx context.Context, q store.Querier, st stance, project id.ID, in ItemQuery, o order, c cursor, today string) ([]bugRow, error) {
	doer, somebody := in.doer(st.as)
	if !somebody {
		return nil, nil
	}
	b := store.Build(q.Dialect())
	selectBugs(b, st, project, false)
	in.write(b, "i.due_key", today)
	if doer != 0 {
		b.W(` AND i.assignee_id = `, b.Arg(doer))
	}
	named(b, st.as.Portal(), project, kindBug, in.Search, "i.id", "i.title_key")
	o.write(b, c, in.Page.Limit())
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (bugRow, error) { return scanBug(r) })
}

func insertBug(ctx context.Context, tx *store.Tx, as portal.Member, project id.ID, b bugRow) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_bugs (portal_id, id, project_id, number, title, title_key, description, assignee_id, reporter_id,
		status, closed, external, severity, classification, due_date, due_key, created_at, updated_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17, 1)`,
		as.Portal(), b.ID, project, b.number, b.Title, fold(b.Title), b.Description, nullID(b.Assignee), nullID(as.ID()),
		b.Status, b.Closed, b.External, b.Severity, b.Classification, nullText(b.DueDate), dayKey(b.DueDate), store.Micros(tx.Now()))
	return err
}

func updateBug(ctx context.Context, tx *store.Tx, in id.ID, b bugRow) error {
	_, err := tx.Exec(ctx, `UPDATE projects_bugs SET title = $3, title_key = $4, description = $5, assignee_id = $6, status = $7, closed = $8,
		external = $9, severity = $10, classification = $11, due_date = $12, due_key = $13, updated_at = $14, version = version + 1
		WHERE portal_id = $1 AND id = $2`,
		in, b.ID, b.Title, fold(b.Title), b.Description, nullID(b.Assignee), b.Status, b.Closed,
		b.External, b.Severity, b.Classification, nullText(b.DueDate), dayKey(b.DueDate), store.Micros(tx.Now()))
	return err
}

func deleteBug(ctx context.Context, tx *store.Tx, in, bug id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_bugs WHERE portal_id = $1 AND id = $2`, in, bug)
	return err
}
