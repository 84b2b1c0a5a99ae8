package work

import (
	"context"
	"database/sql"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

func copyableDocuments(ctx context.Context, q store.Querier, in, project id.ID) ([]copiedDocument, error) {
	rows, err := q.Query(ctx, `SELECT file_id, name, size, type, external FROM projects_documents WHERE portal_id = $1 AND project_id = $2 ORDER BY id LIMIT $3`,
		in, project, MaxDocuments)
	return store.Collect(rows, err, func(r *sql.Rows) (copiedDocument, error) {
		var d copiedDocument
		err := r.Scan(&d.File, &d.Name, &d.Size, &d.Type, &d.External)
		return d, err
	})
}

// insertDocuments writes all documents of a copy in one statement.
func insertDocuments(ctx context.Context, tx *store.Tx, as portal.Member, project id.ID, list []copiedDocument) error {
	b := store.Build(tx.Dialect())
	b.W(`INSERT INTO projects_documents (portal_id, project_id, id, file_id, name, size, type, external, author_id, author_name, created_at, version)
		SELECT `, b.Arg(as.Portal()), `, `, b.Arg(project), `, r.id, r.file_id, r.name, r.size, r.type, r.external, CAST(`, b.Arg(nullID(as.ID())), ` AS BIGINT), `,
		b.Arg(as.Name()), `, `, b.Arg(store.Micros(tx.Now())), `, 1 FROM `,
		b.Rows("r", list, "id int", "file_id int", "name text", "size int", "type text", "external int"))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}
