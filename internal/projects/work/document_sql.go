package work

import (
	"context"
	"database/sql"
	"errors"

	"musubi/internal/id"
	"musubi/internal/store"
)

const selectDocuments = `SELECT d.id, d.file_id, d.name, d.size, d.type, d.external, COALESCE(d.author_id, 0), COALESCE(w.name, d.author_name), d.created_at, d.version
	FROM projects_documents d LEFT JOIN projects_people w ON w.portal_id = d.portal_id AND w.id = d.author_id`

func scanDocument(st stance, row scanner) (Document, error) {
	var d Document
	var at int64
	err := row.Scan(&d.ID, &d.file, &d.Name, &d.Size, &d.Type, &d.External, &d.By.ID, &d.By.Name, &at, &d.Version)
	d.At = store.FromMicros(at)
	d.Rights = st.document(d)
	return d, err
}

// listDocuments gives the documents before an id that the stance sees.
func listDocuments(ctx context.Context, q store.Querier, st stance, project, before id.ID, limit int) ([]Document, error) {
	external, internal := st.seesDocuments()
	if !external && !internal {
		return nil, nil
	}
	b := store.Build(q.Dialect())
	b.W(selectDocuments, ` WHERE d.portal_id = `, b.Arg(st.as.Portal()), ` AND d.project_id = `, b.Arg(project), ` AND d.id < `, b.Arg(before))
	if !internal {
		b.W(` AND d.external = 1`)
	}
	b.W(` ORDER BY d.id DESC LIMIT `, b.Arg(limit))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (Document, error) { return scanDocument(st, r) })
}

// findDocument gives a document the stance sees; any other is not there.
func findDocument(ctx context.Context, q store.Querier, st stance, project, document id.ID) (Document, error) {
	d, err := scanDocument(st, q.QueryRow(ctx, selectDocuments+` WHERE d.portal_id = $1 AND d.project_id = $2 AND d.id = $3`, st.as.Portal(), project, document))
	external, internal := st.seesDocuments()
	if errors.Is(err, sql.ErrNoRows) || err == nil && !internal && !(external && d.External) {
		return Document{}, notFound()
	}
	return d, err
}

func countDocuments(ctx context.Context, q store.Querier, in, project id.ID) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM projects_documents WHERE portal_id = $1 AND project_id = $2`, in, project).Scan(&n)
	return n, err
}

func insertDocument(ctx context.Context, tx *store.Tx, in, project id.ID, d Document) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_documents (portal_id, project_id, id, file_id, name, size, type, external, author_id, author_name, created_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)`,
		in, project, d.ID, d.file, d.Name, d.Size, d.Type, d.External, nullID(d.By.ID), d.By.Name, store.Micros(d.At))
	return err
}

func updateDocument(ctx context.Context, tx *store.Tx, in, project id.ID, d DocumentInput) error {
	_, err := tx.Exec(ctx, `UPDATE projects_documents SET name = $4, external = $5, version = version + 1 WHERE portal_id = $1 AND project_id = $2 AND id = $3`,
		in, project, d.ID, d.Name, d.External)
	return err
}

func deleteDocument(ctx context.Context, tx *store.Tx, in, project, document id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM projects_documents WHERE portal_id = $1 AND project_id = $2 AND id = $3`, in, project, document)
	return err
}
