package record

import (
	"context"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/store"
)

// manyRows bounds the rows of one INSERT, so that its parameters fit both engines.
const manyRows = 200

// insert stores records that were checked, with header, search index and timeline, in
// four statements for many of them.
func insert(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, list []*Record) error {
	for len(list) > 0 {
		part := list[:min(manyRows, len(list))]
		list = list[len(part):]
		if err := insertPart(ctx, tx, as, m, part); err != nil {
			return err
		}
	}
	return nil
}

func insertPart(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, part []*Record) error {
	org, now := as.Org(), store.Micros(tx.Now())
	head, body, grams, events := store.Build(tx.Dialect()), store.Build(tx.Dialect()), store.Build(tx.Dialect()), store.Build(tx.Dialect())
	head.W("INSERT INTO crm_records (org_id, id, module, name, owner_id, search_text) VALUES ")
	events.W("INSERT INTO crm_timeline (org_id, record_id, id, act, fields, user_id, at) VALUES ")
	for i, r := range part {
		cols, args := stored(m, r)
		text := searchText(m, r.Values)
		sep := ", "
		if i == 0 {
			sep = ""
			body.W("INSERT INTO ", m.Table, " (org_id, id, version, deleted, ", strings.Join(cols, ", "), ") VALUES ")
		}
		head.W(sep, "(", head.ArgList(org, r.ID, m.Name, r.Name, r.Owner, text), ")")
		body.W(sep, "(", body.ArgList(append([]any{org, r.ID, r.Version, 0}, args...)...), ")")
		events.W(sep, "(", events.ArgList(org, r.ID, tx.NewID(), ActCreated, "", as.User(), now), ")")
		indexed(grams, sep, org, m, r.ID, text)
	}
	for _, b := range []*store.Builder{head, body, events, grams} {
		if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
	}
	return nil
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
