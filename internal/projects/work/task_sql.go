package work

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// place is where an item is and how the badge stands there.
type place struct {
	prefix string
	owner  id.ID
	role   ProjectRole
}

func (w place) stance(as portal.Member) stance {
	return stance{as: as, role: w.role, owner: as.ID() != 0 && w.owner == as.ID()}
}

type taskRow struct {
	Task
	place
	number   int64
	titleKey string
	dueKey   string
	watched  bool
}

// selectTasks begins a query for tasks as i in projects as p; descriptions are left
// out of lists. The condition on p and i follows.
func selectTasks(b *store.Builder, as portal.Member, whole bool) {
	text := `''`
	if whole {
		text = `i.description`
	}
	b.W(`SELECT i.id, i.version, i.list_id, i.title, i.title_key, `, text, `, i.status, i.closed, i.external, i.priority,
		COALESCE(i.start_date, ''), COALESCE(i.due_date, ''), i.due_key, i.percent, i.number, i.watched, i.lines_open, i.lines_done,
		COALESCE(i.parent_id, 0), COALESCE(up.title, ''), i.subtasks_open, i.subtasks_closed, `, early, `, i.created_at, i.updated_at,
		COALESCE(i.created_by, 0), COALESCE(a.name, ''), l.name, p.id, p.name, p.prefix, p.owner_id, COALESCE(me.role, '')
		FROM projects_tasks i
		JOIN projects_projects p ON p.portal_id = i.portal_id AND p.id = i.project_id
		JOIN projects_task_lists l ON l.portal_id = i.portal_id AND l.id = i.list_id
		LEFT JOIN projects_tasks up ON up.portal_id = i.portal_id AND up.id = i.parent_id
		LEFT JOIN projects_people a ON a.portal_id = i.portal_id AND a.id = i.created_by
		LEFT JOIN projects_project_members me ON me.portal_id = p.portal_id AND me.project_id = p.id AND me.member_id = `, b.Arg(as.ID()))
}

func scanTask(row scanner) (taskRow, error) {
	var t taskRow
	var made, changed int64
	err := row.Scan(&t.ID, &t.Version, &t.List, &t.Title, &t.titleKey, &t.Description, &t.Status, &t.Closed, &t.External, &t.Priority,
		&t.StartDate, &t.DueDate, &t.dueKey, &t.Percent, &t.number, &t.watched, &t.Checklist.Open, &t.Checklist.Closed,
		&t.Parent, &t.ParentRef.Name, &t.Subtasks.Open, &t.Subtasks.Closed, &t.Early, &made, &changed,
		&t.CreatedBy.ID, &t.CreatedBy.Name, &t.ListName, &t.Project.ID, &t.Project.Name, &t.prefix, &t.owner, &t.role)
	t.ParentRef.ID = t.Parent
	t.CreatedAt, t.UpdatedAt = store.FromMicros(made), store.FromMicros(changed)
	return t, err
}

func readTasks(ctx context.Context, q store.Querier, b *store.Builder) ([]taskRow, error) {
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (taskRow, error) { return scanTask(r) })
}

// findTask gives a task the stance sees, with its owners.
func findTask(ctx context.Context, q store.Querier, st stance, project, task id.ID) (taskRow, error) {
	b := store.Build(q.Dialect())
	selectTasks(b, st.as, true)
	b.W(` WHERE i.portal_id = `, b.Arg(st.as.Portal()), ` AND i.id = `, b.Arg(task), ` AND i.project_id = `, b.Arg(project))
	st.seen(b, portal.ActViewTask)
	t, err := scanTask(q.QueryRow(ctx, b.SQL(), b.Args()...))
	if errors.Is(err, sql.ErrNoRows) {
		return t, notFound()
	}
	if err != nil {
		return t, err
	}
	one := []taskRow{t}
	err = fillOwners(ctx, q, st.as.Portal(), one)
	return one[0], err
}

// itemOrder is the order of tasks, bugs and milestones by the words they share.
func itemOrder(q ItemQuery, titleCol, dueCol string) order {
	switch q.Sort {
	case SortDue:
		return order{name: SortDue, col: dueCol, id: "i.id", desc: q.Desc}
	case SortTitle:
		return order{name: SortTitle, col: titleCol, id: "i.id", desc: q.Desc}
	}
	return order{name: SortNumber, col: "i.number", id: "i.id", num: true, desc: q.Desc}
}

// key picks from an item what the order sorts by.
func (o order) key(number int64, title, due string) string {
	switch o.name {
	case SortDue:
		return due
	case SortTitle:
		return title
	}
	return strconv.FormatInt(number, 10)
}

func (o order) taskKey(t taskRow) (string, id.ID) { return o.key(t.number, t.titleKey, t.dueKey), t.ID }

func listTasks(ctx context.Context, q store.Querier, st stance, project id.ID, in ItemQuery, o order, c cursor, today string) ([]taskRow, error) {
	doer, somebody := in.doer(st.as)
	if !somebody {
		return nil, nil
	}
	b := store.Build(q.Dialect())
	selectTasks(b, st.as, false)
	b.W(` WHERE i.portal_id = `, b.Arg(st.as.Portal()), ` AND i.project_id = `, b.Arg(project))
	st.seen(b, portal.ActViewTask)
	in.write(b, "i.due_key", today)
	if in.List != 0 {
		b.W(` AND i.list_id = `, b.Arg(in.List))
	}
	if doer != 0 {
		b.W(` AND i.id IN (SELECT d.task_id FROM projects_task_owners d WHERE d.portal_id = `, b.Arg(st.as.Portal()),
			` AND d.member_id = `, b.Arg(doer), `)`)
	}
	named(b, st.as.Portal(), project, kindTask, in.Search, "i.id", "i.title_key")
	o.write(b, c, in.Page.Limit())
	return readTasks(ctx, q, b)
}

// listMyTasks lists what the badge is to do in all projects it can enter; the page
// is cut on the index of its own tasks.
func listMyTasks(ctx context.Context, q store.Querier, as portal.Member, in ItemQuery, o order, c cursor, since, today string) ([]taskRow, error) {
	b := store.Build(q.Dialect())
	selectTasks(b, as, false)
	b.W(` JOIN projects_task_owners d ON d.portal_id = i.portal_id AND d.task_id = i.id AND d.member_id = `, b.Arg(as.ID()), ` WHERE `)
	visible(b, as)
	b.W(` AND d.portal_id = `, b.Arg(as.Portal()), ` AND p.trashed = 0`)
	switch in.Status {
	case "":
	case "open", "closed":
		b.W(` AND d.closed = `, b.Arg(in.Status == "closed"))
	default:
		b.W(` AND i.status = `, b.Arg(in.Status))
	}
	if in.Overdue {
		b.W(` AND d.closed = 0 AND d.due_key < `, b.Arg(today))
	}
	if since != "" {
		b.W(` AND d.due_key >= `, b.Arg(since))
	}
	o.write(b, c, in.Page.Limit())
	return readTasks(ctx, q, b)
}

// fillOwners puts the owners on many tasks in one query.
func fillOwners(ctx context.Context, q store.Querier, in id.ID, tasks []taskRow) error {
	if len(tasks) == 0 {
		return nil
	}
	at := make(map[id.ID]int, len(tasks))
	ids := make([]id.ID, len(tasks))
	for i := range tasks {
		tasks[i].Owners, tasks[i].OwnerRefs = nil, nil
		ids[i], at[tasks[i].ID] = tasks[i].ID, i
	}
	b := store.Build(q.Dialect())
	b.W(`SELECT d.task_id, d.member_id, w.name FROM projects_task_owners d
		JOIN projects_people w ON w.portal_id = d.portal_id AND w.id = d.member_id
		WHERE d.portal_id = `, b.Arg(in), ` AND d.task_id IN `, b.IDs(ids), ` ORDER BY d.task_id, w.sort_key, w.id`)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var task id.ID
		var ref portal.Ref
		if err := rows.Scan(&task, &ref.ID, &ref.Name); err != nil {
			return err
		}
		t := &tasks[at[task]]
		t.Owners, t.OwnerRefs = append(t.Owners, ref.ID), append(t.OwnerRefs, ref)
	}
	return rows.Err()
}

func insertTask(ctx context.Context, tx *store.Tx, as portal.Member, project id.ID, t taskRow) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_tasks (portal_id, id, project_id, list_id, number, title, title_key, description, status, closed,
		external, priority, start_date, due_date, due_key, percent, created_by, created_at, updated_at, version, parent_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, 1, $19)`,
		as.Portal(), t.ID, project, t.List, t.number, t.Title, fold(t.Title), t.Description, t.Status, t.Closed,
		t.External, t.Priority, nullText(t.StartDate), nullText(t.DueDate), dayKey(t.DueDate), t.Percent, nullID(as.ID()), store.Micros(tx.Now()), nullID(t.Parent))
	return err
}

func updateTask(ctx context.Context, tx *store.Tx, in id.ID, t taskRow) error {
	_, err := tx.Exec(ctx, `UPDATE projects_tasks SET list_id = $3, title = $4, title_key = $5, description = $6, status = $7, closed = $8,
		external = $9, priority = $10, start_date = $11, due_date = $12, due_key = $13, percent = $14, updated_at = $15, version = version + 1
		WHERE portal_id = $1 AND id = $2`,
		in, t.ID, t.List, t.Title, fold(t.Title), t.Description, t.Status, t.Closed,
		t.External, t.Priority, nullText(t.StartDate), nullText(t.DueDate), dayKey(t.DueDate), t.Percent, store.Micros(tx.Now()))
	return err
}

func deleteTask(ctx context.Context, tx *store.Tx, in, task id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_tasks WHERE portal_id = $1 AND id = $2`, in, task)
	return err
}

// setTaskOwners writes the owners of a task anew with its state and due date.
func setTaskOwners(ctx context.Context, tx *store.Tx, in, task id.ID, from, to *taskRow) error {
	if from != nil && len(from.Owners) > 0 {
		if _, err := tx.Exec(ctx, `DELETE FROM projects_task_owners WHERE portal_id = $1 AND task_id = $2`, in, task); err != nil {
			return err
		}
	}
	if to == nil {
		return nil
	}
	for _, m := range to.Owners {
		_, err := tx.Exec(ctx, `INSERT INTO projects_task_owners (portal_id, task_id, member_id, closed, due_key) VALUES ($1, $2, $3, $4, $5)`,
			in, task, m, to.Closed, dayKey(to.DueDate))
		if err != nil {
			return err
		}
	}
	return nil
}

// relatedCounts counts, per project, the tasks the badge made or is to do.
func relatedCounts(ctx context.Context, q store.Querier, as portal.Member, projects []id.ID) (map[id.ID]tally, error) {
	out := map[id.ID]tally{}
	if len(projects) == 0 {
		return out, nil
	}
	b := store.Build(q.Dialect())
	b.W(`SELECT i.project_id, i.closed, COUNT(*), SUM(i.percent) FROM projects_tasks i
		WHERE i.portal_id = `, b.Arg(as.Portal()), ` AND i.project_id IN `, b.IDs(projects))
	stance{as: as, role: RoleMember}.seen(b, portal.ActViewTask)
	b.W(` GROUP BY i.project_id, i.closed`)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var project id.ID
		var closed bool
		var n, percent int64
		if err := rows.Scan(&project, &closed, &n, &percent); err != nil {
			return nil, err
		}
		t := out[project]
		t.percent += percent
		if closed {
			t.Closed += n
		} else {
			t.Open += n
		}
		out[project] = t
	}
	return out, rows.Err()
}
