package importer

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"musubi/internal/csvfile"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

const runColumns = `id, kind, user_id, state, file_name, encoding, header, mapping, options, step,
	total, created, updated, found, rejected, problem, created_at, COALESCE(finished_at, 0),
	ledger, undo, COALESCE(undo_by, 0), COALESCE(undo_at, 0), undo_line, undo_subject, undone, kept`

type scanner interface{ Scan(...any) error }

func scanRun(tenant id.ID, row scanner) (Run, error) {
	r := Run{tenant: tenant}
	var header, mapping, options string
	var created, finished, ledger, undoAt int64
	err := row.Scan(&r.ID, &r.Kind, &r.User, &r.State, &r.FileName, &r.Encoding, &header, &mapping, &options, &r.step,
		&r.Total, &r.Created, &r.Updated, &r.Found, &r.Rejected, &r.Problem, &created, &finished,
		&ledger, &r.Undo, &r.UndoBy, &undoAt, &r.at.line, &r.at.subject, &r.Undone, &r.Kept)
	if err != nil {
		return r, err
	}
	r.CreatedAt, r.ledger = store.FromMicros(created), ledger != 0
	if undoAt != 0 {
		r.UndoAt = store.FromMicros(undoAt)
	}
	if finished != 0 {
		r.FinishedAt = store.FromMicros(finished)
	}
	return r, unpack(header, &r.Header, mapping, &r.Mapping, options, &r.Options)
}

// unpack reads pairs of JSON text and where it goes.
func unpack(pairs ...any) error {
	for i := 0; i < len(pairs); i += 2 {
		if err := json.Unmarshal([]byte(pairs[i].(string)), pairs[i+1]); err != nil {
			return fault.Internal(err)
		}
	}
	return nil
}

// readRun gives a run; a zero ID when there is none.
func readRun(ctx context.Context, q store.Querier, tenant, run id.ID) (Run, error) {
	r, err := scanRun(tenant, q.QueryRow(ctx, "SELECT "+runColumns+" FROM import_runs WHERE tenant_id = $1 AND id = $2", tenant, run))
	if errors.Is(err, sql.ErrNoRows) {
		return Run{}, nil
	}
	return r, err
}

// runsOf lists runs of a kind: the user's own, and with all what others began.
func runsOf(ctx context.Context, q store.Querier, tenant, user id.ID, kind string, all bool, limit int) ([]Run, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT ", runColumns, " FROM import_runs WHERE tenant_id = ", b.Arg(tenant), " AND kind = ", b.Arg(kind))
	if all {
		b.W(" AND (state <> 'draft' OR user_id = ", b.Arg(user), ")")
	} else {
		b.W(" AND user_id = ", b.Arg(user))
	}
	b.W(" ORDER BY id DESC LIMIT ", b.Arg(limit))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(row *sql.Rows) (Run, error) { return scanRun(tenant, row) })
}

func insertRun(ctx context.Context, tx *store.Tx, r Run) error {
	b := store.Build(tx.Dialect())
	b.W(`INSERT INTO import_runs (tenant_id, id, kind, user_id, state, file_name, encoding, total, created_at, header, mapping, options) VALUES (`,
		b.ArgList(r.tenant, r.ID, r.Kind, r.User, string(r.State), r.FileName, string(r.Encoding), r.Total, store.Micros(r.CreatedAt)),
		", ", b.JSON(r.Header), ", ", b.JSON(r.Mapping), ", ", b.JSON(r.Options), ")")
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

// sweep removes a user's drafts of the new run's kind and the runs beyond the recent
// that nobody can take back any more.
func sweep(ctx context.Context, tx *store.Tx, r Run) error {
	rows, err := tx.Query(ctx, `SELECT id, state, ledger FROM import_runs WHERE tenant_id = $1 AND user_id = $2 AND kind = $3
		ORDER BY id DESC LIMIT 500`, r.tenant, r.User, r.Kind)
	type old struct {
		id     id.ID
		state  State
		ledger int
	}
	list, err := store.Collect(rows, err, func(row *sql.Rows) (o old, err error) { return o, row.Scan(&o.id, &o.state, &o.ledger) })
	if err != nil {
		return err
	}
	var gone []id.ID
	for i, o := range list {
		if o.state == Draft || (i >= recent-1 && o.state != Running && o.ledger == 0) {
			gone = append(gone, o.id)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	for _, t := range [][2]string{{"import_chunks", "run_id"}, {"import_rejects", "run_id"}, {"import_runs", "id"}} {
		b := store.Build(tx.Dialect())
		b.W("DELETE FROM ", t[0], " WHERE tenant_id = ", b.Arg(r.tenant), " AND ", t[1], " IN ", b.IDs(gone))
		if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
	}
	return nil
}

func insertChunk(ctx context.Context, tx *store.Tx, r Run, step int64, lines []csvfile.Row) error {
	b := store.Build(tx.Dialect())
	b.W("INSERT INTO import_chunks (tenant_id, run_id, step, lines) VALUES (", b.ArgList(r.tenant, r.ID, step), ", ", b.JSON(lines), ")")
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

// readChunk gives the lines of a step; none after the last.
func readChunk(ctx context.Context, q store.Querier, tenant, run id.ID, step int64) ([]csvfile.Row, error) {
	var text string
	err := q.QueryRow(ctx, "SELECT lines FROM import_chunks WHERE tenant_id = $1 AND run_id = $2 AND step = $3", tenant, run, step).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	var out []csvfile.Row
	if err == nil {
		err = unpack(text, &out)
	}
	return out, err
}

func dropChunk(ctx context.Context, tx *store.Tx, r Run, step int64) error {
	_, err := tx.Exec(ctx, "DELETE FROM import_chunks WHERE tenant_id = $1 AND run_id = $2 AND step = $3", r.tenant, r.ID, step)
	return err
}

// beginRun lets a draft run; false when somebody did before.
func beginRun(ctx context.Context, tx *store.Tx, r Run) (bool, error) {
	b := store.Build(tx.Dialect())
	b.W("UPDATE import_runs SET state = 'running', ledger = 1, mapping = ", b.JSON(r.Mapping), ", options = ", b.JSON(r.Options),
		" WHERE tenant_id = ", b.Arg(r.tenant), " AND id = ", b.Arg(r.ID), " AND state = 'draft'")
	n, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return n == 1, err
}

// takeStep moves a run on from the step that was read; false when another worker did,
// or the run was ended.
func takeStep(ctx context.Context, tx *store.Tx, r Run) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE import_runs SET step = step + 1
		WHERE tenant_id = $1 AND id = $2 AND step = $3 AND state = 'running'`, r.tenant, r.ID, r.step)
	return n == 1, err
}

func countRows(ctx context.Context, tx *store.Tx, r Run, count map[Act]int64) error {
	_, err := tx.Exec(ctx, `UPDATE import_runs SET created = created + $3, updated = updated + $4, found = found + $5, rejected = rejected + $6
		WHERE tenant_id = $1 AND id = $2`, r.tenant, r.ID, count[Created], count[Updated], count[Found], count[Rejected])
	return err
}

// endRun ends a run and drops what was still to come.
func endRun(ctx context.Context, tx *store.Tx, r Run, state State, problem string) error {
	n, err := tx.Exec(ctx, `UPDATE import_runs SET state = $3, problem = $4, finished_at = $5
		WHERE tenant_id = $1 AND id = $2 AND state = 'running'`, r.tenant, r.ID, string(state), problem, store.Micros(tx.Now()))
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(ctx, "DELETE FROM import_chunks WHERE tenant_id = $1 AND run_id = $2", r.tenant, r.ID)
	return err
}

func insertRejects(ctx context.Context, tx *store.Tx, r Run, list []RejectedLine) error {
	if len(list) == 0 {
		return nil
	}
	b := store.Build(tx.Dialect())
	b.W("INSERT INTO import_rejects (tenant_id, run_id, line, cells, reasons) VALUES ")
	sep := ""
	for _, l := range list {
		b.W(sep, "(", b.ArgList(r.tenant, r.ID, l.Line), ", ", b.JSON(l.Cells), ", ", b.JSON(l.Reasons), ")")
		sep = ", "
	}
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

func rejectsAfter(ctx context.Context, q store.Querier, r Run, line int64, limit int) ([]RejectedLine, error) {
	rows, err := q.Query(ctx, `SELECT line, cells, reasons FROM import_rejects
		WHERE tenant_id = $1 AND run_id = $2 AND line > $3 ORDER BY line LIMIT $4`, r.tenant, r.ID, line, limit)
	return store.Collect(rows, err, func(row *sql.Rows) (l RejectedLine, err error) {
		var cells, reasons string
		if err := row.Scan(&l.Line, &cells, &reasons); err != nil {
			return l, err
		}
		return l, unpack(cells, &l.Cells, reasons, &l.Reasons)
	})
}
