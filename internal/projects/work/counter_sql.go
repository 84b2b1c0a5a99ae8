package work

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"

	"musubi/internal/id"
	"musubi/internal/store"
)

// delta is what an act adds to the counters of a project, by column.
type delta map[string]int64

// item is how one item counts: which noun, open or closed, on which side, and for
// tasks how far it is.
type item struct {
	noun     string // tasks, milestones, bugs
	closed   bool
	external bool
	percent  int
}

func side(external bool) string {
	if external {
		return "_ex"
	}
	return "_in"
}

// count adds an item n times; -1 takes it away.
func (d delta) count(it item, n int64) {
	col := it.noun + "_open"
	if it.closed {
		col = it.noun + "_closed"
	}
	d[col+side(it.external)] += n
	if it.noun == "tasks" {
		d["percent"+side(it.external)] += n * int64(it.percent)
	}
}

// bump adds to the counters of a project whose lock is held.
func bump(ctx context.Context, tx *store.Tx, portal, project id.ID, d delta) error {
	b := store.Build(tx.Dialect())
	b.W(`UPDATE projects_counters SET project_id = project_id`)
	changed := false
	for _, col := range slices.Sorted(maps.Keys(d)) {
		if d[col] != 0 {
			changed = true
			b.W(`, `, col, ` = `, col, ` + `, b.Arg(d[col]))
		}
	}
	if !changed {
		return nil
	}
	b.W(` WHERE portal_id = `, b.Arg(portal), ` AND project_id = `, b.Arg(project))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

// nextNumber gives the next number of a noun ("task", "bug") in a project. A number
// is never given twice, also after what had it is gone.
func nextNumber(ctx context.Context, tx *store.Tx, portal, project id.ID, noun string) (int64, error) {
	col := "last_" + noun
	var n int64
	err := tx.QueryRow(ctx, `UPDATE projects_counters SET `+col+` = `+col+` + 1
		WHERE portal_id = $1 AND project_id = $2 RETURNING `+col, portal, project).Scan(&n)
	return n, err
}

// lock holds the project for the rest of the transaction: its content has one
// writer at a time, so counters, flags and numbers always agree.
func lock(ctx context.Context, tx *store.Tx, portal, project id.ID) error {
	var one int
	err := tx.QueryRow(ctx, `SELECT 1 FROM projects_counters WHERE portal_id = $1 AND project_id = $2`+tx.Dialect().ForUpdate(),
		portal, project).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return notFound()
	}
	return err
}

func insertCounters(ctx context.Context, tx *store.Tx, portal, project id.ID) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_counters (portal_id, project_id, last_task, last_bug,
		tasks_open_in, tasks_open_ex, tasks_closed_in, tasks_closed_ex, percent_in, percent_ex,
		milestones_open_in, milestones_open_ex, milestones_closed_in, milestones_closed_ex,
		bugs_open_in, bugs_open_ex, bugs_closed_in, bugs_closed_ex)
		VALUES ($1, $2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)`, portal, project)
	return err
}
