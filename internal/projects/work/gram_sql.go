package work

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/store"
)

// named writes the condition that the thing with column idCol and folded name
// keyCol holds the searched text: the index names candidates, the name decides.
func named(b *store.Builder, portal, scope id.ID, kind, search, idCol, keyCol string) {
	q := fold(search)
	if q == "" {
		return
	}
	b.W(` AND `, idCol, ` IN (SELECT gr.subject_id FROM projects_grams gr WHERE gr.portal_id = `, b.Arg(portal),
		` AND gr.scope_id = `, b.Arg(scope), ` AND gr.kind = `, b.Arg(kind))
	if two := pairs(q); len(two) > 0 {
		b.W(` AND gr.gram IN `, b.Texts(two), ` GROUP BY gr.subject_id HAVING COUNT(*) = `, b.Arg(len(two)))
	} else {
		b.W(` AND gr.gram >= `, b.Arg(q), ` AND gr.gram < `, b.Arg(q+"\U0010FFFF"))
	}
	b.W(`) AND `, keyCol, ` LIKE `, b.Arg(likeOf(q)), ` ESCAPE '\'`)
}

// rename keeps the search index; from or to is "" for a thing that comes or goes.
func rename(ctx context.Context, tx *store.Tx, portal, scope id.ID, kind string, subject id.ID, from, to string) error {
	if from == to {
		return nil
	}
	if from != "" {
		b := store.Build(tx.Dialect())
		b.W(`DELETE FROM projects_grams WHERE portal_id = `, b.Arg(portal), ` AND scope_id = `, b.Arg(scope),
			` AND kind = `, b.Arg(kind), ` AND subject_id = `, b.Arg(subject), ` AND gram IN `, b.Texts(grams(from)))
		if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
	}
	if to == "" {
		return nil
	}
	b := store.Build(tx.Dialect())
	b.W(`INSERT INTO projects_grams (portal_id, scope_id, kind, gram, subject_id) VALUES `)
	p, s, k, n := b.Arg(portal), b.Arg(scope), b.Arg(kind), b.Arg(subject)
	for i, g := range grams(to) {
		if i > 0 {
			b.W(`, `)
		}
		b.W(`(`, p, `, `, s, `, `, k, `, `, b.Arg(g), `, `, n, `)`)
	}
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}
