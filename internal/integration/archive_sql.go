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

// archiveRead are the columns with how many tasks are kept, which their rows say.
const archiveRead = archiveColumns + `, (SELECT COUNT(*) FROM integration_task_links t
	WHERE t.org_id = integration_archives.org_id AND t.epoch = integration_archives.epoch AND t.item_id IS NOT NULL)`

func scanArchive(row scanner) (Archive, error) {
	var a Archive
	var at int64
	err := row.Scan(&a.Epoch, &a.Portal.ID, &a.Portal.Name, &a.by, &at, &a.Projects, &a.Clients, &a.Contacts, &a.Exclusions, &a.Tasks)
	a.At = store.FromMicros(at)
	return a, err
}

func listArchives(ctx context.Context, q store.Querier, org id.ID) ([]Archive, error) {
	rows, err := q.Query(ctx, "SELECT "+archiveRead+" FROM integration_archives WHERE org_id = $1 AND loading_at IS NULL ORDER BY ended_at DESC, epoch DESC LIMIT $2", org, maxArchives)
	return store.Collect(rows, err, func(r *sql.Rows) (Archive, error) { return scanArchive(r) })
}

func readArchive(ctx context.Context, q store.Querier, org id.ID, epoch int64) (Archive, error) {
	a, err := scanArchive(q.QueryRow(ctx, "SELECT "+archiveRead+" FROM integration_archives WHERE org_id = $1 AND epoch = $2 AND loading_at IS NULL", org, epoch))
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
	return dropOldest(ctx, tx, org)
}

// dropOldest lets the oldest go of more archives than are kept.
func dropOldest(ctx context.Context, tx *store.Tx, org id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM integration_archives WHERE org_id = $1 AND loading_at IS NULL AND epoch NOT IN
		(SELECT epoch FROM integration_archives WHERE org_id = $1 AND loading_at IS NULL ORDER BY ended_at DESC, epoch DESC LIMIT $2)`, org, maxArchives)
	return err
}

// insertLoading begins an archive whose ties come from a file.
func insertLoading(ctx context.Context, tx *store.Tx, org id.ID, a Archive) error {
	_, err := tx.Exec(ctx, "INSERT INTO integration_archives (org_id, "+archiveColumns+`, loading_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $6)`,
		org, a.Epoch, a.Portal.ID, a.Portal.Name, a.by, store.Micros(tx.Now()), a.Projects, a.Clients, a.Contacts, a.Exclusions)
	return err
}

// showLoaded ends the loading of an archive; false when it was given up meanwhile.
func showLoaded(ctx context.Context, tx *store.Tx, org id.ID, epoch int64) (bool, error) {
	n, err := tx.Exec(ctx, "UPDATE integration_archives SET loading_at = NULL, ended_at = $3 WHERE org_id = $1 AND epoch = $2 AND loading_at IS NOT NULL",
		org, epoch, store.Micros(tx.Now()))
	if err != nil || n == 0 {
		return false, err
	}
	return true, dropOldest(ctx, tx, org)
}

// dropLoading gives up what was being loaded since before a time; its ties are swept.
func dropLoading(ctx context.Context, tx *store.Tx, org id.ID, before int64) error {
	_, err := tx.Exec(ctx, "DELETE FROM integration_archives WHERE org_id = $1 AND loading_at < $2", org, before)
	return err
}

func deleteArchive(ctx context.Context, tx *store.Tx, org id.ID, epoch int64) error {
	_, err := tx.Exec(ctx, "DELETE FROM integration_archives WHERE org_id = $1 AND epoch = $2", org, epoch)
	return err
}

// archived reads the ties of each kind in the order of their keys, after one of them.
var archived = map[string]string{
	tieClient: `SELECT 'Accounts', account_id, company_id, name, 0, 0, COALESCE(linked_by, 0), linked_at FROM integration_client_links
		WHERE org_id = $1 AND epoch = $2 AND company_id > $3 AND $4 >= 0 ORDER BY company_id LIMIT $5`,
	tieContact: `SELECT 'Contacts', contact_id, client_user_id, '', company_id, 0, COALESCE(linked_by, 0), linked_at FROM integration_contact_links
		WHERE org_id = $1 AND epoch = $2 AND client_user_id > $3 AND $4 >= 0 ORDER BY client_user_id LIMIT $5`,
	tieProject: `SELECT module, record_id, project_id, '', 0, 0, COALESCE(linked_by, 0), linked_at FROM integration_project_links
		WHERE org_id = $1 AND epoch = $2 AND (record_id, project_id) > ($3, $4) ORDER BY record_id, project_id LIMIT $5`,
	tieExclusion: `SELECT '', record_id, project_id, '', 0, 0, COALESCE(excluded_by, 0), excluded_at FROM integration_exclusions
		WHERE org_id = $1 AND epoch = $2 AND (record_id, project_id) > ($3, $4) ORDER BY record_id, project_id LIMIT $5`,
	tieTask: `SELECT 'Tasks', task_id, item_id, '', 0, project_id, linked_by, linked_at FROM integration_task_links
		WHERE org_id = $1 AND epoch = $2 AND task_id > $3 AND $4 >= 0 AND item_id IS NOT NULL ORDER BY task_id LIMIT $5`,
}

// place is where a tie stands in the order of its kind.
func (t archivedTie) place() [2]id.ID {
	switch t.Kind {
	case tieClient, tieContact:
		return [2]id.ID{t.Target, 0}
	case tieTask:
		return [2]id.ID{t.Record, 0}
	}
	return [2]id.ID{t.Record, t.Target}
}

func archivedTies(ctx context.Context, q store.Querier, org id.ID, epoch int64, kind string, after [2]id.ID, limit int) ([]archivedTie, error) {
	rows, err := q.Query(ctx, archived[kind], org, epoch, after[0], after[1], limit)
	return store.Collect(rows, err, func(r *sql.Rows) (archivedTie, error) {
		t := archivedTie{Kind: kind}
		var at int64
		err := r.Scan(&t.Module, &t.Record, &t.Target, &t.TargetName, &t.Client, &t.Project, &t.By, &at)
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

// copyTaskTie ties a task again as a kept binding had it, with its comments; false when
// it or the project's task is tied already.
func copyTaskTie(ctx context.Context, tx *store.Tx, l link, from int64, task id.ID) (id.ID, bool, error) {
	var old id.ID
	err := tx.QueryRow(ctx, `SELECT id FROM integration_task_links WHERE org_id = $1 AND epoch = $2 AND task_id = $3`, l.Org, from, task).Scan(&old)
	if err != nil {
		return 0, false, err
	}
	made := tx.NewID()
	n, err := tx.Exec(ctx, `INSERT INTO integration_task_links (org_id, id, epoch, task_id, project_id, item_id, state, reason, left_out, crm_base, project_base,
		linked_by, linked_at, queued_at, version) SELECT org_id, CAST($3 AS BIGINT), CAST($4 AS BIGINT), task_id, project_id, item_id, 'waiting', '', '', crm_base, project_base,
		linked_by, linked_at, CAST($5 AS BIGINT), 1 FROM integration_task_links WHERE org_id = $1 AND id = $2 ON CONFLICT DO NOTHING`,
		l.Org, old, made, l.Epoch, store.Micros(tx.Now()))
	if err != nil || n == 0 {
		return 0, false, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO integration_task_comments (org_id, link_id, note_id, comment_id, epoch, note_base, comment_base)
		SELECT org_id, CAST($3 AS BIGINT), note_id, comment_id, CAST($4 AS BIGINT), note_base, comment_base FROM integration_task_comments WHERE org_id = $1 AND link_id = $2`,
		l.Org, old, made, l.Epoch)
	return made, true, err
}

// insertArchivedTies writes ties of one kind under the epoch of an archive.
func insertArchivedTies(ctx context.Context, tx *store.Tx, org id.ID, epoch int64, kind string, list []archivedTie) error {
	type row struct {
		ID      id.ID  `json:"id"`
		Module  string `json:"module"`
		Record  id.ID  `json:"record"`
		Target  id.ID  `json:"target"`
		Name    string `json:"name"`
		Client  id.ID  `json:"client"`
		Project id.ID  `json:"project"`
		By      id.ID  `json:"by"`
		At      int64  `json:"at"`
	}
	rows := make([]row, len(list))
	for i, t := range list {
		rows[i] = row{tx.NewID(), t.Module, t.Record, t.Target, t.TargetName, t.Client, t.Project, t.By, store.Micros(tx.Now())}
	}
	b := store.Build(tx.Dialect())
	head := "SELECT CAST(" + b.Arg(org) + " AS BIGINT), CAST(" + b.Arg(epoch) + " AS BIGINT), "
	switch kind {
	case tieClient:
		b.W("INSERT INTO integration_client_links (org_id, epoch, ", clientColumns, ") ", head, "r.target, r.record, r.name, '", SourceManual, "', r.by, r.at FROM ")
	case tieContact:
		b.W("INSERT INTO integration_contact_links (org_id, epoch, ", contactColumns, ") ", head, "r.target, r.record, r.client, CAST(NULL AS BIGINT), '", SourceManual, "', r.by, r.at FROM ")
	case tieProject:
		b.W("INSERT INTO integration_project_links (org_id, epoch, ", projectColumns, ") ", head, "r.record, r.target, r.module, CAST(NULL AS BIGINT), r.by, r.at FROM ")
	case tieExclusion:
		b.W("INSERT INTO integration_exclusions (org_id, epoch, record_id, project_id, excluded_by, excluded_at) ", head, "r.record, r.target, r.by, r.at FROM ")
	case tieTask:
		b.W("INSERT INTO integration_task_links (org_id, epoch, id, task_id, project_id, item_id, state, reason, left_out, crm_base, project_base, linked_by, linked_at, queued_at, version) ",
			head, "r.id, r.record, r.project, r.target, '", TaskSynced, "', '', '', '{}', '{}', r.by, r.at, r.at, 1 FROM ")
	}
	b.W(b.Rows("r", rows, "id int", "module text", "record int", "target int", "name text", "client int", "project int", "by int", "at int"), " WHERE r.id > 0 ON CONFLICT DO NOTHING")
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}
