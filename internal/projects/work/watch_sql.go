package work

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/store"
)

func addWatcher(ctx context.Context, tx *store.Tx, in, project id.ID, who string) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_watchers (portal_id, org, project_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, in, who, project)
	return err
}

func dropWatcher(ctx context.Context, tx *store.Tx, in, project id.ID, who string) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_watchers WHERE portal_id = $1 AND org = $2 AND project_id = $3`, in, who, project)
	return err
}

// noteWatched notes at a project that is held whether anybody watches it.
func noteWatched(ctx context.Context, tx *store.Tx, in, project id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE projects_projects SET watched = (SELECT COUNT(*) FROM (SELECT 1 FROM projects_watchers
		WHERE portal_id = $1 AND project_id = $2 LIMIT 1) w) WHERE portal_id = $1 AND id = $2`, in, project)
	return err
}

func watchedBy(ctx context.Context, q store.Querier, in id.ID, who string, after id.ID, limit int) ([]id.ID, error) {
	rows, err := q.Query(ctx, `SELECT project_id FROM projects_watchers WHERE portal_id = $1 AND org = $2 AND project_id > $3
		ORDER BY project_id LIMIT $4`, in, who, after, limit)
	return store.Collect(rows, err, scanOne)
}
