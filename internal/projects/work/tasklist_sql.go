package work

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// listTaskLists lists the lists the stance sees; only one, when it is named.
func listTaskLists(ctx context.Context, q store.Querier, st stance, project, only id.ID) ([]TaskList, error) {
	level := st.level(portal.ActViewTask)
	b := store.Build(q.Dialect())
	b.W(`SELECT l.id, l.version, l.name, l.external, COALESCE(l.milestone_id, 0), l.is_default, l.tasks_open, l.tasks_closed
		FROM projects_task_lists l WHERE l.portal_id = `, b.Arg(st.as.Portal()), ` AND l.project_id = `, b.Arg(project))
	if only != 0 {
		b.W(` AND l.id = `, b.Arg(only))
	}
	switch level {
	case portal.LevelAll, portal.LevelRelated:
	case portal.LevelExternal:
		b.W(` AND l.external = 1`)
	default:
		b.W(` AND 1 = 0`)
	}
	b.W(` ORDER BY l.is_default DESC, l.id`)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (TaskList, error) {
		var l TaskList
		err := r.Scan(&l.ID, &l.Version, &l.Name, &l.External, &l.Milestone, &l.Default, &l.Tasks.Open, &l.Tasks.Closed)
		l.Rights = st.listRights(l)
		if level == portal.LevelRelated {
			l.Tasks = Count{}
		}
		return l, err
	})
}

func findTaskList(ctx context.Context, q store.Querier, st stance, project, list id.ID) (TaskList, error) {
	if list == 0 {
		return TaskList{}, notFound()
	}
	found, err := listTaskLists(ctx, q, st, project, list)
	if err == nil && len(found) == 0 {
		err = notFound()
	}
	if err != nil {
		return TaskList{}, err
	}
	return found[0], nil
}

func insertTaskList(ctx context.Context, tx *store.Tx, as portal.Member, project id.ID, in TaskListInput, first bool) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_task_lists (portal_id, id, project_id, name, external, is_default, milestone_id,
		tasks_open, tasks_closed, created_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, 1)`,
		as.Portal(), in.ID, project, in.Name, in.External, first, nullID(in.Milestone), store.Micros(tx.Now()))
	return err
}

func updateTaskList(ctx context.Context, tx *store.Tx, as portal.Member, in TaskListInput) error {
	_, err := tx.Exec(ctx, `UPDATE projects_task_lists SET name = $3, external = $4, milestone_id = $5, version = version + 1
		WHERE portal_id = $1 AND id = $2`, as.Portal(), in.ID, in.Name, in.External, nullID(in.Milestone))
	return err
}

func deleteTaskList(ctx context.Context, tx *store.Tx, in, list id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_task_lists WHERE portal_id = $1 AND id = $2`, in, list)
	return err
}

// countInList keeps how many tasks a list holds.
func countInList(ctx context.Context, tx *store.Tx, in, list id.ID, closed bool, n int64) error {
	col := "tasks_open"
	if closed {
		col = "tasks_closed"
	}
	_, err := tx.Exec(ctx, `UPDATE projects_task_lists SET `+col+` = `+col+` + $3 WHERE portal_id = $1 AND id = $2`, in, list, n)
	return err
}

// turnTasks gives the tasks of a list its new flag and tells what that does to the
// counters of the project.
func turnTasks(ctx context.Context, tx *store.Tx, in, list id.ID, external bool) (delta, error) {
	rows, err := tx.Query(ctx, `SELECT closed, COUNT(*), SUM(percent) FROM projects_tasks
		WHERE portal_id = $1 AND list_id = $2 GROUP BY closed`, in, list)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	d := delta{}
	for rows.Next() {
		var closed bool
		var n, percent int64
		if err := rows.Scan(&closed, &n, &percent); err != nil {
			return nil, err
		}
		d.count(item{noun: "tasks", closed: closed, external: external}, n)
		d.count(item{noun: "tasks", closed: closed, external: !external}, -n)
		d["percent"+side(external)] += percent
		d["percent"+side(!external)] -= percent
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, `UPDATE projects_tasks SET external = $3, version = version + 1 WHERE portal_id = $1 AND list_id = $2`, in, list, external)
	return d, err
}
