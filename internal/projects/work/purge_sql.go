package work

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/store"
)

// holdings are the tables with what a project holds, those that point at others first.
// Rows of those with of hang on a task. A test compares them with the schema.
var holdings = []struct{ table, key, of string }{
	{"projects_time_logs", "id", ""},
	{"projects_comments", "item_id, id", ""},
	{"projects_checklist", "id", "task_id"},
	{"projects_task_links", "after_id, before_id", ""},
	{"projects_task_owners", "member_id", "task_id"},
	{"projects_bugs", "id", ""},
	{"projects_tasks", "id", ""},
	{"projects_task_lists", "id", ""},
	{"projects_milestones", "id", ""},
	{"projects_watchers", "org", ""},
	{"projects_project_users", "user_id", ""},
	{"projects_project_clients", "company_id", ""},
	{"projects_project_members", "member_id", ""},
}

// dropContent deletes some rows of a project and says whether more may be left.
func dropContent(ctx context.Context, tx *store.Tx, in, project id.ID, limit int64) (bool, error) {
	for _, t := range holdings {
		text := "DELETE FROM " + t.table + " WHERE portal_id = $1 AND project_id = $2 AND (" + t.key +
			") IN (SELECT " + t.key + " FROM " + t.table + " WHERE portal_id = $1 AND project_id = $2 LIMIT $3)"
		if t.of != "" {
			text = "DELETE FROM " + t.table + " WHERE portal_id = $1 AND " + t.of + " IN (SELECT c." + t.of + " FROM " + t.table +
				" c JOIN projects_tasks i ON i.portal_id = c.portal_id AND i.id = c." + t.of + " WHERE i.portal_id = $1 AND i.project_id = $2 LIMIT $3)"
		}
		n, err := tx.Exec(ctx, text, in, project, limit)
		if err != nil || n > 0 {
			return true, err
		}
	}
	n, err := tx.Exec(ctx, `DELETE FROM projects_grams WHERE portal_id = $1 AND scope_id = $2 AND (kind, gram, subject_id) IN
		(SELECT kind, gram, subject_id FROM projects_grams WHERE portal_id = $1 AND scope_id = $2 LIMIT $3)`, in, project, 10*limit)
	return n > 0, err
}

// dropDocuments deletes some documents of a project and gives their files.
func dropDocuments(ctx context.Context, tx *store.Tx, in, project id.ID, limit int64) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `DELETE FROM projects_documents WHERE portal_id = $1 AND project_id = $2 AND id IN
		(SELECT id FROM projects_documents WHERE portal_id = $1 AND project_id = $2 LIMIT $3) RETURNING file_id`, in, project, limit)
	return store.Collect(rows, err, scanOne)
}

func scanOne(r *sql.Rows) (n id.ID, err error) { return n, r.Scan(&n) }

// dropProject deletes the row of a project with nothing left in it.
func dropProject(ctx context.Context, tx *store.Tx, in, project id.ID) error {
	if _, err := tx.Exec(ctx, "DELETE FROM projects_counters WHERE portal_id = $1 AND project_id = $2", in, project); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "DELETE FROM projects_projects WHERE portal_id = $1 AND id = $2 AND trashed = 2", in, project)
	return err
}

func setPurging(ctx context.Context, tx *store.Tx, in, project id.ID) error {
	_, err := tx.Exec(ctx, "UPDATE projects_projects SET trashed = 2, trashed_at = NULL, version = version + 1 WHERE portal_id = $1 AND id = $2", in, project)
	return err
}

func binnedStill(ctx context.Context, tx *store.Tx, in, project id.ID) (bool, error) {
	return stands(ctx, tx, in, project, 1)
}

func purgingStill(ctx context.Context, tx *store.Tx, in, project id.ID) (bool, error) {
	return stands(ctx, tx, in, project, 2)
}

func stands(ctx context.Context, tx *store.Tx, in, project id.ID, trashed int) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM projects_projects WHERE portal_id = $1 AND id = $2 AND trashed = $3", in, project, trashed).Scan(&n)
	return n == 1, err
}

// binned is a project in the bin as the purge needs it.
type binned struct {
	id       id.ID
	nameKey  string
	template bool
}

// binnedBefore gives projects that lie in the bin since a time or longer, the oldest
// first.
func binnedBefore(ctx context.Context, q store.Querier, in id.ID, until int64, limit int) ([]binned, error) {
	rows, err := q.Query(ctx, `SELECT id, name_key, template FROM projects_projects
		WHERE portal_id = $1 AND trashed = 1 AND trashed_at <= $2 ORDER BY trashed_at, id LIMIT $3`, in, until, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (b binned, err error) { return b, r.Scan(&b.id, &b.nameKey, &b.template) })
}

func portalsAfter(ctx context.Context, q store.Querier, after id.ID, limit int) ([]id.ID, error) {
	rows, err := q.Query(ctx, "SELECT id FROM projects_portals WHERE id > $1 ORDER BY id LIMIT $2", after, limit)
	return store.Collect(rows, err, scanOne)
}
