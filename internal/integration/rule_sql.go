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

const ruleColumns = "id, version, name, active, module, conditions, action, portal_id, run_by, saved_at"

func scanRule(row interface{ Scan(dest ...any) error }) (Rule, error) {
	var r Rule
	var conditions, action string
	var saved int64
	err := row.Scan(&r.ID, &r.Version, &r.Name, &r.Active, &r.Module, &conditions, &action, &r.Portal, &r.RunBy, &saved)
	if err != nil {
		return r, err
	}
	r.SavedAt = store.FromMicros(saved)
	if err := json.Unmarshal([]byte(conditions), &r.Conditions); err != nil {
		return r, fault.Internal(err)
	}
	if err := json.Unmarshal([]byte(action), &r.Action); err != nil {
		return r, fault.Internal(err)
	}
	return r, nil
}

func listRules(ctx context.Context, q store.Querier, org id.ID) ([]Rule, error) {
	rows, err := q.Query(ctx, "SELECT "+ruleColumns+" FROM integration_rules WHERE org_id = $1 AND deleted = 0 ORDER BY id LIMIT $2", org, MaxRules)
	return store.Collect(rows, err, func(r *sql.Rows) (Rule, error) { return scanRule(r) })
}

// activeRules gives the rules that watch a module in the bound portal.
func activeRules(ctx context.Context, q store.Querier, org, portal id.ID, module string) ([]Rule, error) {
	rows, err := q.Query(ctx, "SELECT "+ruleColumns+` FROM integration_rules
		WHERE org_id = $1 AND deleted = 0 AND active = 1 AND module = $2 AND portal_id = $3 ORDER BY id LIMIT $4`, org, module, portal, MaxRules)
	return store.Collect(rows, err, func(r *sql.Rows) (Rule, error) { return scanRule(r) })
}

func countRules(ctx context.Context, q store.Querier, org id.ID) (int, error) {
	var n int
	err := q.QueryRow(ctx, "SELECT COUNT(*) FROM integration_rules WHERE org_id = $1 AND deleted = 0", org).Scan(&n)
	return n, err
}

func readRule(ctx context.Context, q store.Querier, org, rule id.ID) (Rule, error) {
	r, err := scanRule(q.QueryRow(ctx, "SELECT "+ruleColumns+" FROM integration_rules WHERE org_id = $1 AND id = $2 AND deleted = 0", org, rule))
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.NotFound("integration.rule.gone")
	}
	return r, err
}

func (r Rule) texts() (conditions, action string, err error) {
	c, err := json.Marshal(r.Conditions)
	if err != nil {
		return "", "", fault.Internal(err)
	}
	a, err := json.Marshal(r.Action)
	if err != nil {
		return "", "", fault.Internal(err)
	}
	return string(c), string(a), nil
}

func insertRule(ctx context.Context, tx *store.Tx, org id.ID, r Rule) error {
	conditions, action, err := r.texts()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO integration_rules (org_id, "+ruleColumns+`, deleted)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)`,
		org, r.ID, r.Version, r.Name, flag(r.Active), r.Module, conditions, action, r.Portal, r.RunBy, store.Micros(r.SavedAt))
	return err
}

// updateRule writes a rule at its version, which it raises.
func updateRule(ctx context.Context, tx *store.Tx, org id.ID, r *Rule) error {
	conditions, action, err := r.texts()
	if err != nil {
		return err
	}
	if _, err := readRule(ctx, tx, org, r.ID); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE integration_rules SET version = version + 1, name = $4, active = $5, module = $6, conditions = $7, action = $8,
		portal_id = $9, run_by = $10, saved_at = $11 WHERE org_id = $1 AND id = $2 AND version = $3 AND deleted = 0`,
		org, r.ID, r.Version, r.Name, flag(r.Active), r.Module, conditions, action, r.Portal, r.RunBy, store.Micros(r.SavedAt))
	if err == nil && n == 0 {
		return fault.New(fault.KindStale, "integration.rule.stale")
	}
	r.Version++
	return err
}

func deleteRule(ctx context.Context, tx *store.Tx, org, rule id.ID) error {
	_, err := tx.Exec(ctx, "UPDATE integration_rules SET deleted = 1, active = 0 WHERE org_id = $1 AND id = $2", org, rule)
	return err
}

const firingColumns = `f.id, f.rule_id, f.record_id, f.module, f.name, f.state, f.reason, f.project_id, f.fired_by, f.fired_at, f.done_at, f.reopened_at`

// reason is how a fault is kept: its words' key with what is filled in.
type reason struct {
	Key  string     `json:"key"`
	Args fault.Args `json:"args"`
}

func scanFiring(row interface{ Scan(dest ...any) error }, more ...any) (Firing, error) {
	var f Firing
	var why string
	var project, by, done, reopened sql.NullInt64
	var at int64
	err := row.Scan(append([]any{&f.ID, &f.Rule, &f.Record.ID, &f.Record.Module, &f.Record.Name, &f.State, &why, &project, &by, &at, &done, &reopened}, more...)...)
	if err != nil {
		return f, err
	}
	f.Project, f.By, f.At = id.ID(project.Int64), id.ID(by.Int64), store.FromMicros(at)
	moment := func(n sql.NullInt64) (t time.Time) {
		if n.Valid {
			t = store.FromMicros(n.Int64)
		}
		return t
	}
	f.DoneAt, f.ReopenedAt = moment(done), moment(reopened)
	f.Reason, err = faultOf(why)
	return f, err
}

// insertFiring says whether the rule meets the record for the first time.
func insertFiring(ctx context.Context, tx *store.Tx, org id.ID, f Firing) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO integration_firings (org_id, id, rule_id, record_id, module, name, state, reason, fired_by, fired_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $9) ON CONFLICT (org_id, rule_id, record_id) DO NOTHING`,
		org, f.ID, f.Rule, f.Record.ID, f.Record.Module, f.Record.Name, FiringWaiting, nullID(f.By), store.Micros(tx.Now()))
	return n == 1, err
}

func readFiring(ctx context.Context, q store.Querier, org, firing id.ID) (Firing, error) {
	f, err := scanFiring(q.QueryRow(ctx, "SELECT "+firingColumns+" FROM integration_firings f WHERE f.org_id = $1 AND f.id = $2", org, firing))
	if errors.Is(err, sql.ErrNoRows) {
		return f, fault.NotFound("integration.rule.no_firing")
	}
	return f, err
}

func setFiring(ctx context.Context, tx *store.Tx, org, firing id.ID, state string, project id.ID, why *fault.Error) error {
	text, err := wordsOf(why)
	if err != nil {
		return err
	}
	var done any
	if state != FiringWaiting {
		done = store.Micros(tx.Now())
	}
	_, err = tx.Exec(ctx, "UPDATE integration_firings SET state = $3, reason = $4, project_id = $5, done_at = $6 WHERE org_id = $1 AND id = $2",
		org, firing, state, text, nullID(project), done)
	return err
}

// setReopened notes that a record does not fulfil its rule any more, or does again,
// and gives the firing; a zero one when the rule never met it or nothing changed.
func setReopened(ctx context.Context, tx *store.Tx, org, rule, rec id.ID, reopened bool) (Firing, error) {
	var at any
	if reopened {
		at = store.Micros(tx.Now())
	}
	f, err := scanFiring(tx.QueryRow(ctx, `UPDATE integration_firings AS f SET reopened_at = $4
		WHERE f.org_id = $1 AND f.rule_id = $2 AND f.record_id = $3 AND (f.reopened_at IS NULL) = ($5 = 1)
		RETURNING id, rule_id, record_id, module, name, state, reason, project_id, fired_by, fired_at, done_at, reopened_at`, org, rule, rec, at, flag(reopened)))
	if errors.Is(err, sql.ErrNoRows) {
		return Firing{}, nil
	}
	return f, err
}

func listFirings(ctx context.Context, q store.Querier, org id.ID, state string, before id.ID, limit int) ([]Firing, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT "+firingColumns+`, r.name FROM integration_firings f
		JOIN integration_rules r ON r.org_id = f.org_id AND r.id = f.rule_id WHERE f.org_id = `, b.Arg(org), ` AND f.id < `, b.Arg(before))
	if state != "" {
		b.W(` AND f.state = `, b.Arg(state))
	}
	b.W(` ORDER BY f.id DESC LIMIT `, b.Arg(limit))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (Firing, error) {
		var name string
		f, err := scanFiring(r, &name)
		f.RuleName = name
		return f, err
	})
}

// firingStates gives the states of those of the records the rule has met.
func firingStates(ctx context.Context, q store.Querier, org, rule id.ID, records []id.ID) (map[id.ID]string, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT record_id, state FROM integration_firings WHERE org_id = `, b.Arg(org), ` AND rule_id = `, b.Arg(rule), ` AND record_id IN `, b.IDs(records))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[id.ID]string{}
	for rows.Next() {
		var n id.ID
		var state string
		if err := rows.Scan(&n, &state); err != nil {
			return nil, err
		}
		out[n] = state
	}
	return out, rows.Err()
}

func waitingFirings(ctx context.Context, q store.Querier, org id.ID, before time.Time, limit int) ([]id.ID, error) {
	rows, err := q.Query(ctx, `SELECT id FROM integration_firings WHERE org_id = $1 AND state = $2 AND fired_at < $3 ORDER BY id LIMIT $4`,
		org, FiringWaiting, store.Micros(before), limit)
	return store.Collect(rows, err, func(r *sql.Rows) (id.ID, error) {
		var n id.ID
		err := r.Scan(&n)
		return n, err
	})
}
