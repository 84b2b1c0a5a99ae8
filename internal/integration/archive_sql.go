package integration

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

const archiveColumns = "epoch, portal_id, portal_name, ended_by, ended_at, projects, clients, contacts, exclusions"

func scanArchive(row scanner) (Archive, error) {
	var a Archive
	var at int64
	err := row.Scan(&a.Epoch, &a.Portal.ID, &a.Portal.Name, &a.by, &at, &a.Projects, &a.Clients, &a.Contacts, &a.Exclusions)
	a.At = store.FromMicros(at)
	return a, err
}

func listArchives(ctx context.Context, q store.Querier, org id.ID) ([]Archive, error) {
	rows, err := q.Query(ctx, "SELECT "+archiveColumns+" FROM integration_archives WHERE org_id = $1 ORDER BY epoch DESC LIMIT $2", org, maxArchives)
	return store.Collect(rows, err, func(r *sql.Rows) (Archive, error) { return scanArchive(r) })
}

func readArchive(ctx context.Context, q store.Querier, org id.ID, epoch int64) (Archive, error) {
	a, err := scanArchive(q.QueryRow(ctx, "SELECT "+archiveColumns+" FROM integration_archives WHERE org_id = $1 AND epoch = $2", org, epoch))
	if errors.Is(err, sql.ErrNoRows) {
		return a, fault.NotFound("integration.archive.gone")
	}
	return a, err
}

// insertArchive keeps a binding and lets the oldest go.
func insertArchive(ctx context.Context, tx *store.Tx, org id.ID, a Archive) error {
	_, err := tx.Exec(ctx, "INSERT INTO integration_archives (org_id, "+archiveColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (org_id, epoch) DO NOTHING`,
		org, a.Epoch, a.Portal.ID, a.Portal.Name, a.by, store.Micros(tx.Now()), a.Projects, a.Clients, a.Contacts, a.Exclusions)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM integration_archives WHERE org_id = $1 AND epoch NOT IN
		(SELECT epoch FROM integration_archives WHERE org_id = $1 ORDER BY epoch DESC LIMIT $2)`, org, maxArchives)
	return err
}

func deleteArchive(ctx context.Context, tx *store.Tx, org id.ID, epoch int64) error {
	_, err := tx.Exec(ctx, "DELETE FROM integration_archives WHERE org_id = $1 AND epoch = $2", org, epoch)
	return err
}

// archived reads the ties of each kind in the order of their keys, after one of them.
var archived = map[string]string{
	tieClient: `SELECT 'Accounts', account_id, company_id, name, 0, COALESCE(linked_by, 0), linked_at FROM integration_client_links
		WHERE org_id = $1 AND epoch = $2 AND company_id > $3 AND $4 >= 0 ORDER BY company_id LIMIT $5`,
	tieContact: `SELECT 'Contacts', contact_id, client_user_id, '', company_id, COALESCE(linked_by, 0), linked_at FROM integration_contact_links
		WHERE org_id = $1 AND epoch = $2 AND client_user_id > $3 AND $4 >= 0 ORDER BY client_user_id LIMIT $5`,
	tieProject: `SELECT module, record_id, project_id, '', 0, COALESCE(linked_by, 0), linked_at FROM integration_project_links
		WHERE org_id = $1 AND epoch = $2 AND (record_id, project_id) > ($3, $4) ORDER BY record_id, project_id LIMIT $5`,
	tieExclusion: `SELECT '', record_id, project_id, '', 0, COALESCE(excluded_by, 0), excluded_at FROM integration_exclusions
		WHERE org_id = $1 AND epoch = $2 AND (record_id, project_id) > ($3, $4) ORDER BY record_id, project_id LIMIT $5`,
}

// place is where a tie stands in the order of its kind.
func (t archivedTie) place() [2]id.ID {
	if t.Kind == tieClient || t.Kind == tieContact {
		return [2]id.ID{t.Target, 0}
	}
	return [2]id.ID{t.Record, t.Target}
}

func archivedTies(ctx context.Context, q store.Querier, org id.ID, epoch int64, kind string, after [2]id.ID, limit int) ([]archivedTie, error) {
	rows, err := q.Query(ctx, archived[kind], org, epoch, after[0], after[1], limit)
	return store.Collect(rows, err, func(r *sql.Rows) (archivedTie, error) {
		t := archivedTie{Kind: kind}
		var at int64
		err := r.Scan(&t.Module, &t.Record, &t.Target, &t.TargetName, &t.Client, &t.By, &at)
		t.At = store.FromMicros(at).UTC().Format(time.RFC3339)
		return t, err
	})
}

func insertRestoreRows(ctx context.Context, tx *store.Tx, r run, list []NotRestored) error {
	for _, n := range list {
		_, err := tx.Exec(ctx, `INSERT INTO integration_restore_rows (org_id, run_id, id, kind, module, record_id, record, target, reason)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			r.Org, r.ID, tx.NewID(), n.Kind, n.Record.Module, n.Record.ID, n.Record.Name, n.Target, n.Reason)
		if err != nil {
			return err
		}
	}
	return nil
}

func restoreRows(ctx context.Context, q store.Querier, org, runID, after id.ID, limit int) ([]NotRestored, error) {
	rows, err := q.Query(ctx, `SELECT id, kind, module, record_id, record, target, reason FROM integration_restore_rows
		WHERE org_id = $1 AND run_id = $2 AND id > $3 ORDER BY id LIMIT $4`, org, runID, after, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (NotRestored, error) {
		var n NotRestored
		err := r.Scan(&n.id, &n.Kind, &n.Record.Module, &n.Record.ID, &n.Record.Name, &n.Target, &n.Reason)
		return n, err
	})
}
