package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"musubi/internal/fault"
)

// lasting are the tables that say what the schema is, and the ids that must not come
// twice.
var lasting = []string{"goose_db_version", "store_id_blocks", "river_migration"}

// Clear takes every row out of every table, all in one transaction; the schema stays.
// Nobody else should use the database meanwhile.
func (db *DB) Clear(ctx context.Context) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		tables, err := tablesToClear(ctx, tx)
		if err != nil || len(tables) == 0 {
			return err
		}
		if tx.Dialect() == Postgres {
			_, err := tx.Exec(ctx, "TRUNCATE "+strings.Join(tables, ", "))
			return err
		}
		if _, err := tx.Exec(ctx, "PRAGMA defer_foreign_keys = ON"); err != nil {
			return err
		}
		for _, t := range tables {
			statement := "DELETE FROM " + t
			if t == "crm_search" { // an index without content knows no rows
				statement = "INSERT INTO crm_search (crm_search) VALUES ('delete-all')"
			}
			if _, err := tx.Exec(ctx, statement); err != nil {
				return fault.Internal(err)
			}
		}
		return nil
	})
}

// tablesToClear lists tables, the youngest first: those that point at others before
// the others. Of River's it lists the jobs alone; the rest belongs to running programs.
func tablesToClear(ctx context.Context, tx *Tx) ([]string, error) {
	rows, err := tx.Query(ctx, tx.Dialect().Pick(
		`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'crm_search_%' ORDER BY rowid DESC`,
		`SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`))
	list, err := Collect(rows, err, func(r *sql.Rows) (name string, err error) { return name, r.Scan(&name) })
	return slices.DeleteFunc(list, func(t string) bool {
		return slices.Contains(lasting, t) || (strings.HasPrefix(t, "river_") && t != "river_job")
	}), err
}
