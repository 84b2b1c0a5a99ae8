package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
)

// lasting are the tables that say what the schema is, and the ids that must not come
// twice.
var lasting = []string{"goose_db_version", "store_id_blocks"}

// Clear takes every row out of every table but those to keep, all in one transaction;
// the schema stays. Nobody else should use the database meanwhile.
func (db *DB) Clear(ctx context.Context, keep func(table string) bool) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		tables, err := tablesToClear(ctx, tx)
		if err != nil {
			return err
		}
		tables = slices.DeleteFunc(tables, func(t clearing) bool { return slices.Contains(lasting, t.name) || keep(t.name) })
		if tx.Dialect() == Postgres {
			names := make([]string, len(tables))
			for i, t := range tables {
				names[i] = t.name
			}
			_, err := tx.Exec(ctx, "TRUNCATE "+strings.Join(names, ", "))
			return err
		}
		if _, err := tx.Exec(ctx, "PRAGMA defer_foreign_keys = ON"); err != nil {
			return err
		}
		for _, t := range tables {
			statement := "DELETE FROM " + t.name
			if t.index { // an index without content knows no rows
				statement = "INSERT INTO " + t.name + " (" + t.name + ") VALUES ('delete-all')"
			}
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// clearing is a table to clear; index says that it is a full-text index of SQLite.
type clearing struct {
	name  string
	index bool
}

// tablesToClear lists tables, on SQLite the youngest first: those that point at others
// before the others. The tables an index keeps for itself are left out.
func tablesToClear(ctx context.Context, tx *Tx) ([]clearing, error) {
	rows, err := tx.Query(ctx, tx.Dialect().Pick(
		`SELECT name, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid DESC`,
		`SELECT CAST(tablename AS TEXT), false FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`))
	list, err := Collect(rows, err, func(r *sql.Rows) (t clearing, err error) { return t, r.Scan(&t.name, &t.index) })
	var indexes []string
	for _, t := range list {
		if t.index {
			indexes = append(indexes, t.name+"_")
		}
	}
	return slices.DeleteFunc(list, func(t clearing) bool {
		return slices.ContainsFunc(indexes, func(i string) bool { return strings.HasPrefix(t.name, i) })
	}), err
}
