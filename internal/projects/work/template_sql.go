package work

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

func listTemplates(ctx context.Context, q store.Querier, in id.ID) ([]Template, error) {
	rows, err := q.Query(ctx, `SELECT p.id, p.name, k.tasks_open_in + k.tasks_open_ex, k.milestones_open_in + k.milestones_open_ex, p.updated_at
		FROM projects_projects p JOIN projects_counters k ON k.portal_id = p.portal_id AND k.project_id = p.id
		WHERE p.portal_id = $1 AND p.trashed = 0 AND p.template = 1 ORDER BY p.name_key, p.id`, in)
	return store.Collect(rows, err, func(r *sql.Rows) (Template, error) {
		var t Template
		var at int64
		err := r.Scan(&t.ID, &t.Name, &t.Tasks, &t.Milestones, &at)
		t.UpdatedAt = store.FromMicros(at)
		return t, err
	})
}

func countTemplates(ctx context.Context, q store.Querier, in id.ID) (int, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM projects_projects WHERE portal_id = $1 AND trashed = 0 AND template = 1`, in).Scan(&n)
	return n, err
}

// readContent reads the work of a project or template outside the bin, a row too many
// of what there may be too much of. What its reader may see in it was asked before.
func readContent(ctx context.Context, q store.Querier, in, project id.ID, template bool) (content, error) {
	var c content
	err := q.QueryRow(ctx, `SELECT p.id, p.owner_id, COALESCE(p.start_date, ''), COALESCE(p.end_date, ''), p.overview FROM projects_projects p
		WHERE p.portal_id = $1 AND p.id = $2 AND p.trashed = 0 AND p.template = $3`, in, project, template).
		Scan(&c.source.ID, &c.source.Owner.ID, &c.source.StartDate, &c.source.EndDate, &c.source.Overview)
	if errors.Is(err, sql.ErrNoRows) {
		err = notFound()
	}
	if err != nil {
		return c, err
	}
	if c.team, err = listMembers(ctx, q, in, c.source); err != nil {
		return c, err
	}
	const limit = MaxTemplateItems + 1
	rows, err := q.Query(ctx, `SELECT id, name, name_key, owner_id, COALESCE(start_date, ''), COALESCE(end_date, ''), external
		FROM projects_milestones WHERE portal_id = $1 AND project_id = $2 ORDER BY id LIMIT $3`, in, project, limit)
	c.stones, err = store.Collect(rows, err, func(r *sql.Rows) (copiedStone, error) {
		var m copiedStone
		err := r.Scan(&m.ID, &m.Name, &m.NameKey, &m.Owner, &m.Start, &m.End, &m.External)
		return m, err
	})
	if err != nil {
		return c, err
	}
	rows, err = q.Query(ctx, `SELECT id, name, external, is_default, COALESCE(milestone_id, 0)
		FROM projects_task_lists WHERE portal_id = $1 AND project_id = $2 ORDER BY is_default DESC, id LIMIT $3`, in, project, limit)
	c.lists, err = store.Collect(rows, err, func(r *sql.Rows) (copiedList, error) {
		var l copiedList
		err := r.Scan(&l.ID, &l.Name, &l.External, &l.Default, &l.Milestone)
		return l, err
	})
	if err != nil {
		return c, err
	}
	rows, err = q.Query(ctx, `SELECT id, list_id, title, title_key, description, external, priority, COALESCE(start_date, ''), COALESCE(due_date, ''), COALESCE(parent_id, 0)
		FROM projects_tasks WHERE portal_id = $1 AND project_id = $2 ORDER BY number LIMIT $3`, in, project, limit)
	c.tasks, err = store.Collect(rows, err, func(r *sql.Rows) (copiedTask, error) {
		var t copiedTask
		err := r.Scan(&t.ID, &t.List, &t.Title, &t.TitleKey, &t.Description, &t.External, &t.Priority, &t.Start, &t.Due, &t.Parent)
		return t, err
	})
	if err != nil {
		return c, err
	}
	ids := make([]id.ID, len(c.tasks))
	for i, t := range c.tasks {
		ids[i] = t.ID
	}
	b := store.Build(q.Dialect())
	b.W(`SELECT task_id, member_id FROM projects_task_owners WHERE portal_id = `, b.Arg(in), ` AND task_id IN `, b.IDs(ids), ` ORDER BY task_id, member_id`)
	rows, err = q.Query(ctx, b.SQL(), b.Args()...)
	c.doers, err = store.Collect(rows, err, func(r *sql.Rows) (copiedDoer, error) {
		var d copiedDoer
		err := r.Scan(&d.Task, &d.Member)
		return d, err
	})
	if err != nil {
		return c, err
	}
	c.inner, err = readInner(ctx, q, in, project)
	return c, err
}

// insertContent writes each kind of row in one statement.
func insertContent(ctx context.Context, tx *store.Tx, as portal.Member, project id.ID, c content) error {
	run := func(n int, write func(b *store.Builder)) error {
		if n == 0 {
			return nil
		}
		b := store.Build(tx.Dialect())
		write(b)
		_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
		return err
	}
	in, now := as.Portal(), store.Micros(tx.Now())
	maker := func(b *store.Builder) string { return `CAST(` + b.Arg(nullID(as.ID())) + ` AS BIGINT)` }
	err := run(len(c.stones), func(b *store.Builder) {
		b.W(`INSERT INTO projects_milestones (portal_id, id, project_id, name, name_key, owner_id, start_date, end_date, end_key,
			status, closed, external, created_by, created_at, updated_at, version)
			SELECT `, b.Arg(in), `, r.id, `, b.Arg(project), `, r.name, r.name_key, r.owner_id, NULLIF(r.start_date, ''), NULLIF(r.end_date, ''), r.end_key,
			`, b.Arg(MilestoneStatuses()[0].Key), `, 0, r.external, `, maker(b), `, `, b.Arg(now), `, `, b.Arg(now), `, 1 FROM `,
			b.Rows("r", c.stones, "id int", "name text", "name_key text", "owner_id int", "start_date text", "end_date text", "end_key text", "external int"))
	})
	if err != nil {
		return err
	}
	err = run(len(c.lists), func(b *store.Builder) {
		b.W(`INSERT INTO projects_task_lists (portal_id, id, project_id, name, external, is_default, milestone_id, tasks_open, tasks_closed, created_at, version)
			SELECT `, b.Arg(in), `, r.id, `, b.Arg(project), `, r.name, r.external, r.is_default, NULLIF(r.milestone_id, 0), r.tasks_open, 0, `, b.Arg(now), `, 1 FROM `,
			b.Rows("r", c.lists, "id int", "name text", "external int", "is_default int", "milestone_id int", "tasks_open int"))
	})
	if err != nil {
		return err
	}
	err = run(len(c.tasks), func(b *store.Builder) {
		b.W(`INSERT INTO projects_tasks (portal_id, id, project_id, list_id, number, title, title_key, description, status, closed,
			external, priority, start_date, due_date, due_key, percent, lines_open, parent_id, subtasks_open, created_by, created_at, updated_at, version)
			SELECT `, b.Arg(in), `, r.id, `, b.Arg(project), `, r.list_id, r.number, r.title, r.title_key, r.description, `, b.Arg(TaskStatuses()[0].Key), `, 0,
			r.external, r.priority, NULLIF(r.start_date, ''), NULLIF(r.due_date, ''), r.due_key, 0, r.lines_open, NULLIF(r.parent_id, 0), r.subtasks_open, `, maker(b), `, `, b.Arg(now), `, `, b.Arg(now), `, 1 FROM `,
			b.Rows("r", c.tasks, "id int", "list_id int", "number int", "title text", "title_key text", "description text", "external int", "priority text",
				"start_date text", "due_date text", "due_key text", "lines_open int", "parent_id int", "subtasks_open int"))
	})
	if err != nil {
		return err
	}
	err = run(len(c.doers), func(b *store.Builder) {
		b.W(`INSERT INTO projects_task_owners (portal_id, task_id, member_id, closed, due_key) SELECT `, b.Arg(in), `, r.task_id, r.member_id, 0, r.due_key FROM `,
			b.Rows("r", c.doers, "task_id int", "member_id int", "due_key text"))
	})
	if err != nil {
		return err
	}
	if err := c.inner.insert(in, project, run); err != nil {
		return err
	}
	words := c.grams()
	return run(len(words), func(b *store.Builder) {
		b.W(`INSERT INTO projects_grams (portal_id, scope_id, kind, gram, subject_id) SELECT `, b.Arg(in), `, `, b.Arg(project), `, r.kind, r.gram, r.subject_id FROM `,
			b.Rows("r", words, "kind text", "gram text", "subject_id int"))
	})
}
