package integration

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

const taskColumns = `id, task_id, project_id, item_id, state, reason, left_out, crm_base, project_base, linked_by, linked_at, synced_at, epoch, version`

// wordsOf and faultOf keep a fault as its words' key with what is filled in.
func wordsOf(f *fault.Error) (string, error) {
	if f == nil {
		return "", nil
	}
	b, err := json.Marshal(reason{f.Key, f.Args})
	if err != nil {
		return "", fault.Internal(err)
	}
	return string(b), nil
}

func faultOf(text string) (*fault.Error, error) {
	if text == "" {
		return nil, nil
	}
	var r reason
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return nil, fault.Internal(err)
	}
	return &fault.Error{Kind: fault.KindConflict, Key: r.Key, Args: r.Args}, nil
}

func scanTask(row scanner) (TaskTie, error) {
	var t TaskTie
	var item, synced sql.NullInt64
	var at int64
	var why, left, crm, project string
	err := row.Scan(&t.ID, &t.Task, &t.Project, &item, &t.State, &why, &left, &crm, &project, &t.By, &at, &synced, &t.epoch, &t.version)
	if errors.Is(err, sql.ErrNoRows) {
		return TaskTie{}, nil
	}
	if err != nil {
		return t, err
	}
	t.Item, t.At, t.SyncedAt = id.ID(item.Int64), store.FromMicros(at), timeOf(synced)
	if t.Reason, err = faultOf(why); err != nil {
		return t, err
	}
	if t.LeftOut, err = faultOf(left); err != nil {
		return t, err
	}
	for _, b := range []struct {
		text string
		into *taskValues
	}{{crm, &t.base.crm}, {project, &t.base.project}} {
		if err := json.Unmarshal([]byte(b.text), b.into); err != nil {
			return t, fault.Internal(err)
		}
	}
	return t, nil
}

// readTaskTie gives a tie; a zero one when there is none.
func readTaskTie(ctx context.Context, q store.Querier, org, tie id.ID) (TaskTie, error) {
	return scanTask(q.QueryRow(ctx, "SELECT "+taskColumns+" FROM integration_task_links WHERE org_id = $1 AND id = $2", org, tie))
}

// taskTieOf gives the tie of a record (column task_id) or of a project's task
// (item_id); a zero one when there is none.
func taskTieOf(ctx context.Context, q store.Querier, l link, column string, of id.ID) (TaskTie, error) {
	return scanTask(q.QueryRow(ctx, "SELECT "+taskColumns+" FROM integration_task_links WHERE org_id = $1 AND epoch = $2 AND "+column+" = $3", l.Org, l.Epoch, of))
}

// insertTaskTie says whether the tie is new: a task is tied once.
func insertTaskTie(ctx context.Context, tx *store.Tx, l link, t TaskTie) (bool, error) {
	crm, err := json.Marshal(t.base.crm)
	if err != nil {
		return false, fault.Internal(err)
	}
	project, err := json.Marshal(t.base.project)
	if err != nil {
		return false, fault.Internal(err)
	}
	n, err := tx.Exec(ctx, `INSERT INTO integration_task_links (org_id, id, epoch, task_id, project_id, item_id, state, reason, left_out, crm_base, project_base,
		linked_by, linked_at, queued_at, version) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', '', '', $7, $8, $9, $10, $10, 1) ON CONFLICT DO NOTHING`,
		l.Org, t.ID, l.Epoch, t.Task, t.Project, nullID(t.Item), string(crm), string(project), t.By, store.Micros(tx.Now()))
	return n == 1, err
}

// waitTask notes that a tie is to be brought together; whoever is at it begins anew.
func waitTask(ctx context.Context, tx *store.Tx, org, tie id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE integration_task_links SET state = 'waiting', reason = '', queued_at = $3, version = version + 1 WHERE org_id = $1 AND id = $2`,
		org, tie, store.Micros(tx.Now()))
	return err
}

// saveTaskTie stores what a round ended with; errLate when somebody else was quicker.
func saveTaskTie(ctx context.Context, tx *store.Tx, org id.ID, t TaskTie) error {
	why, err := wordsOf(t.Reason)
	if err != nil {
		return err
	}
	left, err := wordsOf(t.LeftOut)
	if err != nil {
		return err
	}
	crm, err := json.Marshal(t.base.crm)
	if err != nil {
		return fault.Internal(err)
	}
	project, err := json.Marshal(t.base.project)
	if err != nil {
		return fault.Internal(err)
	}
	n, err := tx.Exec(ctx, `UPDATE integration_task_links SET item_id = $4, state = $5, reason = $6, left_out = $7, crm_base = $8, project_base = $9,
		synced_at = $10, version = version + 1 WHERE org_id = $1 AND id = $2 AND version = $3`,
		org, t.ID, t.version, nullID(t.Item), t.State, why, left, string(crm), string(project), nullTime(t.SyncedAt))
	if err == nil && n == 0 {
		err = errLate
	}
	return err
}

func deleteTaskTie(ctx context.Context, tx *store.Tx, org, tie id.ID) error {
	for _, text := range []string{
		`DELETE FROM integration_task_comments WHERE org_id = $1 AND link_id = $2`,
		`DELETE FROM integration_task_conflicts WHERE org_id = $1 AND link_id = $2`,
		`DELETE FROM integration_task_links WHERE org_id = $1 AND id = $2`,
	} {
		if _, err := tx.Exec(ctx, text, org, tie); err != nil {
			return err
		}
	}
	return nil
}

// waitTasks notes that many ties are to be brought together at the next sweep: those of
// a project (column project_id) or of a state.
func waitTasks(ctx context.Context, tx *store.Tx, l link, column string, of any) error {
	_, err := tx.Exec(ctx, `UPDATE integration_task_links SET state = 'waiting', reason = '', queued_at = 0, version = version + 1
		WHERE org_id = $1 AND epoch = $2 AND `+column+` = $3`, l.Org, l.Epoch, of)
	return err
}

func waitingTasks(ctx context.Context, q store.Querier, l link, before time.Time, limit int) ([]id.ID, error) {
	rows, err := q.Query(ctx, `SELECT id FROM integration_task_links WHERE org_id = $1 AND epoch = $2 AND state = 'waiting' AND queued_at < $3
		ORDER BY queued_at, id LIMIT $4`, l.Org, l.Epoch, store.Micros(before), limit)
	return store.Collect(rows, err, scanID)
}

func scanID(r *sql.Rows) (n id.ID, err error) {
	err = r.Scan(&n)
	return n, err
}

// taskTies lists ties of one state, the latest first.
func taskTies(ctx context.Context, q store.Querier, l link, state string, before id.ID, limit int) ([]TaskTie, error) {
	rows, err := q.Query(ctx, "SELECT "+taskColumns+` FROM integration_task_links WHERE org_id = $1 AND epoch = $2 AND state = $3 AND id < $4 ORDER BY id DESC LIMIT $5`,
		l.Org, l.Epoch, state, before, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (TaskTie, error) { return scanTask(r) })
}

func insertConflict(ctx context.Context, tx *store.Tx, org id.ID, t TaskTie, c TaskConflict) error {
	_, err := tx.Exec(ctx, `INSERT INTO integration_task_conflicts (org_id, link_id, id, epoch, field, crm_value, project_value, winner, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, org, t.ID, tx.NewID(), t.epoch, c.Field, c.CRM, c.Project, c.Winner, store.Micros(tx.Now()))
	return err
}

func conflictsOf(ctx context.Context, q store.Querier, org, tie id.ID, limit int) ([]TaskConflict, error) {
	rows, err := q.Query(ctx, `SELECT field, crm_value, project_value, winner, at FROM integration_task_conflicts WHERE org_id = $1 AND link_id = $2
		ORDER BY id DESC LIMIT $3`, org, tie, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (TaskConflict, error) {
		var c TaskConflict
		var at int64
		err := r.Scan(&c.Field, &c.CRM, &c.Project, &c.Winner, &at)
		c.At = store.FromMicros(at)
		return c, err
	})
}

// taskComment is a note tied to a comment, with what both said when they were last
// the same.
type taskComment struct {
	note, comment         id.ID
	noteBase, commentBase string
}

func commentsOf(ctx context.Context, q store.Querier, org, tie id.ID) ([]taskComment, error) {
	rows, err := q.Query(ctx, `SELECT note_id, comment_id, note_base, comment_base FROM integration_task_comments WHERE org_id = $1 AND link_id = $2`, org, tie)
	return store.Collect(rows, err, func(r *sql.Rows) (c taskComment, err error) {
		err = r.Scan(&c.note, &c.comment, &c.noteBase, &c.commentBase)
		return c, err
	})
}

func saveComment(ctx context.Context, tx *store.Tx, org id.ID, t TaskTie, c taskComment) error {
	_, err := tx.Exec(ctx, `INSERT INTO integration_task_comments (org_id, link_id, note_id, comment_id, epoch, note_base, comment_base)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (org_id, link_id, note_id) DO UPDATE SET note_base = excluded.note_base, comment_base = excluded.comment_base`,
		org, t.ID, c.note, c.comment, t.epoch, c.noteBase, c.commentBase)
	return err
}

func dropComment(ctx context.Context, tx *store.Tx, org id.ID, t TaskTie, c taskComment) error {
	_, err := tx.Exec(ctx, `DELETE FROM integration_task_comments WHERE org_id = $1 AND link_id = $2 AND note_id = $3`, org, t.ID, c.note)
	return err
}

// pairsOf gives the user and the member of everybody named, by either side's id.
func pairsOf(ctx context.Context, q store.Querier, l link, users, members []id.ID) (taskPeople, error) {
	p := taskPeople{member: map[id.ID]id.ID{}, user: map[id.ID]id.ID{}}
	for column, list := range map[string][]id.ID{"user_id": users, "member_id": members} {
		if len(list) == 0 {
			continue
		}
		b := store.Build(q.Dialect())
		b.W("SELECT user_id, member_id FROM integration_users WHERE org_id = ", b.Arg(l.Org), " AND epoch = ", b.Arg(l.Epoch),
			" AND member_id IS NOT NULL AND ", column, " IN ", b.IDs(list))
		rows, err := q.Query(ctx, b.SQL(), b.Args()...)
		_, err = store.Collect(rows, err, func(r *sql.Rows) (struct{}, error) {
			var user, member id.ID
			err := r.Scan(&user, &member)
			p.member[user], p.user[member] = member, user
			return struct{}{}, err
		})
		if err != nil {
			return p, err
		}
	}
	return p, nil
}
