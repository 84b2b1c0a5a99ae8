package servicekey_test

import (
	"context"
	"testing"

	"musubi/internal/id"
	"musubi/internal/store"
)

// failures adds up what is counted against anybody.
func failures(t *testing.T, db *store.DB) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), `SELECT COALESCE(SUM(failures), 0) FROM projects_key_attempts`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// sealedRow reads what the database keeps of a person's key.
func sealedRow(t *testing.T, db *store.DB, person int64) (hash, sealed []byte) {
	t.Helper()
	if err := db.QueryRow(t.Context(), `SELECT key_hash, sealed FROM projects_keys WHERE person_id = $1`, person).
		Scan(&hash, &sealed); err != nil {
		t.Fatal(err)
	}
	return hash, sealed
}

// shut takes a person's account away.
func shut(t *testing.T, db *store.DB, person id.ID) {
	t.Helper()
	if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE identity_people SET password_hash = '' WHERE id = $1`, person)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
