package view

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"musubi/internal/crm/access"
	"musubi/internal/crm/query"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

const columns = `SELECT v.id, v.module, v.owner_id, COALESCE(u.name, ''), v.shared, v.name, v.definition, v.version, v.changed_at, COALESCE(c.name, '')
	FROM crm_views v LEFT JOIN crm_users u ON u.org_id = v.org_id AND u.id = v.owner_id
	LEFT JOIN crm_users c ON c.org_id = v.org_id AND c.id = v.changed_by`

// definition is what a view is made of, as it is kept.
type definition struct {
	Criteria query.Criteria `json:"criteria"`
	Columns  []string       `json:"columns,omitempty"`
	Sort     string         `json:"sort,omitempty"`
	Desc     bool           `json:"desc,omitempty"`
}

func (v View) definition() (string, error) {
	b, err := json.Marshal(definition{v.Criteria, v.Columns, v.Sort, v.Desc})
	if err != nil {
		return "", fault.Internal(err)
	}
	return string(b), nil
}

func scan(as access.Actor, row func(...any) error) (View, error) {
	var v View
	var text string
	var shared, at int64
	if err := row(&v.ID, &v.Module, &v.Owner, &v.OwnerName, &shared, &v.Name, &text, &v.Version, &at, &v.ChangedBy); err != nil {
		return View{}, err
	}
	var d definition
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return View{}, fault.Internal(err)
	}
	v.Criteria, v.Columns, v.Sort, v.Desc = d.Criteria, d.Columns, d.Sort, d.Desc
	v.Key, v.Shared, v.Changed = v.ID.String(), shared != 0, store.FromMicros(at)
	v.Mine = v.Owner == as.User()
	v.Edit = v.Mine || v.Shared && MayShare(as)
	return v, nil
}

// viewsOf gives one's own views and those others share, each by name.
func viewsOf(ctx context.Context, q store.Querier, as access.Actor, module string) ([]View, error) {
	b := store.Build(q.Dialect())
	b.W(columns, " WHERE v.org_id = ", b.Arg(as.Org()), " AND v.module = ", b.Arg(module), " AND v.id IN (SELECT o.id FROM crm_views o WHERE o.org_id = ",
		b.Arg(as.Org()), " AND o.module = ", b.Arg(module), " AND o.owner_id = ", b.Arg(as.User()),
		" UNION ALL SELECT s.id FROM crm_views s WHERE s.org_id = ", b.Arg(as.Org()), " AND s.module = ", b.Arg(module), " AND s.shared = 1)",
		" ORDER BY v.name, v.id LIMIT ", b.Arg(MaxOwn+MaxShared))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (View, error) { return scan(as, r.Scan) })
}

// viewByID gives a view the badge sees; others are not found.
func viewByID(ctx context.Context, q store.Querier, as access.Actor, module string, view id.ID) (View, error) {
	v, err := scan(as, q.QueryRow(ctx, columns+` WHERE v.org_id = $1 AND v.id = $2 AND v.module = $3 AND (v.owner_id = $4 OR v.shared = 1)`,
		as.Org(), view, module, as.User()).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return View{}, gone()
	}
	return v, err
}

func counts(ctx context.Context, q store.Querier, as access.Actor, module string) (own, shared int, err error) {
	err = q.QueryRow(ctx, `SELECT (SELECT count(*) FROM crm_views o WHERE o.org_id = $1 AND o.module = $2 AND o.owner_id = $3),
		(SELECT count(*) FROM crm_views s WHERE s.org_id = $1 AND s.module = $2 AND s.shared = 1)`, as.Org(), module, as.User()).Scan(&own, &shared)
	return own, shared, err
}

func insertView(ctx context.Context, tx *store.Tx, as access.Actor, v View) error {
	text, err := v.definition()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO crm_views (org_id, id, module, owner_id, shared, name, definition, version, created_at, changed_at, changed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $4)`, as.Org(), v.ID, v.Module, v.Owner, v.Shared, v.Name, text, v.Version, store.Micros(v.Changed))
	return err
}

// updateView gives false when somebody saved in between.
func updateView(ctx context.Context, tx *store.Tx, as access.Actor, v View) (bool, error) {
	text, err := v.definition()
	if err != nil {
		return false, err
	}
	rows, err := tx.Exec(ctx, `UPDATE crm_views SET shared = $4, name = $5, definition = $6, version = version + 1, changed_at = $7, changed_by = $8
		WHERE org_id = $1 AND id = $2 AND version = $3`, as.Org(), v.ID, v.Version, v.Shared, v.Name, text, store.Micros(v.Changed), as.User())
	return rows == 1, err
}

func deleteView(ctx context.Context, tx *store.Tx, as access.Actor, view id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM crm_views WHERE org_id = $1 AND id = $2`, as.Org(), view)
	return err
}

// choice is what a person chose for the lists of a module; nil columns are the usual ones.
type choice struct {
	favourite, last string
	columns         []string
}

func choiceOf(ctx context.Context, q store.Querier, as access.Actor, module string) (c choice, err error) {
	var text string
	err = q.QueryRow(ctx, `SELECT c.favourite, c.last, c.columns FROM crm_view_choices c WHERE c.org_id = $1 AND c.user_id = $2 AND c.module = $3`,
		as.Org(), as.User(), module).Scan(&c.favourite, &c.last, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return choice{}, nil
	}
	if err != nil || text == "" {
		return c, err
	}
	if err := json.Unmarshal([]byte(text), &c.columns); err != nil {
		return c, fault.Internal(err)
	}
	return c, nil
}

const keep = `INSERT INTO crm_view_choices (org_id, user_id, module, favourite, last, columns) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (org_id, user_id, module) DO UPDATE SET `

func keepLast(ctx context.Context, tx *store.Tx, as access.Actor, module, key string) error {
	_, err := tx.Exec(ctx, keep+`last = excluded.last`, as.Org(), as.User(), module, "", key, "")
	return err
}

func keepFavourite(ctx context.Context, tx *store.Tx, as access.Actor, module, key string) error {
	_, err := tx.Exec(ctx, keep+`favourite = excluded.favourite`, as.Org(), as.User(), module, key, "", "")
	return err
}

func keepColumns(ctx context.Context, tx *store.Tx, as access.Actor, module string, columns []string) error {
	text := ""
	if columns != nil {
		text = store.TextList(columns)
	}
	_, err := tx.Exec(ctx, keep+`columns = excluded.columns`, as.Org(), as.User(), module, "", "", text)
	return err
}
