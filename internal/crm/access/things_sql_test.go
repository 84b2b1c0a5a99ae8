package access_test

import (
	"context"
	"database/sql"
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/store"
)

// createThings makes a table shaped as every module's is, as far as a scope cares.
func createThings(t *testing.T, db *store.DB) {
	t.Helper()
	write(t, db, "CREATE TABLE crm_test_things (org_id BIGINT, name TEXT, owner_id BIGINT)")
}

func insertThing(t *testing.T, db *store.DB, org id.ID, name string, owner id.ID) {
	t.Helper()
	write(t, db, "INSERT INTO crm_test_things (org_id, name, owner_id) VALUES ($1, $2, $3)", org, name, owner)
}

func write(t *testing.T, db *store.DB, text string, args ...any) {
	t.Helper()
	if err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, text, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func thingsIn(t *testing.T, db *store.DB, scope access.Scope) []string {
	t.Helper()
	b := store.Build(db.Dialect())
	b.W("SELECT r.name FROM crm_test_things r WHERE ", scope.Filter(b, "r"), " ORDER BY r.name")
	rows, err := db.Query(context.Background(), b.SQL(), b.Args()...)
	names, err := store.Collect(rows, err, func(row *sql.Rows) (string, error) {
		var name string
		err := row.Scan(&name)
		return name, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
