package work

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

func listGroups(ctx context.Context, q store.Querier, as portal.Member) ([]Group, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT g.id, g.name, g.version, (SELECT COUNT(*) FROM projects_projects p WHERE `)
	visible(b, as)
	b.W(` AND p.group_id = g.id AND p.trashed = 0)
		FROM projects_groups g WHERE g.portal_id = `, b.Arg(as.Portal()), ` ORDER BY g.name_key`)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Group
	for rows.Next() {
		var g Group
		if err := rows.Scan(&g.ID, &g.Name, &g.Version, &g.Projects); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

func groupExists(ctx context.Context, q store.Querier, portal, group id.ID) (bool, error) {
	return exists(q.QueryRow(ctx, `SELECT 1 FROM projects_groups WHERE portal_id = $1 AND id = $2`, portal, group))
}

func insertGroup(ctx context.Context, tx *store.Tx, portal id.ID, g Group) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_groups (portal_id, id, name, name_key, created_at, version) VALUES ($1, $2, $3, $4, $5, 1)`,
		portal, g.ID, g.Name, fold(g.Name), store.Micros(tx.Now()))
	return err
}

func renameGroup(ctx context.Context, tx *store.Tx, portal id.ID, g Group, version int64) (int64, error) {
	return tx.Exec(ctx, `UPDATE projects_groups SET name = $3, name_key = $4, version = version + 1
		WHERE portal_id = $1 AND id = $2 AND version = $5`, portal, g.ID, g.Name, fold(g.Name), version)
}

func deleteGroup(ctx context.Context, tx *store.Tx, portal, group id.ID) (int64, error) {
	_, err := tx.Exec(ctx, `UPDATE projects_projects SET group_id = NULL, version = version + 1 WHERE portal_id = $1 AND group_id = $2`, portal, group)
	if err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `DELETE FROM projects_groups WHERE portal_id = $1 AND id = $2`, portal, group)
}
