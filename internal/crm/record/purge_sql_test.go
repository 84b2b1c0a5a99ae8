package record_test

import (
	"testing"

	"musubi/internal/id"
	"musubi/internal/store"
)

// rowsOf counts what there is of a record, its header, its notes and its history.
func rowsOf(t *testing.T, db *store.DB, org, record id.ID) (n int) {
	t.Helper()
	err := db.QueryRow(t.Context(), `SELECT (SELECT COUNT(*) FROM crm_records WHERE org_id = $1 AND id = $2)
		+ (SELECT COUNT(*) FROM crm_accounts WHERE org_id = $1 AND id = $2) + (SELECT COUNT(*) FROM crm_notes WHERE org_id = $1 AND record_id = $2)
		+ (SELECT COUNT(*) FROM crm_timeline WHERE org_id = $1 AND record_id = $2)`, org, record).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
