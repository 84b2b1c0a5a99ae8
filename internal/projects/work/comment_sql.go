package work

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/store"
)

const selectComments = `SELECT c.id, c.body, COALESCE(c.author_id, 0), COALESCE(w.name, c.author_name), c.created_at, c.updated_at, c.version
	FROM projects_comments c LEFT JOIN projects_people w ON w.portal_id = c.portal_id AND w.id = c.author_id`

func scanComment(row scanner) (Comment, error) {
	var c Comment
	var made, changed int64
	err := row.Scan(&c.ID, &c.Body, &c.By.ID, &c.By.Name, &made, &changed, &c.Version)
	c.At, c.Edited = store.FromMicros(made), changed != made
	return c, err
}

func listComments(ctx context.Context, q store.Querier, in, item, before id.ID, limit int) ([]Comment, error) {
	rows, err := q.Query(ctx, selectComments+` WHERE c.portal_id = $1 AND c.item_id = $2 AND c.id < $3 ORDER BY c.id DESC LIMIT $4`, in, item, before, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (Comment, error) { return scanComment(r) })
}

func findComment(ctx context.Context, q store.Querier, in, item, comment id.ID) (Comment, error) {
	c, err := scanComment(q.QueryRow(ctx, selectComments+` WHERE c.portal_id = $1 AND c.item_id = $2 AND c.id = $3`, in, item, comment))
	if errors.Is(err, sql.ErrNoRows) {
		return c, notFound()
	}
	return c, err
}

func insertComment(ctx context.Context, tx *store.Tx, in, project id.ID, kind string, item id.ID, c Comment) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_comments (portal_id, item_id, id, project_id, kind, body, author_id, author_name, created_at, updated_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 1)`,
		in, item, c.ID, project, kind, c.Body, nullID(c.By.ID), c.By.Name, store.Micros(c.At))
	return err
}

func updateComment(ctx context.Context, tx *store.Tx, in, item, comment id.ID, body string) error {
	_, err := tx.Exec(ctx, `UPDATE projects_comments SET body = $4, updated_at = $5, version = version + 1 WHERE portal_id = $1 AND item_id = $2 AND id = $3`,
		in, item, comment, body, store.Micros(tx.Now()))
	return err
}

func deleteComment(ctx context.Context, tx *store.Tx, in, item, comment id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_comments WHERE portal_id = $1 AND item_id = $2 AND id = $3`, in, item, comment)
	return err
}

func deleteComments(ctx context.Context, tx *store.Tx, in, item id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_comments WHERE portal_id = $1 AND item_id = $2`, in, item)
	return err
}

// watchTask sets whether a task's changes are told outside.
func watchTask(ctx context.Context, tx *store.Tx, in, task id.ID, on bool) error {
	_, err := tx.Exec(ctx, `UPDATE projects_tasks SET watched = $3 WHERE portal_id = $1 AND id = $2`, in, task, on)
	return err
}
