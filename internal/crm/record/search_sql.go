package record

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/id"
	"musubi/internal/store"
)

// The index holds, for each record, its grams with the tenant in front: a contentless
// FTS5 table on SQLite, a tsvector with GIN on PostgreSQL. Grams say where to look;
// every hit is checked against the folded text itself.

// tenantGrams writes the tenant in front of each gram, in letters the tokenizer keeps.
func tenantGrams(org id.ID, grams []string) []string {
	prefix := "o" + strconv.FormatInt(int64(org), 36) + "o"
	out := make([]string, len(grams))
	for i, g := range grams {
		out[i] = prefix + g
	}
	return out
}

func index(ctx context.Context, tx *store.Tx, org, record id.ID, text string) error {
	grams := tenantGrams(org, field.Grams(text))
	if tx.Dialect() == store.Postgres {
		_, err := tx.Exec(ctx, `INSERT INTO crm_search (org_id, id, grams)
			VALUES ($1, $2, array_to_tsvector(ARRAY(SELECT jsonb_array_elements_text($3::jsonb))))
			ON CONFLICT (org_id, id) DO UPDATE SET grams = EXCLUDED.grams`, org, record, store.TextList(grams))
		return err
	}
	_, err := tx.Exec(ctx, `INSERT OR REPLACE INTO crm_search (rowid, grams) VALUES ($1, $2)`, record, strings.Join(grams, " "))
	return err
}

// keyword narrows table t, joined with its header h, to records that contain every word.
func keyword(b *store.Builder, org id.ID, text string) {
	grams := tenantGrams(org, field.QueryGrams(clip(text)))
	if len(grams) == 0 {
		b.W(" AND 1 = 0")
		return
	}
	quoted := make([]string, len(grams))
	if b.Dialect() == store.Postgres {
		for i, g := range grams {
			quoted[i] = "'" + strings.ReplaceAll(g, "'", "''") + "':*"
		}
		b.W(" AND h.id IN (SELECT k.id FROM crm_search k WHERE k.org_id = ", b.Arg(org), " AND k.grams @@ CAST(", b.Arg(strings.Join(quoted, " & ")), " AS tsquery))")
	} else {
		for i, g := range grams {
			quoted[i] = `"` + strings.ReplaceAll(g, `"`, `""`) + `"*`
		}
		b.W(" AND h.id IN (SELECT rowid FROM crm_search WHERE crm_search MATCH ", b.Arg(strings.Join(quoted, " ")), ")")
	}
	for _, w := range words(text) {
		b.W(" AND h.search_text LIKE ", b.Arg("%"+escapeLike(w)+"%"), ` ESCAPE '\'`)
	}
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// find gives records of a module that contain the words, by name.
func (s *Service) find(ctx context.Context, as access.Actor, module, text string, limit int) ([]Ref, error) {
	scope, err := s.access.Scope(ctx, as, module, access.View)
	if err != nil {
		return nil, err
	}
	b := store.Build(s.db.Dialect())
	b.W("SELECT h.id, h.name FROM crm_records h WHERE h.deleted_at IS NULL AND h.module = ", b.Arg(module), " AND ", scope.Filter(b, "h"))
	keyword(b, as.Org(), text)
	b.W(" ORDER BY h.name, h.id LIMIT ", b.Arg(limit))
	rows, err := s.db.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (Ref, error) {
		ref, err := scanRef(r)
		ref.Module = module
		return ref, err
	})
}

func (s *Service) binItems(ctx context.Context, as access.Actor, c cursor, paged bool, limit int) ([]BinItem, error) {
	modules := s.deletable(as)
	if len(modules) == 0 {
		return nil, nil
	}
	b := store.Build(s.db.Dialect())
	b.W("SELECT h.id, h.name, h.module, h.deleted_at, COALESCE(u.name, '') FROM crm_records h LEFT JOIN crm_users u ON u.org_id = h.org_id AND u.id = h.deleted_by",
		" WHERE h.org_id = ", b.Arg(as.Org()), " AND h.deleted_at IS NOT NULL AND (1 = 0")
	for _, m := range modules {
		scope, err := s.access.Scope(ctx, as, m, access.Delete)
		if err != nil {
			return nil, err
		}
		b.W(" OR h.module = ", b.Arg(m), " AND ", scope.Filter(b, "h"))
	}
	b.W(")")
	if paged {
		b.W(" AND (h.deleted_at, h.id) < (", b.Arg(c.Num), ", ", b.Arg(c.ID), ")")
	}
	b.W(" ORDER BY h.deleted_at DESC, h.id DESC LIMIT ", b.Arg(limit))
	rows, err := s.db.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (BinItem, error) {
		var i BinItem
		err := r.Scan(&i.ID, &i.Name, &i.Module, &i.At, &i.By)
		return i, err
	})
}

func timeline(ctx context.Context, tx *store.Tx, as access.Actor, record id.ID, act string, fields []string) error {
	_, err := tx.Exec(ctx, `INSERT INTO crm_timeline (org_id, record_id, id, act, fields, user_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		as.Org(), record, tx.NewID(), act, strings.Join(fields, " "), as.User(), store.Micros(tx.Now()))
	return err
}

func events(ctx context.Context, q store.Querier, org, record id.ID, limit int) ([]Event, error) {
	rows, err := q.Query(ctx, `SELECT e.id, e.act, e.fields, e.at, COALESCE(u.name, '') FROM crm_timeline e
		LEFT JOIN crm_users u ON u.org_id = e.org_id AND u.id = e.user_id
		WHERE e.org_id = $1 AND e.record_id = $2 ORDER BY e.id DESC LIMIT $3`, org, record, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (Event, error) {
		var e Event
		var fields string
		err := r.Scan(&e.ID, &e.Act, &fields, &e.At, &e.By)
		e.Fields = strings.Fields(fields)
		return e, err
	})
}
