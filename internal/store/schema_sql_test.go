package store_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/id"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// table is what must be alike on both engines.
type table struct {
	Columns  []string // name, type and NOT NULL, in order
	Primary  []string
	Indexes  []string // "unique a,b" or "index a,b", sorted
	Foreign  []string // "a,b -> other(c,d)", sorted
	Problems []string
}

// listed is one line of tables.txt.
type listed struct {
	class, tenant string
	perEngine     bool
}

func TestTablesAreListed(t *testing.T) {
	list := readTables(t)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		schema := inspect(t, db)
		for name, is := range schema {
			line, ok := list[name]
			if !ok {
				t.Errorf("%s is not in tables.txt", name)
				continue
			}
			for _, p := range is.Problems {
				t.Errorf("%s: %s", name, p)
			}
			if line.class == "distributed" && !line.perEngine {
				checkTenant(t, name, is, line.tenant, list)
			}
		}
		for name, line := range list {
			if _, ok := schema[name]; !ok && !line.perEngine {
				t.Errorf("tables.txt lists %s, which does not exist", name)
			}
		}
	})
}

// checkTenant holds a distributed table to what sharding by tenant needs.
func checkTenant(t *testing.T, name string, is table, tenant string, list map[string]listed) {
	t.Helper()
	if len(is.Primary) == 0 || is.Primary[0] != tenant {
		t.Errorf("%s: the primary key (%s) must begin with %s", name, strings.Join(is.Primary, ","), tenant)
	}
	for _, index := range is.Indexes {
		_, columns, _ := strings.Cut(index, " ")
		if columns != tenant && !strings.HasPrefix(columns, tenant+",") {
			t.Errorf("%s: %s must begin with %s", name, index, tenant)
		}
	}
	for _, key := range is.Foreign {
		from, to, _ := strings.Cut(key, " -> ")
		other, columns, _ := strings.Cut(strings.TrimSuffix(to, ")"), "(")
		if o := list[other]; o.class == "distributed" &&
			(!strings.HasPrefix(from, tenant) || !strings.HasPrefix(columns, o.tenant)) {
			t.Errorf("%s: the foreign key %s leaves the tenant", name, key)
		}
	}
}

func TestEnginesHaveTheSameSchema(t *testing.T) {
	list := readTables(t)
	alike := func(d store.Dialect) map[string]table {
		schema := inspect(t, storetest.New(t, d, nil))
		for name := range schema {
			if list[name].perEngine {
				delete(schema, name)
			}
		}
		return schema
	}
	if diff := cmp.Diff(alike(store.SQLite), alike(store.Postgres)); diff != "" {
		t.Errorf("the schemas differ (-sqlite +postgres)\n%s", diff)
	}
}

// readTables reads tables.txt.
func readTables(t *testing.T) map[string]listed {
	t.Helper()
	text, err := os.ReadFile("tables.txt")
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]listed{}
	for n, line := range strings.Split(string(text), "\n") {
		if i := strings.IndexByte(line, '#'); i >= 0 {
			line = line[:i]
		}
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		entry := listed{class: words[0]}
		if last := len(words) - 1; words[last] == "per-engine" {
			entry.perEngine, words = true, words[:last]
		}
		want := 2
		if entry.class == "distributed" {
			want = 3
		}
		if !slices.Contains([]string{"reference", "local", "distributed"}, entry.class) || len(words) != want {
			t.Errorf("tables.txt:%d: cannot read %q", n+1, line)
			continue
		}
		if want == 3 {
			entry.tenant = words[2]
		}
		if _, twice := list[words[1]]; twice {
			t.Errorf("tables.txt:%d: %s is listed twice", n+1, words[1])
		}
		list[words[1]] = entry
	}
	return list
}

func inspect(t *testing.T, db *store.DB) map[string]table {
	t.Helper()
	query := postgresSchema
	if db.Dialect() == store.SQLite {
		query = sqliteSchema
	}
	rows, err := db.Query(context.Background(), query)
	type row struct{ name, kind, value string }
	all, err := store.Collect(rows, err, func(rows *sql.Rows) (r row, err error) {
		return r, rows.Scan(&r.name, &r.kind, &r.value)
	})
	if err != nil {
		t.Fatal(err)
	}
	schema := map[string]table{}
	for _, r := range all {
		is := schema[r.name]
		switch r.kind {
		case "column":
			is.Columns = append(is.Columns, r.value)
		case "primary":
			is.Primary = strings.Split(r.value, ",")
		case "index":
			is.Indexes = append(is.Indexes, r.value)
		case "foreign":
			is.Foreign = append(is.Foreign, r.value)
		case "problem":
			is.Problems = append(is.Problems, r.value)
		}
		schema[r.name] = is
	}
	for name, is := range schema {
		slices.Sort(is.Indexes)
		is.Indexes = slices.Compact(is.Indexes)
		slices.Sort(is.Foreign)
		schema[name] = is
	}
	return schema
}

// Both queries give (table, kind, value); River's and goose's own tables are theirs.
const sqliteSchema = `
WITH t AS (
  SELECT name, strict, type FROM pragma_table_list
  WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'river_%' AND name <> 'goose_db_version'
)
SELECT name, kind, value FROM (
  SELECT t.name AS name, 'column' AS kind, c.name || ' ' || lower(c.type) || CASE WHEN c."notnull" THEN ' not null' ELSE '' END AS value, c.cid AS at
  FROM t JOIN pragma_table_info(t.name) c
  UNION ALL
  SELECT name, 'primary', group_concat(part, ','), 0 FROM (
    SELECT t.name AS name, c.name AS part FROM t JOIN pragma_table_info(t.name) c WHERE c.pk > 0 ORDER BY t.name, c.pk) GROUP BY name
  UNION ALL
  SELECT name, 'index', word || ' ' || group_concat(part, ','), 0 FROM (
    SELECT t.name AS name, i.name AS index_name, CASE WHEN i."unique" THEN 'unique' ELSE 'index' END || CASE WHEN i.partial THEN '-partial' ELSE '' END AS word, c.name AS part
    FROM t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c WHERE i.origin <> 'pk' ORDER BY t.name, i.name, c.seqno) GROUP BY name, index_name
  UNION ALL
  SELECT name, 'foreign', group_concat(part, ',') || ' -> ' || other || '(' || group_concat(target, ',') || ')', 0 FROM (
    SELECT t.name AS name, f.id AS id, f."table" AS other, f."from" AS part, f."to" AS target
    FROM t JOIN pragma_foreign_key_list(t.name) f ORDER BY t.name, f.id, f.seq) GROUP BY name, id
  UNION ALL
  SELECT t.name, 'problem', 'the table is not STRICT', 0 FROM t WHERE strict = 0 AND type = 'table'
  UNION ALL
  SELECT DISTINCT t.name, 'problem', 'a foreign key acts on delete', 0 FROM t JOIN pragma_foreign_key_list(t.name) f
  WHERE f.on_delete <> 'NO ACTION' OR f.on_update <> 'NO ACTION'
) ORDER BY name, kind, at, value`

const postgresSchema = `
WITH t AS (
  SELECT c.oid, c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname NOT LIKE 'river_%' AND c.relname <> 'goose_db_version'
)
SELECT name, kind, value FROM (
  SELECT t.name AS name, 'column' AS kind, a.attname || ' ' ||
    CASE format_type(a.atttypid, NULL) WHEN 'bigint' THEN 'integer' WHEN 'bytea' THEN 'blob' ELSE format_type(a.atttypid, NULL) END ||
    CASE WHEN a.attnotnull THEN ' not null' ELSE '' END AS value, a.attnum::int AS at
  FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT t.name, CASE WHEN i.indisprimary THEN 'primary' ELSE 'index' END,
    CASE WHEN i.indisprimary THEN '' WHEN i.indisunique THEN 'unique' ELSE 'index' END || CASE WHEN i.indpred IS NULL THEN '' ELSE '-partial' END ||
    CASE WHEN i.indisprimary THEN '' ELSE ' ' END ||
    (SELECT string_agg(a.attname, ',' ORDER BY k.at) FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k(attnum, at)
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum), 0
  FROM t JOIN pg_index i ON i.indrelid = t.oid
  UNION ALL
  SELECT t.name, 'foreign',
    (SELECT string_agg(a.attname, ',' ORDER BY k.at) FROM unnest(f.conkey) WITH ORDINALITY AS k(attnum, at) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum)
    || ' -> ' || o.relname || '(' ||
    (SELECT string_agg(a.attname, ',' ORDER BY k.at) FROM unnest(f.confkey) WITH ORDINALITY AS k(attnum, at) JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = k.attnum) || ')', 0
  FROM t JOIN pg_constraint f ON f.conrelid = t.oid AND f.contype = 'f' JOIN pg_class o ON o.oid = f.confrelid
  UNION ALL
  SELECT t.name, 'problem', 'column ' || a.attname || ' is text without COLLATE "C"', 0
  FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND a.atttypid = 'text'::regtype
  JOIN pg_collation c ON c.oid = a.attcollation WHERE c.collname <> 'C'
  UNION ALL
  SELECT DISTINCT t.name, 'problem', 'a foreign key acts on delete', 0 FROM t JOIN pg_constraint f ON f.conrelid = t.oid AND f.contype = 'f'
  WHERE f.confdeltype <> 'a' OR f.confupdtype <> 'a'
) AS all_facts ORDER BY name, kind, at, value`

// TestMigrationsAreTwins finds a file that one engine lacks before its tables do.
func TestMigrationsAreTwins(t *testing.T) {
	names := func(d store.Dialect) (out []string) {
		entries, err := os.ReadDir("migrations/" + d.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out = append(out, e.Name())
		}
		return out
	}
	if diff := cmp.Diff(names(store.SQLite), names(store.Postgres)); diff != "" {
		t.Errorf("migrations (-sqlite +postgres)\n%s", diff)
	}
}

// TestBothEnginesReadJSONAlike compares what the row sets and lists give.
func TestBothEnginesReadJSONAlike(t *testing.T) {
	ctx := context.Background()
	type entry struct {
		ID   int64   `json:"id"`
		Name *string `json:"name"`
	}
	word := func(s string) *string { return &s }
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := store.Build(db.Dialect())
		b.W("SELECT e.id, e.name FROM ", b.Rows("e", []entry{{1 << 52, word("山田'\"; DROP")}, {2, nil}, {3, word("Zoë")}, {4, word("12")}}, "id int", "name text"),
			" WHERE e.id IN ", b.IDs([]id.ID{1 << 52, 2, 4}), " AND (e.name IS NULL OR e.name IN ", b.Texts([]string{"山田'\"; DROP", "12"}), ") ORDER BY e.id")
		rows, err := db.Query(ctx, b.SQL(), b.Args()...)
		got, err := store.Collect(rows, err, func(rows *sql.Rows) (e entry, err error) {
			return e, rows.Scan(&e.ID, &e.Name)
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []entry{{2, nil}, {4, word("12")}, {1 << 52, word("山田'\"; DROP")}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		empty := store.Build(db.Dialect())
		empty.W("SELECT count(*) FROM ", empty.Rows("e", json.RawMessage("[]"), "id int"), " WHERE e.id IN ", empty.IDs(nil))
		var n int
		if err := db.QueryRow(ctx, empty.SQL(), empty.Args()...).Scan(&n); err != nil || n != 0 {
			t.Errorf("empty: %d, %v", n, err)
		}
	})
}
