package record

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/store"
)

// matching selects the ids the index names for the words: all that contain them, and
// some that only contain their pieces.
func matching(b *store.Builder, org id.ID, m *schema.Module, words [][]string) {
	and, or := b.Dialect().Pick(" AND ", " & "), b.Dialect().Pick(" OR ", " | ")
	var all []string
	for _, w := range words[:min(len(words), maxWords)] {
		var forms []string
		for _, form := range w {
			grams := field.QueryGrams(form)
			terms := make([]string, min(len(grams), maxGrams))
			for i := range terms {
				terms[i] = term(b.Dialect(), mark(org, m)+grams[i].Text, grams[i].Part)
			}
			forms = append(forms, "("+strings.Join(terms, and)+")")
		}
		all = append(all, "("+strings.Join(forms, or)+")")
	}
	if b.Dialect() == store.Postgres {
		b.W("SELECT k.id AS id FROM crm_search k WHERE k.org_id = ", b.Arg(org), " AND k.grams @@ CAST(", b.Arg(strings.Join(all, and)), " AS tsquery)")
		return
	}
	b.W("SELECT rowid AS id FROM crm_search WHERE crm_search MATCH ", b.Arg(strings.Join(all, and)))
}

// What the index is asked is bounded; the text itself decides anyway.
const (
	maxWords = 8
	maxGrams = 12
)

// term writes one gram for the engine. Grams are letters and digits, so quoting them is
// a second lock.
func term(d store.Dialect, gram string, part bool) string {
	if d == store.Postgres {
		if gram = "'" + strings.ReplaceAll(gram, "'", "''") + "'"; part {
			gram += ":*"
		}
		return gram
	}
	if gram = `"` + strings.ReplaceAll(gram, `"`, `""`) + `"`; part {
		gram += "*"
	}
	return gram
}

// contains checks the words against the text of header h.
func contains(b *store.Builder, words [][]string) {
	for _, w := range words {
		for i, form := range w {
			b.W([]string{" AND (", " OR "}[min(i, 1)], "h.search_text LIKE ", b.Arg("%"+escapeLike(form)+"%"), ` ESCAPE '\'`)
		}
		b.W(")")
	}
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// find gives records of a module that contain the words, by name.
func (s *Service) find(ctx context.Context, as access.Actor, m *schema.Module, text string, limit int) ([]Ref, error) {
	scope, err := s.access.Scope(ctx, as, m.Name, access.View)
	if err != nil {
		return nil, err
	}
	b := finding(s.db.Dialect(), scope, m, field.SearchWords(clip(text, maxKeyword)), limit)
	rows, err := s.db.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (Ref, error) {
		ref, err := scanRef(r)
		ref.Module = m.Name
		return ref, err
	})
}

// finding looks at no more than the latest of very many candidates. Each is looked up
// by its key, as a sub-query of its own: joined, PostgreSQL would rather compare the
// text of every record there is.
func finding(d store.Dialect, scope access.Scope, m *schema.Module, words [][]string, limit int) *store.Builder {
	b := store.Build(d)
	b.W("SELECT f.id, f.name FROM (SELECT c.id AS id, (SELECT h.name FROM crm_records h WHERE h.org_id = ", b.Arg(scope.Org()),
		" AND h.id = c.id AND h.deleted_at IS NULL AND ", scope.Filter(b, "h"))
	contains(b, words)
	b.W(") AS name FROM (")
	matching(b, scope.Org(), m, words)
	b.W(d.Pick(" ORDER BY rowid DESC", ""), " LIMIT ", b.Arg(maxCandidates), ") AS c) AS f")
	return b.W(" WHERE f.name IS NOT NULL ORDER BY f.name, f.id LIMIT ", b.Arg(limit))
}

func (s *Service) binItems(ctx context.Context, as access.Actor, only string, c cursor, paged bool, limit int) ([]BinItem, error) {
	modules := s.deletable(as)
	if only != "" {
		modules = slices.DeleteFunc(modules, func(m string) bool { return m != only })
	}
	if len(modules) == 0 {
		return nil, nil
	}
	b := store.Build(s.db.Dialect())
	b.W("SELECT h.id, h.name, h.module, h.deleted_at, COALESCE(u.name, '') FROM crm_records h LEFT JOIN crm_users u ON u.org_id = h.org_id AND u.id = h.deleted_by",
		" WHERE h.org_id = ", b.Arg(as.Org()), " AND h.deleted_at IS NOT NULL AND h.merged_into IS NULL AND h.purging = 0 AND (1 = 0")
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
