package work

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

func parentID(ctx context.Context, q store.Querier, in, project, task id.ID) (parent id.ID, err error) {
	err = q.QueryRow(ctx, `SELECT COALESCE(parent_id, 0) FROM projects_tasks WHERE portal_id = $1 AND id = $2 AND project_id = $3`, in, task, project).Scan(&parent)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return parent, err
}

// childrenOf gives what is part of any of the tasks, one too many at most.
func childrenOf(ctx context.Context, q store.Querier, in, project id.ID, of []id.ID) ([]id.ID, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT id FROM projects_tasks WHERE portal_id = `, b.Arg(in), ` AND project_id = `, b.Arg(project), ` AND parent_id IN `, b.IDs(of),
		` ORDER BY id LIMIT `, b.Arg(MaxSubtasks+1))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (id.ID, error) {
		var n id.ID
		err := r.Scan(&n)
		return n, err
	})
}

// tasksByID reads whole tasks whatever the badge sees, for what is done to them with
// another one.
func tasksByID(ctx context.Context, tx *store.Tx, as portal.Member, ids []id.ID) ([]taskRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	b := store.Build(tx.Dialect())
	selectTasks(b, as, true)
	b.W(` WHERE i.portal_id = `, b.Arg(as.Portal()), ` AND i.id IN `, b.IDs(ids), ` ORDER BY i.id`)
	rows, err := readTasks(ctx, tx, b)
	if err != nil {
		return nil, err
	}
	return rows, fillOwners(ctx, tx, as.Portal(), rows)
}

// listRelatives lists the tasks the stance sees of those a condition on i names.
func listRelatives(ctx context.Context, q store.Querier, st stance, project id.ID, which func(b *store.Builder)) ([]taskRow, error) {
	b := store.Build(q.Dialect())
	selectTasks(b, st.as, false)
	b.W(` WHERE i.portal_id = `, b.Arg(st.as.Portal()), ` AND i.project_id = `, b.Arg(project))
	st.seen(b, portal.ActViewTask)
	which(b)
	b.W(` ORDER BY i.number LIMIT `, b.Arg(MaxSubtasks))
	return readTasks(ctx, q, b)
}

func setParent(ctx context.Context, tx *store.Tx, in, task, parent id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE projects_tasks SET parent_id = $3 WHERE portal_id = $1 AND id = $2`, in, task, nullID(parent))
	return err
}

// countInParent keeps how many tasks are part of another one.
func countInParent(ctx context.Context, tx *store.Tx, in, parent id.ID, closed bool, n int64) error {
	if parent == 0 {
		return nil
	}
	col := "subtasks_open"
	if closed {
		col = "subtasks_closed"
	}
	_, err := tx.Exec(ctx, `UPDATE projects_tasks SET `+col+` = `+col+` + $3 WHERE portal_id = $1 AND id = $2`, in, parent, n)
	return err
}
