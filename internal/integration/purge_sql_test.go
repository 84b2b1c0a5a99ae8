package integration_test

import (
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/integration"
)

// TestATiedProjectIsDeletedForGood: the portal deletes it, and the integration keeps
// nothing of it, while the record stays.
func TestATiedProjectIsDeletedForGood(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.crm.Organisation("Aozora")
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		deal := w.records.deal(admin, w.records.account(admin, "Umi"), "Harbour")
		gone := w.create(admin, integration.NewProject{Idem: "1", Module: access.TabDeals, Record: deal, Name: "Gone"})
		w.create(admin, integration.NewProject{Idem: "2", Module: access.TabDeals, Record: deal, Name: "Stays"})
		ties := func() (n int) {
			t.Helper()
			w.ok(w.db.QueryRow(t.Context(), "SELECT COUNT(*) FROM integration_project_links WHERE org_id = $1 AND project_id = $2", admin.Org(), gone.ID).Scan(&n))
			return n
		}
		w.ok(w.work.TrashProject(t.Context(), owner, gone.ID))
		w.drain()
		if ties() != 1 {
			t.Errorf("in the bin: %d ties", ties())
		}
		w.ok(w.work.PurgeProject(t.Context(), owner, gone.ID))
		w.drain()
		if ties() != 0 {
			t.Errorf("deleted for good: %d ties", ties())
		}
		if got := names(w.related(admin, access.TabDeals, deal)); len(got) != 1 || got[0] != "Stays" {
			t.Errorf("%v", got)
		}
	})
}
