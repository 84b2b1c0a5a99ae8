package jobs_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"musubi/internal/store/storetest"
)

// The migration of this room says what River's own migrations say. These tests let
// those run beside it and compare.

func TestSQLiteSchemaIsRivers(t *testing.T) {
	ctx := t.Context()
	read := func(path string) map[string]string {
		db, err := sql.Open("sqlite", "file:"+path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		m, err := rivermigrate.New(riversqlite.New(db), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
			t.Fatal(err)
		}
		rows, err := db.QueryContext(ctx, `SELECT name, sql FROM sqlite_master WHERE name LIKE 'river_%' AND sql IS NOT NULL
			UNION ALL SELECT 'versions', group_concat(line || version) FROM river_migration`)
		if err != nil {
			t.Fatal(err)
		}
		return collect(t, rows)
	}
	ours := read(strings.TrimPrefix(storetest.SQLiteURL(t), "sqlite:"))
	if diff := cmp.Diff(read(filepath.Join(t.TempDir(), "river.db")), ours); diff != "" {
		t.Errorf("(-river +ours)\n%s", diff)
	}
}

func TestPostgresSchemaIsRivers(t *testing.T) {
	ctx := t.Context()
	url := storetest.PostgresURL(t)
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, "CREATE SCHEMA theirs"); err != nil {
		t.Fatal(err)
	}
	migrate(t, pool, "theirs")
	migrate(t, pool, "public") // takes ours for its own and finds nothing to do
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	read := func(schema string) map[string]string {
		rows, err := db.QueryContext(ctx, postgresFacts, schema)
		if err != nil {
			t.Fatal(err)
		}
		out := collect(t, rows)
		for k, v := range out {
			out[k] = strings.ReplaceAll(v, schema+".", "")
		}
		return out
	}
	if diff := cmp.Diff(read("theirs"), read("public")); diff != "" {
		t.Errorf("(-river +ours)\n%s", diff)
	}
}

func migrate(t *testing.T, pool *pgxpool.Pool, schema string) {
	t.Helper()
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: schema})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Migrate(context.Background(), rivermigrate.DirectionUp, nil); err != nil {
		t.Fatal(err)
	}
}

func collect(t *testing.T, rows *sql.Rows) map[string]string {
	t.Helper()
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var name, fact string
		if err := rows.Scan(&name, &fact); err != nil {
			t.Fatal(err)
		}
		fact = strings.ReplaceAll(fact, " -- json", "")
		out[name] = strings.Join(strings.Fields(fact), " ")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(out) < 10 {
		t.Fatalf("only %d facts", len(out))
	}
	return out
}

const postgresFacts = `
SELECT 'column ' || table_name || '.' || column_name, concat_ws(' ', data_type, udt_name, is_nullable, column_default)
FROM information_schema.columns WHERE table_schema = $1 AND table_name LIKE 'river_%'
UNION ALL
SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = $1 AND tablename LIKE 'river_%'
UNION ALL
SELECT 'constraint ' || c.relname || '.' || k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname LIKE 'river_%'
UNION ALL
SELECT 'table ' || c.relname, c.relkind::text || c.relpersistence::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname LIKE 'river_%' AND c.relkind = 'r'
UNION ALL
SELECT 'function ' || p.proname, pg_get_functiondef(p.oid)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $1 AND p.proname LIKE 'river_%'
UNION ALL
SELECT 'trigger ' || tgname, tgname FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname LIKE 'river_%' AND NOT tgisinternal
UNION ALL
SELECT 'enum', string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = $1`
