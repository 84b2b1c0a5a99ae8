package record

import (
	"context"
	"maps"
	"slices"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/store"
)

// maxParameters bounds the parameters of one INSERT. SQLite looks each up by its name
// among those before it, so that thousands cost more than the rows; PostgreSQL takes
// 65,535.
func maxParameters(d store.Dialect) int {
	if d == store.Postgres {
		return 20_000
	}
	return 900
}

// insert stores records that were checked, with header, search index, timeline and
// match index, in five statements for many of them.
func insert(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, list []*Record) error {
	rows := make([]row, len(list))
	used := map[string]bool{}
	for i, r := range list {
		rows[i] = newRow(m, r)
		for column := range rows[i].values {
			used[column] = true
		}
	}
	columns := slices.Sorted(maps.Keys(used)) // what no row holds is left out
	size := max(1, maxParameters(tx.Dialect())/(len(columns)+4))
	for part := range slices.Chunk(rows, size) {
		if err := insertPart(ctx, tx, as, m, columns, part); err != nil {
			return err
		}
	}
	return nil
}

// row is what is stored of a new record.
type row struct {
	*Record
	values map[string]any // by column, those that hold something
	text   string
}

func newRow(m *schema.Module, r *Record) row {
	cols, args := stored(m, r)
	out := row{Record: r, values: make(map[string]any, len(cols)), text: searchText(m, r.Values)}
	for i, c := range cols {
		if args[i] != nil {
			out.values[c] = args[i]
		}
	}
	return out
}

func insertPart(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, columns []string, part []row) error {
	org, now := as.Org(), store.Micros(tx.Now())
	head, body, grams, events := store.Build(tx.Dialect()), store.Build(tx.Dialect()), store.Build(tx.Dialect()), store.Build(tx.Dialect())
	head.W("INSERT INTO crm_records (org_id, id, module, name, owner_id, search_text) VALUES ")
	body.W("INSERT INTO ", m.Table, " (org_id, id, version, deleted, ", strings.Join(columns, ", "), ") VALUES ")
	events.W("INSERT INTO crm_timeline (org_id, record_id, id, act, changes, user_id, at) VALUES ")
	sep := ""
	var keys []matchKey
	for _, r := range part {
		keys = append(keys, matchKeys(m, r.ID, r.Values)...)
		head.W(sep, "(", head.ArgList(org, r.ID, m.Name, r.Name, r.Owner, r.text), ")")
		body.W(sep, "(", body.ArgList(org, r.ID, r.Version, 0))
		for _, c := range columns {
			body.W(", ", body.Arg(r.values[c]))
		}
		body.W(")")
		events.W(sep, "(", events.ArgList(org, r.ID, tx.NewID(), ActCreated, "", as.User(), now), ")")
		indexed(grams, sep, org, m, r.ID, r.text)
		sep = ", "
	}
	for _, b := range []*store.Builder{head, body, events, grams} {
		if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
	}
	return insertMatchKeys(ctx, tx, org, keys)
}

// indexed writes one record's row of the INSERT into the search index, whose head the
// first one brings: a contentless FTS5 table on SQLite, a tsvector with GIN on
// PostgreSQL. The parser of neither sees the grams, so they stay as they were cut.
func indexed(b *store.Builder, sep string, org id.ID, m *schema.Module, record id.ID, text string) {
	grams := marked(org, m, field.Grams(text))
	if b.Dialect() == store.Postgres {
		if sep == "" {
			b.W("INSERT INTO crm_search (org_id, id, grams) VALUES ")
		}
		b.W(sep, "(", b.ArgList(org, record), ", array_to_tsvector(ARRAY(SELECT jsonb_array_elements_text(CAST(", b.Arg(store.TextList(grams)), " AS jsonb)))))")
		return
	}
	if sep == "" {
		b.W("INSERT OR REPLACE INTO crm_search (rowid, grams) VALUES ")
	}
	b.W(sep, "(", b.ArgList(record, strings.Join(grams, " ")), ")")
}

func reindex(ctx context.Context, tx *store.Tx, org id.ID, m *schema.Module, record id.ID, text string) error {
	b := store.Build(tx.Dialect())
	indexed(b, "", org, m, record, text)
	b.W(b.Dialect().Pick("", " ON CONFLICT (org_id, id) DO UPDATE SET grams = EXCLUDED.grams"))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}
