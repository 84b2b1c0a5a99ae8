package attachment

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

const columns = `SELECT a.id, a.file_id, a.name, a.size, a.type, a.created_by, COALESCE(u.name, a.author_name), a.created_at
	FROM crm_attachments a LEFT JOIN crm_users u ON u.org_id = a.org_id AND u.id = a.created_by`

func scan(row func(...any) error) (Attachment, error) {
	var a Attachment
	var at int64
	err := row(&a.ID, &a.file, &a.Name, &a.Size, &a.Type, &a.By, &a.ByName, &at)
	a.At = store.FromMicros(at)
	return a, err
}

func attachmentsOf(ctx context.Context, q store.Querier, org, of, before id.ID, limit int) ([]Attachment, error) {
	rows, err := q.Query(ctx, columns+` WHERE a.org_id = $1 AND a.record_id = $2 AND a.id < $3 ORDER BY a.id DESC LIMIT $4`, org, of, before, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (Attachment, error) { return scan(r.Scan) })
}

func attachmentByID(ctx context.Context, q store.Querier, org, of, which id.ID) (Attachment, error) {
	a, err := scan(q.QueryRow(ctx, columns+` WHERE a.org_id = $1 AND a.record_id = $2 AND a.id = $3`, org, of, which).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Attachment{}, fault.NotFound("crm.fault.no_file")
	}
	return a, err
}

func countAttachments(ctx context.Context, q store.Querier, org, of id.ID) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM crm_attachments WHERE org_id = $1 AND record_id = $2`, org, of).Scan(&n)
	return n, err
}

// attachmentOnce gives what a form attached to the record before, if it is the same
// file: one that is sent again by going back carries the same token with another.
func attachmentOnce(ctx context.Context, tx *store.Tx, as access.Actor, of id.ID, once string, same Attachment) (Attachment, error) {
	if once == "" {
		return Attachment{}, nil
	}
	a, err := scan(tx.QueryRow(ctx, columns+` WHERE a.org_id = $1 AND a.record_id = $2 AND a.once <> '' AND a.once = $3
		AND a.created_by = $4 AND a.name = $5 AND a.size = $6 ORDER BY a.id LIMIT 1`, as.Org(), of, once, as.User(), same.Name, same.Size).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Attachment{}, nil
	}
	return a, err
}

func insertAttachment(ctx context.Context, tx *store.Tx, org, of id.ID, module, once string, a Attachment) error {
	_, err := tx.Exec(ctx, `INSERT INTO crm_attachments (org_id, record_id, id, module, file_id, name, size, type, created_by, author_name, created_at, once)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, org, of, a.ID, module, a.file, a.Name, a.Size, a.Type, a.By, a.ByName, store.Micros(a.At), once)
	return err
}

func deleteAttachment(ctx context.Context, tx *store.Tx, org, of, which id.ID) error {
	n, err := tx.Exec(ctx, `DELETE FROM crm_attachments WHERE org_id = $1 AND record_id = $2 AND id = $3`, org, of, which)
	if err == nil && n == 0 {
		return fault.NotFound("crm.fault.no_file") // somebody else was first, and let go of what it holds
	}
	return err
}

// deleteOf deletes up to limit attachments of records and gives the files they named.
// The whole key is named, so that an index finds them.
func deleteOf(ctx context.Context, tx *store.Tx, org id.ID, records []id.ID, limit int) ([]id.ID, error) {
	b := store.Build(tx.Dialect())
	b.W("DELETE FROM crm_attachments WHERE org_id = ", b.Arg(org), " AND (record_id, id) IN (SELECT a.record_id, a.id FROM crm_attachments a WHERE a.org_id = ", b.Arg(org),
		" AND ", b.WithinIDs("a.record_id", records), " LIMIT ", b.Arg(limit), ") RETURNING file_id")
	rows, err := tx.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (n id.ID, err error) { return n, r.Scan(&n) })
}
