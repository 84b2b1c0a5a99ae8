package integration_test

import (
	"testing"
	"time"

	"musubi/internal/integration"
)

// TestHalfALoadGoesAway: what a process left that was killed while it loaded an archive
// shows nowhere, is not swept while it may still be going on, and is swept afterwards.
func TestHalfALoadGoesAway(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		mine, _ := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		for range 3 {
			w.ok(integration.LoadHalf(ctx, w.s, admin.Org(), mine.ID))
		}
		left := func(after time.Duration) (n int) {
			t.Helper()
			w.clock.Advance(after)
			w.tick(admin)
			w.ok(w.db.QueryRow(ctx, "SELECT COUNT(*) FROM integration_client_links WHERE org_id = $1", admin.Org()).Scan(&n))
			return n
		}
		if list, err := w.s.Archives(ctx, admin); err != nil || len(list) != 0 {
			t.Errorf("half an archive shows: %+v, %v", list, err)
		}
		if n := left(30 * time.Minute); n != 600 {
			t.Errorf("after half an hour %d ties are there", n)
		}
		if n := left(31 * time.Minute); n != 0 {
			t.Errorf("after an hour %d ties are there", n)
		}
	})
}
