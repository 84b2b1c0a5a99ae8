package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/store"
)

// changeRow is a Change as it is stored.
type changeRow struct {
	Field string `json:"field"`
	From  any    `json:"from,omitempty"`
	To    any    `json:"to,omitempty"`
}

func timeline(ctx context.Context, tx *store.Tx, as access.Actor, record id.ID, act string, list []Change) error {
	text, err := writeChanges(list)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO crm_timeline (org_id, record_id, id, act, changes, user_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		as.Org(), record, tx.NewID(), act, text, as.User(), store.Micros(tx.Now()))
	return err
}

// timelines writes the same act into the timelines of many records.
func timelines(ctx context.Context, tx *store.Tx, as access.Actor, records []id.ID, act string) error {
	type entry struct {
		Record id.ID `json:"record"`
		ID     id.ID `json:"id"`
	}
	list := make([]entry, len(records))
	for i, n := range records {
		list[i] = entry{Record: n, ID: tx.NewID()}
	}
	b := store.Build(tx.Dialect())
	b.W("INSERT INTO crm_timeline (org_id, record_id, id, act, changes, user_id, at) SELECT CAST(", b.Arg(as.Org()), " AS BIGINT), n.record, n.id, ", b.Arg(act),
		", '', CAST(", b.Arg(as.User()), " AS BIGINT), CAST(", b.Arg(store.Micros(tx.Now())), " AS BIGINT) FROM ", b.Rows("n", list, "record int", "id int"))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

// writeChanges gives changes as they are stored, empty for none.
func writeChanges(list []Change) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	rows := make([]changeRow, len(list))
	for i, c := range list {
		rows[i] = changeRow(c)
	}
	text, err := json.Marshal(rows)
	return string(text), err
}

func events(ctx context.Context, q store.Querier, org id.ID, m *schema.Module, record id.ID, limit int) ([]Event, error) {
	rows, err := q.Query(ctx, `SELECT e.id, e.act, e.changes, e.at, COALESCE(u.name, '') FROM crm_timeline e
		LEFT JOIN crm_users u ON u.org_id = e.org_id AND u.id = e.user_id
		WHERE e.org_id = $1 AND e.record_id = $2 ORDER BY e.id DESC LIMIT $3`, org, record, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (Event, error) {
		var e Event
		var text string
		if err := r.Scan(&e.ID, &e.Act, &text, &e.At, &e.By); err != nil {
			return e, err
		}
		var err error
		e.Changes, e.Subject, err = readChanges(m, text)
		return e, err
	})
}

// readChanges gives stored changes their types back, and the subject, which stands
// there without a field. A field there is no more is left out.
func readChanges(m *schema.Module, text string) (out []Change, subject string, err error) {
	if text == "" {
		return nil, "", nil
	}
	var rows []changeRow
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&rows); err != nil {
		return nil, "", err
	}
	for _, r := range rows {
		if r.Field == "" {
			subject, _ = r.To.(string)
		}
		if f, ok := m.Field(r.Field); ok {
			out = append(out, Change{Field: r.Field, From: typed(f, r.From), To: typed(f, r.To)})
		}
	}
	return out, subject, nil
}

func typed(f field.Field, v any) any {
	switch x := v.(type) {
	case json.Number:
		if n, err := x.Int64(); err == nil {
			return n
		}
		return nil
	case string:
		if f.Type != field.Lookup && f.Type != field.User {
			return x
		}
		if n, err := id.Parse(x); err == nil {
			return n
		}
		return nil
	}
	return v
}
