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

func matchAccounts(ctx context.Context, q store.Querier, org id.ID, keys []string) (map[string][]AccountMatch, error) {
	out := map[string][]AccountMatch{}
	if len(keys) == 0 {
		return out, nil
	}
	b := store.Build(q.Dialect())
	b.W("SELECT name_key, id, account_name, COALESCE(owner_id, 0) FROM crm_accounts WHERE org_id = ", b.Arg(org),
		" AND deleted = 0 AND name_key IN ", b.Texts(keys), " ORDER BY id")
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		var m AccountMatch
		if err := rows.Scan(&key, &m.ID, &m.Name, &m.Owner); err != nil {
			return nil, err
		}
		out[key] = append(out[key], m)
	}
	return out, rows.Err()
}

func matchContacts(ctx context.Context, q store.Querier, org id.ID, keys []string) (map[string][]ContactMatch, error) {
	out := map[string][]ContactMatch{}
	if len(keys) == 0 {
		return out, nil
	}
	b := store.Build(q.Dialect())
	b.W("SELECT email_key, id, COALESCE(account_id, 0), full_name FROM crm_contacts WHERE org_id = ", b.Arg(org),
		" AND deleted = 0 AND email_key <> '' AND email_key IN ", b.Texts(keys), " ORDER BY id")
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		var m ContactMatch
		if err := rows.Scan(&key, &m.ID, &m.Account, &m.Name); err != nil {
			return nil, err
		}
		out[key] = append(out[key], m)
	}
	return out, rows.Err()
}

// manyRows bounds the rows of one INSERT, so that its parameters fit both engines.
const manyRows = 200

// insertMany stores records that were checked, with header, search index and
// timeline, in four statements for each part.
func insertMany(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, list []Record) error {
	for len(list) > 0 {
		part := list[:min(manyRows, len(list))]
		list = list[len(part):]
		if err := insertPart(ctx, tx, as, m, part); err != nil {
			return err
		}
	}
	return nil
}

func insertPart(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, part []Record) error {
	org := as.Org()
	head, body, grams, events := store.Build(tx.Dialect()), store.Build(tx.Dialect()), store.Build(tx.Dialect()), store.Build(tx.Dialect())
	head.W("INSERT INTO crm_records (org_id, id, module, name, owner_id, search_text) VALUES ")
	events.W("INSERT INTO crm_timeline (org_id, record_id, id, act, fields, user_id, at) VALUES ")
	if tx.Dialect() == store.Postgres {
		grams.W("INSERT INTO crm_search (org_id, id, grams) VALUES ")
	} else {
		grams.W("INSERT INTO crm_search (rowid, grams) VALUES ")
	}
	for i := range part {
		r := &part[i]
		cols, args := stored(m, r)
		text := searchText(m, r.Values)
		sep := ", "
		if i == 0 {
			sep = ""
			body.W("INSERT INTO ", m.Table, " (org_id, id, version, deleted, ", strings.Join(cols, ", "), ") VALUES ")
		}
		head.W(sep, "(", head.Arg(org), ", ", head.Arg(r.ID), ", ", head.Arg(m.Name), ", ", head.Arg(r.Name), ", ", head.Arg(r.Owner), ", ", head.Arg(text), ")")
		body.W(sep, "(", body.Arg(org), ", ", body.Arg(r.ID), ", 1, 0")
		for _, a := range args {
			body.W(", ", body.Arg(a))
		}
		body.W(")")
		events.W(sep, "(", events.Arg(org), ", ", events.Arg(r.ID), ", ", events.Arg(tx.NewID()), ", ", events.Arg(ActCreated), ", '', ",
			events.Arg(as.User()), ", ", events.Arg(store.Micros(tx.Now())), ")")
		list := tenantGrams(org, field.Grams(text))
		if tx.Dialect() == store.Postgres {
			grams.W(sep, "(", grams.Arg(org), ", ", grams.Arg(r.ID), ", array_to_tsvector(ARRAY(SELECT jsonb_array_elements_text(", grams.Arg(store.TextList(list)), "::jsonb))))")
		} else {
			grams.W(sep, "(", grams.Arg(r.ID), ", ", grams.Arg(strings.Join(list, " ")), ")")
		}
	}
	for _, b := range []*store.Builder{head, body, events, grams} {
		if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
			return err
		}
	}
	return nil
}
