package servicekey_test

import (
	"testing"

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
