package integration_test

import "musubi/internal/crm/access"

// contacts counts the contacts of an organisation, past everybody's sharing.
func (w *world) contacts(as access.Actor) int {
	w.t.Helper()
	var n int
	w.ok(w.db.QueryRow(w.t.Context(), "SELECT COUNT(*) FROM crm_contacts WHERE org_id = $1", as.Org()).Scan(&n))
	return n
}
