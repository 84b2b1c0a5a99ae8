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
	return n, n.check()
}

// insert writes each kind of row in one statement.
func (n inner) insert(in id.ID, run func(n int, write func(b *store.Builder)) error) error {
	return run(len(n.lines), func(b *store.Builder) {
		b.W(`INSERT INTO projects_checklist (portal_id, task_id, id, words, done) SELECT `, b.Arg(in), `, r.task_id, r.id, r.words, 0 FROM `,
			b.Rows("r", n.lines, "task_id int", "id int", "words text"))
	})
}
