package work

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

func listChecklist(ctx context.Context, q store.Querier, in, task id.ID) ([]ChecklistLine, error) {
	rows, err := q.Query(ctx, `SELECT c.id, c.words, c.done, COALESCE(c.done_by, 0), COALESCE(w.name, ''), COALESCE(c.done_at, 0)
		FROM projects_checklist c LEFT JOIN projects_people w ON w.portal_id = c.portal_id AND w.id = c.done_by
		WHERE c.portal_id = $1 AND c.task_id = $2 ORDER BY c.id LIMIT $3`, in, task, MaxChecklist)
	return store.Collect(rows, err, func(r *sql.Rows) (ChecklistLine, error) {
		var l ChecklistLine
		var at int64
		err := r.Scan(&l.ID, &l.Words, &l.Done, &l.By.ID, &l.By.Name, &at)
		if at != 0 {
			l.At = store.FromMicros(at)
		}
		return l, err
	})
}

func lineDone(ctx context.Context, q store.Querier, in, task, line id.ID) (done bool, err error) {
	err = q.QueryRow(ctx, `SELECT done FROM projects_checklist WHERE portal_id = $1 AND task_id = $2 AND id = $3`, in, task, line).Scan(&done)
	if errors.Is(err, sql.ErrNoRows) {
		err = notFound()
	}
	return done, err
}

func insertLine(ctx context.Context, tx *store.Tx, in, task, line id.ID, words string) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_checklist (portal_id, task_id, id, words, done) VALUES ($1, $2, $3, $4, 0)`, in, task, line, words)
	return err
}

func tickLine(ctx context.Context, tx *store.Tx, as portal.Member, task, line id.ID, done bool) error {
	var by, at any
	if done {
		by, at = nullID(as.ID()), store.Micros(tx.Now())
	}
	_, err := tx.Exec(ctx, `UPDATE projects_checklist SET done = $4, done_by = $5, done_at = $6 WHERE portal_id = $1 AND task_id = $2 AND id = $3`,
		as.Portal(), task, line, done, by, at)
	return err
}

func deleteLine(ctx context.Context, tx *store.Tx, in, task, line id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_checklist WHERE portal_id = $1 AND task_id = $2 AND id = $3`, in, task, line)
	return err
}

func deleteChecklist(ctx context.Context, tx *store.Tx, in, task id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_checklist WHERE portal_id = $1 AND task_id = $2`, in, task)
	return err
}

// countLines keeps how many lines of a task are open and done.
func countLines(ctx context.Context, tx *store.Tx, in, task id.ID, open, done int64) error {
	_, err := tx.Exec(ctx, `UPDATE projects_tasks SET lines_open = lines_open + $3, lines_done = lines_done + $4 WHERE portal_id = $1 AND id = $2`, in, task, open, done)
	return err
}
