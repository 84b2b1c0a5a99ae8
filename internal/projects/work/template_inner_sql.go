package work

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/store"
)

func readInner(ctx context.Context, q store.Querier, in, project id.ID) (inner, error) {
	var n inner
	rows, err := q.Query(ctx, `SELECT c.task_id, c.words FROM projects_checklist c
		JOIN projects_tasks i ON i.portal_id = c.portal_id AND i.id = c.task_id
		WHERE i.portal_id = $1 AND i.project_id = $2 ORDER BY c.task_id, c.id LIMIT $3`, in, project, maxTemplateLines+1)
	n.lines, err = store.Collect(rows, err, func(r *sql.Rows) (copiedLine, error) {
		var l copiedLine
		err := r.Scan(&l.Task, &l.Words)
		return l, err
	})
	if err != nil {
		return n, err
	}
	rows, err = q.Query(ctx, `SELECT after_id, before_id FROM projects_task_links WHERE portal_id = $1 AND project_id = $2
		ORDER BY after_id, before_id LIMIT $3`, in, project, MaxTaskLinks)
	n.links, err = store.Collect(rows, err, func(r *sql.Rows) (copiedLink, error) {
		var l copiedLink
		err := r.Scan(&l.After, &l.Before)
		return l, err
	})
	if err != nil {
		return n, err
	}
	return n, n.check()
}

// insert writes each kind of row in one statement.
func (n inner) insert(in, project id.ID, run func(n int, write func(b *store.Builder)) error) error {
	err := run(len(n.lines), func(b *store.Builder) {
		b.W(`INSERT INTO projects_checklist (portal_id, task_id, id, words, done) SELECT `, b.Arg(in), `, r.task_id, r.id, r.words, 0 FROM `,
			b.Rows("r", n.lines, "task_id int", "id int", "words text"))
	})
	if err != nil {
		return err
	}
	return run(len(n.links), func(b *store.Builder) {
		b.W(`INSERT INTO projects_task_links (portal_id, after_id, before_id, project_id) SELECT `, b.Arg(in), `, r.after_id, r.before_id, `, b.Arg(project), ` FROM `,
			b.Rows("r", n.links, "after_id int", "before_id int"))
	})
}
