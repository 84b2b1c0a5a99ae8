package files_test

import (
	"testing"

	"musubi/internal/store"
)

// chunks counts the pieces of all files.
func chunks(t *testing.T, db *store.DB) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), "SELECT COUNT(*) FROM files_chunks").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
