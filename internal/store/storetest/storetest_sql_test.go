package storetest_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// TestDatabasesBeginClean spoils what a later test would get.
func TestDatabasesBeginClean(t *testing.T) {
	ctx := context.Background()
	for _, spoil := range []string{
		"INSERT INTO store_id_blocks (name, next_id) VALUES ('left over', 1)",
		"UPDATE store_id_blocks SET next_id = 7",
		"CREATE TABLE left_over (a BIGINT)",
		"DELETE FROM goose_db_version",
		"DROP TABLE store_id_blocks",
		"SELECT 1",
	} {
		storetest.Each(t, func(t *testing.T, db *store.DB) {
			var name string
			var next int64
			if err := db.QueryRow(ctx, "SELECT name, next_id FROM store_id_blocks").Scan(&name, &next); err != nil || name != "rows" || next < 1000 {
				t.Errorf("before %s: %q, %d, %v", spoil, name, next, err)
			}
			if err := db.QueryRow(ctx, "SELECT 'x' FROM store_id_blocks WHERE name <> 'rows'").Scan(&name); !errors.Is(err, sql.ErrNoRows) {
				t.Errorf("before %s: %v", spoil, err)
			}
			if err := db.QueryRow(ctx, "SELECT 'x' FROM left_over").Scan(&name); err == nil || errors.Is(err, sql.ErrNoRows) {
				t.Errorf("before %s: the table of another test is there", spoil)
			}
			if err := db.Migrate(ctx); err != nil {
				t.Errorf("before %s: %v", spoil, err)
			}
			if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, spoil)
				return err
			}); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDatabasesOfOneTestAreApart(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, first string) {
		second := storetest.SQLiteURL(t)
		if store.Postgres.Name() == first[:8] {
			second = storetest.PostgresURL(t)
		}
		if first == second {
			t.Errorf("both are %s", first)
		}
	})
}
