package importer

import (
	"context"
	"database/sql"
	"encoding/json"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// effectRow is an effect as a statement takes many.
type effectRow struct {
	Line    int    `json:"line"`
	Subject id.ID  `json:"subject"`
	Module  string `json:"module,omitempty"`
	Name    string `json:"name,omitempty"`
	Act     string `json:"act,omitempty"`
	Changes string `json:"changes,omitempty"`
	Fate    string `json:"fate,omitempty"`
	Reasons string `json:"reasons,omitempty"`
}

func insertEffects(ctx context.Context, tx *store.Tx, r Run, list []Effect) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]effectRow, len(list))
	for i, e := range list {
		rows[i] = effectRow{Line: e.Line, Subject: e.Subject, Module: e.Module, Name: e.Name, Act: string(e.Act), Changes: e.Changes}
	}
	b := store.Build(tx.Dialect())
	b.W("INSERT INTO import_effects (tenant_id, run_id, line, subject, module, name, act, changes) SELECT CAST(", b.Arg(r.tenant), " AS BIGINT), CAST(", b.Arg(r.ID),
		" AS BIGINT), n.line, n.subject, n.module, n.name, n.act, COALESCE(n.changes, '') FROM ",
		b.Rows("n", rows, "line int", "subject int", "module text", "name text", "act text", "changes text"))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

const effectColumns = "line, subject, module, name, act, changes, fate, reasons"

func scanEffect(row *sql.Rows) (e Effect, err error) {
	var reasons string
	if err := row.Scan(&e.Line, &e.Subject, &e.Module, &e.Name, &e.Act, &e.Changes, &e.Fate, &reasons); err != nil || reasons == "" {
		return e, err
	}
	return e, unpack(reasons, &e.Reasons)
}

// effectsBefore gives the effects an undo takes back next, the latest first.
func effectsBefore(ctx context.Context, q store.Querier, r Run, limit int) ([]Effect, error) {
	rows, err := q.Query(ctx, "SELECT "+effectColumns+` FROM import_effects
		WHERE tenant_id = $1 AND run_id = $2 AND (line, subject) < ($3, $4) ORDER BY line DESC, subject DESC LIMIT $5`,
		r.tenant, r.ID, r.at.line, r.at.subject, limit)
	return store.Collect(rows, err, scanEffect)
}

// effectsAfter gives effects in the order of the file, kept ones alone when asked to.
func effectsAfter(ctx context.Context, q store.Querier, r Run, at place, kept bool, limit int) ([]Effect, error) {
	only := ""
	if kept {
		only = " AND fate = 'kept'"
	}
	rows, err := q.Query(ctx, "SELECT "+effectColumns+` FROM import_effects
		WHERE tenant_id = $1 AND run_id = $2 AND (line, subject) > ($3, $4)`+only+" ORDER BY line, subject LIMIT $5",
		r.tenant, r.ID, at.line, at.subject, limit)
	return store.Collect(rows, err, scanEffect)
}

// beginUndo lets an undo run from where one before stood; false when somebody did
// before.
func beginUndo(ctx context.Context, tx *store.Tx, r Run, user id.ID) (bool, error) {
	at := r.at
	if r.Undo == "" {
		at = place{line: int64(id.Max)}
	}
	n, err := tx.Exec(ctx, `UPDATE import_runs SET undo = 'running', undo_by = $3, undo_at = $4, undo_line = $5, undo_subject = $6
		WHERE tenant_id = $1 AND id = $2 AND undo IN ('', 'failed')`, r.tenant, r.ID, user, store.Micros(tx.Now()), at.line, at.subject)
	return n == 1, err
}

// takeUndoStep moves an undo on from the effect that was read; false when another
// worker did.
func takeUndoStep(ctx context.Context, tx *store.Tx, r Run, to Effect) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE import_runs SET undo_line = $5, undo_subject = $6
		WHERE tenant_id = $1 AND id = $2 AND undo_line = $3 AND undo_subject = $4 AND undo = 'running'`,
		r.tenant, r.ID, r.at.line, r.at.subject, to.Line, to.Subject)
	return n == 1, err
}

func countFates(ctx context.Context, tx *store.Tx, r Run, undone, kept int64) error {
	_, err := tx.Exec(ctx, "UPDATE import_runs SET undone = undone + $3, kept = kept + $4 WHERE tenant_id = $1 AND id = $2", r.tenant, r.ID, undone, kept)
	return err
}

// saveFates stores the fates of neighbouring effects. The bounds on the line keep a
// plan without statistics from reading the whole run.
func saveFates(ctx context.Context, tx *store.Tx, r Run, list []Effect) error {
	rows := make([]effectRow, len(list))
	for i, e := range list {
		rows[i] = effectRow{Line: e.Line, Subject: e.Subject, Fate: string(e.Fate)}
		if len(e.Reasons) > 0 {
			text, err := json.Marshal(e.Reasons)
			if err != nil {
				return fault.Internal(err)
			}
			rows[i].Reasons = string(text)
		}
	}
	b := store.Build(tx.Dialect())
	b.W("UPDATE import_effects SET fate = n.fate, reasons = COALESCE(n.reasons, '') FROM ",
		b.Rows("n", rows, "line int", "subject int", "fate text", "reasons text"),
		" WHERE import_effects.tenant_id = ", b.Arg(r.tenant), " AND import_effects.run_id = ", b.Arg(r.ID),
		" AND import_effects.line BETWEEN ", b.Arg(list[len(list)-1].Line), " AND ", b.Arg(list[0].Line),
		" AND import_effects.line = n.line AND import_effects.subject = n.subject")
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

func endUndo(ctx context.Context, tx *store.Tx, r Run, state UndoState) error {
	_, err := tx.Exec(ctx, "UPDATE import_runs SET undo = $3 WHERE tenant_id = $1 AND id = $2 AND undo = 'running'", r.tenant, r.ID, string(state))
	return err
}

// dropEffects forgets some effects of a run, and says whether there were more.
func dropEffects(ctx context.Context, tx *store.Tx, r Run, limit int64) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM import_effects WHERE tenant_id = $1 AND run_id = $2 AND (line, subject) IN
		(SELECT line, subject FROM import_effects WHERE tenant_id = $1 AND run_id = $2 ORDER BY line, subject LIMIT $3)`, r.tenant, r.ID, limit)
	if err != nil || n == limit {
		return true, err
	}
	_, err = tx.Exec(ctx, "UPDATE import_runs SET ledger = 0 WHERE tenant_id = $1 AND id = $2", r.tenant, r.ID)
	return false, err
}
