package note

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

const columns = `SELECT n.id, n.title, n.body, n.created_by, COALESCE(u.name, n.author_name), n.created_at, n.modified_at, n.version
	FROM crm_notes n LEFT JOIN crm_users u ON u.org_id = n.org_id AND u.id = n.created_by`

func scan(row func(...any) error) (Note, error) {
	var n Note
	var at, changed int64
	err := row(&n.ID, &n.Title, &n.Body, &n.By, &n.ByName, &at, &changed, &n.Version)
	n.At, n.Changed = store.FromMicros(at), store.FromMicros(changed)
	return n, err
}

func notesOf(ctx context.Context, q store.Querier, org, of, before id.ID, limit int) ([]Note, error) {
	rows, err := q.Query(ctx, columns+` WHERE n.org_id = $1 AND n.record_id = $2 AND n.id < $3 ORDER BY n.id DESC LIMIT $4`, org, of, before, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (Note, error) { return scan(r.Scan) })
}

func noteByID(ctx context.Context, q store.Querier, org, of, note id.ID) (Note, error) {
	n, err := scan(q.QueryRow(ctx, columns+` WHERE n.org_id = $1 AND n.record_id = $2 AND n.id = $3`, org, of, note).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Note{}, fault.NotFound("crm.fault.no_note")
	}
	return n, err
}

func insertNote(ctx context.Context, tx *store.Tx, org, of id.ID, module string, n Note) error {
	_, err := tx.Exec(ctx, `INSERT INTO crm_notes (org_id, record_id, id, module, title, body, version, created_by, author_name, created_at, modified_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $10, $9, $9)`, org, of, n.ID, module, n.Title, n.Body, n.Version, n.By, store.Micros(n.At), n.ByName)
	return err
}

// updateNote gives false when somebody saved in between.
func updateNote(ctx context.Context, tx *store.Tx, org, of id.ID, n Note) (bool, error) {
	rows, err := tx.Exec(ctx, `UPDATE crm_notes SET title = $4, body = $5, version = version + 1, modified_at = $7
		WHERE org_id = $1 AND record_id = $2 AND id = $3 AND version = $6`,
		org, of, n.ID, n.Title, n.Body, n.Version, store.Micros(n.Changed))
	return rows == 1, err
}

func deleteNote(ctx context.Context, tx *store.Tx, org, of, note id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM crm_notes WHERE org_id = $1 AND record_id = $2 AND id = $3`, org, of, note)
	return err
}

// dropNotes deletes up to limit notes of records that are deleted for good, and says
// whether there may be more. The whole key is named: by its last column alone the notes
// of the organisation would be read one and all.
func dropNotes(ctx context.Context, tx *store.Tx, org id.ID, _ string, records []id.ID, limit int) (more bool, err error) {
	b := store.Build(tx.Dialect())
	b.W("DELETE FROM crm_notes WHERE org_id = ", b.Arg(org), " AND (record_id, id) IN (SELECT n.record_id, n.id FROM crm_notes n WHERE n.org_id = ", b.Arg(org),
		" AND ", b.WithinIDs("n.record_id", records), " LIMIT ", b.Arg(limit), ")")
	n, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return n == int64(limit), err
}
