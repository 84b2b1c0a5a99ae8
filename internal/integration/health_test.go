package integration_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/projects/gate/gatetest"
)

// Health says when the portal last answered and since when it does not, what failed,
// and how many ties there are by state.
func TestHealth(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		sales := w.crm.Join(admin, "sales@aozora.example", 0, 0)
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		account := w.records.account(admin, "Umi")
		deal := w.records.deal(admin, account, "Harbour")
		w.create(admin, integration.NewProject{Idem: "1", Module: access.TabAccounts, Record: account, Name: "A"})
		gone := w.create(admin, integration.NewProject{Idem: "2", Module: access.TabAccounts, Record: account, Name: "B"})
		w.create(admin, integration.NewProject{Idem: "3", Module: access.TabDeals, Record: deal, Name: "C"})
		w.records.delete(admin, access.TabDeals, deal)
		w.ok(w.work.TrashProject(ctx, owner, gone.ID))
		w.won(admin, nil)
		w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "No account", "Closing_Date": "2026-12-31", "Stage": "Closed Won"})
		w.tick(admin)

		h, err := w.s.Health(ctx, admin)
		w.ok(err)
		want := []integration.TieCount{{Kind: "client", Shown: 1}, {Kind: "contact"}, {Kind: "project", Shown: 1, Hidden: 1, Trashed: 1}, {Kind: "exclusion"}}
		if diff := cmp.Diff(want, h.Ties); diff != "" {
			t.Errorf("ties (-want +got)\n%s", diff)
		}
		if h.Contact.AnsweredAt.IsZero() || h.Contact.Failure != "" || h.Failed.Firings != 1 || len(h.Runs) != 1 {
			t.Errorf("%+v", h)
		}
		w.door.Plan(func(string, int) gatetest.Mishap { return gatetest.Mishap{Reset: true} })
		w.ok(w.s.CheckNow(ctx, admin))
		h, err = w.s.Health(ctx, admin)
		w.ok(err)
		if h.Contact.Failure != "integration.fault.unreachable" || h.Contact.FailedAt.IsZero() || h.Contact.AnsweredAt.IsZero() {
			t.Errorf("unreachable: %+v", h.Contact)
		}
		w.door.Plan(nil)
		w.ok(w.s.CheckNow(ctx, admin))
		if h, err = w.s.Health(ctx, admin); err != nil || h.Contact.Failure != "" || !h.Contact.FailedAt.IsZero() {
			t.Errorf("it answers again: %+v, %v", h.Contact, err)
		}
		if _, err := w.s.Health(ctx, sales); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("sales looks: %v", err)
		}
		if err := w.s.CheckNow(ctx, sales); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("sales asks: %v", err)
		}
	})
}
