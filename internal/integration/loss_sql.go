package integration

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/store"
)

func countLosses(ctx context.Context, q store.Querier, org id.ID, epoch int64) (Losses, error) {
	var n Losses
	err := q.QueryRow(ctx, `SELECT
		(SELECT COUNT(*) FROM integration_project_links
			WHERE org_id = $1 AND epoch = $2 AND hidden_at IS NULL AND trashed_at IS NULL),
		(SELECT COUNT(DISTINCT record_id) FROM integration_project_links
			WHERE org_id = $1 AND epoch = $2 AND hidden_at IS NULL AND trashed_at IS NULL),
		(SELECT COUNT(*) FROM integration_client_links WHERE org_id = $1 AND epoch = $2 AND hidden_at IS NULL),
		(SELECT COUNT(*) FROM integration_contact_links WHERE org_id = $1 AND epoch = $2 AND hidden_at IS NULL),
		(SELECT COUNT(*) FROM integration_exclusions WHERE org_id = $1 AND epoch = $2),
		(SELECT COUNT(*) FROM integration_task_links WHERE org_id = $1 AND epoch = $2 AND item_id IS NOT NULL)`,
		org, epoch).Scan(&n.Explicit, &n.Records, &n.ClientLinks, &n.ContactLinks, &n.Exclusions, &n.Tasks)
	return n, err
}

// swept are the tables whose rows end with their binding, with their keys; those that
// are kept while there is an archive of the binding.
var swept = []struct {
	table, key string
	kept       bool
}{
	{"integration_project_links", "epoch, record_id, project_id", true},
	{"integration_exclusions", "epoch, record_id, project_id", true},
	{"integration_contact_links", "epoch, client_user_id", true},
	{"integration_client_links", "epoch, company_id", true},
	{"integration_users", "epoch, user_id", false},
	{"integration_task_comments", "link_id, note_id", true},
	{"integration_task_conflicts", "link_id, id", true},
	{"integration_task_links", "id", true},
	{"integration_mirrors", "id", false},
	{"integration_mirror_conflicts", "id", false},
}

// sweep deletes up to limit rows of bindings before epoch that no archive keeps, and
// says how many went.
func sweep(ctx context.Context, tx *store.Tx, org id.ID, epoch int64, limit int) (int64, error) {
	for _, t := range swept {
		kept := ""
		if t.kept {
			kept = " AND epoch NOT IN (SELECT epoch FROM integration_archives WHERE org_id = $1)"
		}
		n, err := tx.Exec(ctx, "DELETE FROM "+t.table+" WHERE org_id = $1 AND ("+t.key+") IN (SELECT "+t.key+
			" FROM "+t.table+" WHERE org_id = $1 AND epoch < $2"+kept+" LIMIT $3)", org, epoch, limit)
		if err != nil || n > 0 {
			return n, err
		}
	}
	return 0, nil
}
