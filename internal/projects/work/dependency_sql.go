package work

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/store"
)

func scanLink(r *sql.Rows) (link, error) {
	var l link
	err := r.Scan(&l.before, &l.after)
	return l, err
}

func listLinks(ctx context.Context, q store.Querier, in, project id.ID) ([]link, error) {
	rows, err := q.Query(ctx, `SELECT before_id, after_id FROM projects_task_links WHERE portal_id = $1 AND project_id = $2
		ORDER BY after_id, before_id LIMIT $3`, in, project, MaxTaskLinks+1)
	return store.Collect(rows, err, scanLink)
}

// listParts gives which task is part of which; the whole is before, the part after.
func listParts(ctx context.Context, q store.Querier, in, project id.ID) ([]link, error) {
	rows, err := q.Query(ctx, `SELECT parent_id, id FROM projects_tasks WHERE portal_id = $1 AND project_id = $2 AND parent_id > 0`, in, project)
	return store.Collect(rows, err, scanLink)
}

func insertLink(ctx context.Context, tx *store.Tx, in, project id.ID, l link) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_task_links (portal_id, after_id, before_id, project_id) VALUES ($1, $2, $3, $4)`, in, l.after, l.before, project)
	return err
}

func deleteLink(ctx context.Context, tx *store.Tx, in, project id.ID, l link) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_task_links WHERE portal_id = $1 AND project_id = $2 AND after_id = $3 AND before_id = $4`, in, project, l.after, l.before)
	return err
}

// deleteLinks takes away whatever waits for a task and what it waits for.
func deleteLinks(ctx context.Context, tx *store.Tx, in, task id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_task_links WHERE portal_id = $1 AND after_id = $2`, in, task)
	if err == nil {
		_, err = tx.Exec(ctx, `DELETE FROM projects_task_links WHERE portal_id = $1 AND before_id = $2`, in, task)
	}
	return err
}

// early is whether a task under the alias i is to start, or to be done, before something
// it waits for is done.
const early = `(i.closed = 0 AND EXISTS (SELECT 1 FROM projects_task_links k
	JOIN projects_tasks kb ON kb.portal_id = k.portal_id AND kb.id = k.before_id
	WHERE k.portal_id = i.portal_id AND k.after_id = i.id AND kb.closed = 0 AND kb.due_date > COALESCE(i.start_date, i.due_date)))`
