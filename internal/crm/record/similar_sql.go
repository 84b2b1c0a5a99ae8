package record

import (
	"context"
	"database/sql"
	"slices"

	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/store"
)

// matchKey is one row of the match index.
type matchKey struct {
	Key     string `json:"key"`
	Account id.ID  `json:"account"`
	Record  id.ID  `json:"record"`
}

// matchKeys gives what a record brings to the match index.
func matchKeys(m *schema.Module, record id.ID, v Values) []matchKey {
	if m.Keys == nil {
		return nil
	}
	account, keys := m.Keys(v)
	if account == 0 {
		account = record
	}
	var out []matchKey
	for _, k := range unique(keys) {
		out = append(out, matchKey{k, account, record})
	}
	return out
}

func insertMatchKeys(ctx context.Context, tx *store.Tx, org id.ID, keys []matchKey) error {
	if len(keys) == 0 {
		return nil
	}
	b := store.Build(tx.Dialect())
	b.W("INSERT INTO crm_match_keys (org_id, key, account_id, record_id) SELECT CAST(", b.Arg(org), " AS BIGINT), r.key, r.account, r.record FROM ",
		b.Rows("r", keys, "key text", "account int", "record int"))
	_, err := tx.Exec(ctx, b.SQL(), b.Args()...)
	return err
}

// rematch brings the match index to a changed record.
func rematch(ctx context.Context, tx *store.Tx, org id.ID, m *schema.Module, record id.ID, before, after Values) error {
	was, is := matchKeys(m, record, before), matchKeys(m, record, after)
	if slices.Equal(was, is) {
		return nil
	}
	if _, err := tx.Exec(ctx, "DELETE FROM crm_match_keys WHERE org_id = $1 AND record_id = $2", org, record); err != nil {
		return err
	}
	return insertMatchKeys(ctx, tx, org, is)
}

// probeKey is a key a probe looks for.
type probeKey struct {
	Ref string `json:"ref"`
	Key string `json:"key"`
}

// sharing gives, by probe, the accounts that have one of its keys, with the first letters
// of those keys. A key that more than two accounts have tells nothing, and is found out
// by its ends, however many there are.
func sharing(ctx context.Context, q store.Querier, org id.ID, keys []probeKey) (map[string]map[id.ID]string, error) {
	out := map[string]map[id.ID]string{}
	if len(keys) == 0 {
		return out, nil
	}
	b := sharingEnds(q.Dialect(), org, keys)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p probeKey
		var first, last sql.NullInt64
		if err := rows.Scan(&p.Ref, &p.Key, &first, &last); err != nil {
			return nil, err
		}
		if out[p.Ref] == nil {
			out[p.Ref] = map[id.ID]string{}
		}
		for _, account := range slices.Compact([]id.ID{id.ID(first.Int64), id.ID(last.Int64)}) {
			out[p.Ref][account] += p.Key[:1]
		}
	}
	return out, rows.Err()
}

func sharingEnds(d store.Dialect, org id.ID, keys []probeKey) *store.Builder {
	b := store.Build(d)
	of := func() string {
		return "FROM crm_match_keys k WHERE k.org_id = " + b.Arg(org) + " AND k.key = p.key"
	}
	b.W("SELECT e.ref, e.key, e.first, e.last FROM (SELECT p.ref, p.key, (SELECT k.account_id ", of(), " ORDER BY k.account_id LIMIT 1) AS first, ",
		"(SELECT k.account_id ", of(), " ORDER BY k.account_id DESC LIMIT 1) AS last FROM ", b.Rows("p", keys, "ref text", "key text"), ") AS e ",
		"WHERE e.first IS NOT NULL AND NOT EXISTS (SELECT 1 FROM crm_match_keys m WHERE m.org_id = ", b.Arg(org),
		" AND m.key = e.key AND m.account_id > e.first AND m.account_id < e.last)")
	return b
}

// postings counts the accounts of each key, up to one more than is looked at.
func postings(ctx context.Context, q store.Querier, org id.ID, keys []string) (map[string]int, error) {
	out := map[string]int{}
	if len(keys) == 0 {
		return out, nil
	}
	b := counting(q.Dialect(), org, keys)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	_, err = store.Collect(rows, err, func(r *sql.Rows) (key string, err error) {
		var n int
		err = r.Scan(&key, &n)
		out[key] = n
		return key, err
	})
	return out, err
}

func counting(d store.Dialect, org id.ID, keys []string) *store.Builder {
	b := store.Build(d)
	list := make([]probeKey, len(keys))
	for i, k := range keys {
		list[i].Key = k
	}
	return b.W("SELECT p.key, (SELECT COUNT(*) FROM (SELECT 1 FROM crm_match_keys k WHERE k.org_id = ", b.Arg(org), " AND k.key = p.key LIMIT ",
		b.Arg(maxPosting+1), ") AS n) FROM ", b.Rows("p", list, "key text"))
}

// sharingPieces gives, by probe, the accounts that have most of the keys.
func sharingPieces(ctx context.Context, q store.Querier, org id.ID, keys []probeKey) (map[string][]id.ID, error) {
	out := map[string][]id.ID{}
	if len(keys) == 0 {
		return out, nil
	}
	b := sharingMost(q.Dialect(), org, keys)
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	_, err = store.Collect(rows, err, func(r *sql.Rows) (ref string, err error) {
		var account id.ID
		err = r.Scan(&ref, &account)
		out[ref] = append(out[ref], account)
		return ref, err
	})
	return out, err
}

func sharingMost(d store.Dialect, org id.ID, keys []probeKey) *store.Builder {
	b := store.Build(d)
	return b.W("SELECT n.ref, n.account_id FROM (SELECT p.ref, k.account_id, ROW_NUMBER() OVER (PARTITION BY p.ref ORDER BY COUNT(*) DESC, k.account_id) AS place FROM ",
		b.Rows("p", keys, "ref text", "key text"), " JOIN crm_match_keys k ON k.org_id = ", b.Arg(org), " AND k.key = p.key GROUP BY p.ref, k.account_id) AS n WHERE n.place <= ", b.Arg(maxNear))
}

// accountsByID reads accounts outside the bin.
func accountsByID(ctx context.Context, q store.Querier, org id.ID, ids []id.ID) (map[id.ID]AccountMatch, error) {
	out := map[id.ID]AccountMatch{}
	b := store.Build(q.Dialect())
	b.W("SELECT id, account_name, COALESCE(owner_id, 0) FROM crm_accounts WHERE org_id = ", b.Arg(org), " AND deleted = 0 AND ", b.WithinIDs("id", ids))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	list, err := store.Collect(rows, err, func(r *sql.Rows) (m AccountMatch, err error) { return m, r.Scan(&m.ID, &m.Name, &m.Owner) })
	for _, m := range list {
		out[m.ID] = m
	}
	return out, err
}
