package files

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

func insertFile(ctx context.Context, tx *store.Tx, tenant id.ID, f File) error {
	_, err := tx.Exec(ctx, `INSERT INTO files_files (tenant_id, id, state, type, touched_at) VALUES ($1, $2, 'open', $3, $4)`,
		tenant, f.ID, f.Type, store.Micros(tx.Now()))
	return err
}

func insertPiece(ctx context.Context, tx *store.Tx, tenant, file id.ID, n int64, data []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO files_chunks (tenant_id, file_id, n, data) VALUES ($1, $2, $3, $4)`, tenant, file, n, data)
	return err
}

// touch notes that a piece came in, and with the last one that the file is whole.
func touch(ctx context.Context, tx *store.Tx, tenant id.ID, f File, last bool) error {
	state := "open"
	if last {
		state = "whole"
	}
	n, err := tx.Exec(ctx, `UPDATE files_files SET state = $3, size = $4, touched_at = $5 WHERE tenant_id = $1 AND id = $2 AND state = 'open'`,
		tenant, f.ID, state, f.Size, store.Micros(tx.Now()))
	if err == nil && n == 0 {
		return fault.Conflict("files.fault.gone")
	}
	return err
}

// keep counts one more use of each file for every time it is named. Joined as rows the
// list would have SQLite look at every file of the tenant; by their ids it looks at these.
func keep(ctx context.Context, tx *store.Tx, tenant id.ID, list map[int64][]id.ID) error {
	for times, files := range list {
		b := store.Build(tx.Dialect())
		b.W(`UPDATE files_files SET state = 'kept', uses = uses + `, b.Arg(times), `, touched_at = `, b.Arg(store.Micros(tx.Now())),
			` WHERE tenant_id = `, b.Arg(tenant), ` AND id IN `, b.IDs(files), ` AND state IN ('whole', 'kept')`)
		n, err := tx.Exec(ctx, b.SQL(), b.Args()...)
		if err != nil {
			return err
		}
		if n != int64(len(files)) {
			return fault.Conflict("files.fault.gone")
		}
	}
	return nil
}

func drop(ctx context.Context, tx *store.Tx, tenant id.ID, list map[int64][]id.ID) error {
	for times, files := range list {
		b := store.Build(tx.Dialect())
		n := b.Arg(times)
		b.W(`UPDATE files_files SET uses = uses - `, n, `, state = CASE WHEN uses > `, n, ` THEN 'kept' ELSE 'gone' END
			WHERE tenant_id = `, b.Arg(tenant), ` AND id IN `, b.IDs(files), ` AND state = 'kept'`)
		if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
	}
	return nil
}

// release lets go of a file nobody kept.
func release(ctx context.Context, tx *store.Tx, tenant, file id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE files_files SET state = 'gone' WHERE tenant_id = $1 AND id = $2 AND state <> 'kept'`, tenant, file)
	return err
}

func readFile(ctx context.Context, q store.Querier, tenant, file id.ID) (File, error) {
	f := File{ID: file}
	err := q.QueryRow(ctx, `SELECT size, type FROM files_files WHERE tenant_id = $1 AND id = $2 AND state = 'kept'`, tenant, file).Scan(&f.Size, &f.Type)
	if errors.Is(err, sql.ErrNoRows) {
		return File{}, gone()
	}
	return f, err
}

func readPiece(ctx context.Context, q store.Querier, tenant, file id.ID, n int64) ([]byte, error) {
	var data []byte
	err := q.QueryRow(ctx, `SELECT data FROM files_chunks WHERE tenant_id = $1 AND file_id = $2 AND n = $3`, tenant, file, n).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, io.ErrUnexpectedEOF
	}
	return data, err
}

// loose is a file to sweep.
type loose struct{ Tenant, ID id.ID }

// looseFiles gives files that are to go, and those nobody carried on with since the
// time, over all tenants. Their index holds nothing that is kept.
func looseFiles(ctx context.Context, q store.Querier, since time.Time, limit int) ([]loose, error) {
	rows, err := q.Query(ctx, `SELECT tenant_id, id FROM files_files WHERE state <> 'kept' AND (state = 'gone' OR touched_at < $1) ORDER BY tenant_id, id LIMIT $2`,
		store.Micros(since), limit)
	return store.Collect(rows, err, func(r *sql.Rows) (l loose, err error) { return l, r.Scan(&l.Tenant, &l.ID) })
}

// condemn makes sure that nobody keeps the file any more; false when somebody did, or
// carries on with it.
func condemn(ctx context.Context, tx *store.Tx, f loose, since time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE files_files SET state = 'gone' WHERE tenant_id = $1 AND id = $2 AND (state = 'gone' OR state <> 'kept' AND touched_at < $3)`,
		f.Tenant, f.ID, store.Micros(since))
	return n == 1, err
}

// deletePieces takes some pieces of a file away and says how many.
func deletePieces(ctx context.Context, tx *store.Tx, f loose, limit int) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM files_chunks WHERE tenant_id = $1 AND file_id = $2 AND n IN
		(SELECT n FROM files_chunks WHERE tenant_id = $1 AND file_id = $2 ORDER BY n LIMIT $3)`, f.Tenant, f.ID, limit)
}

func deleteFile(ctx context.Context, tx *store.Tx, f loose) error {
	_, err := tx.Exec(ctx, `DELETE FROM files_files WHERE tenant_id = $1 AND id = $2 AND state = 'gone'`, f.Tenant, f.ID)
	return err
}
