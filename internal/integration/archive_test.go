package integration_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/page"
)

// What an integration tied can be taken home when it is disabled, and brought back
// into the same portal; what is gone meanwhile is listed with its reason.
func TestLeavingWithoutLoss(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		other := w.crm.Organisation("Elsewhere")
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		umi := w.records.account(admin, "Umi")
		yama := w.records.account(admin, "Yama")
		contact := w.records.contact(admin, umi, "Mori", "mori@umi.example")
		deal := w.records.deal(admin, umi, "Harbour")
		lost := w.records.deal(admin, umi, "Lost")
		project := w.create(admin, integration.NewProject{Idem: "1", Module: access.TabDeals, Record: deal, Name: "A", Contacts: []id.ID{contact}})
		w.create(admin, integration.NewProject{Idem: "2", Module: access.TabDeals, Record: lost, Name: "B"})
		gone := w.create(admin, integration.NewProject{Idem: "3", Module: access.TabAccounts, Record: yama, Name: "C"})
		before := map[string]map[string][]string{
			"umi": whys(w.related(admin, access.TabAccounts, umi)), "deal": whys(w.related(admin, access.TabDeals, deal))}

		_, err := w.s.Disable(ctx, admin, w.overview(admin).Version)
		w.ok(err)
		w.drain()
		list, err := w.s.Archives(ctx, admin)
		w.ok(err)
		if len(list) != 1 || list[0].Projects != 3 || list[0].Clients != 2 || list[0].Contacts != 1 || list[0].Restoreable || list[0].By == "" {
			t.Fatalf("archives: %+v", list)
		}
		epoch := list[0].Epoch
		var b bytes.Buffer
		w.ok(w.s.WriteArchive(ctx, admin, epoch, "json", &b))
		var file struct {
			Portal string
			Ties   []map[string]any
		}
		w.ok(json.Unmarshal(b.Bytes(), &file))
		if file.Portal != "Mine" || len(file.Ties) != 6 {
			t.Errorf("the file: %s", b.String())
		}
		b.Reset()
		w.ok(w.s.WriteArchive(ctx, admin, epoch, "csv", &b))
		if n := strings.Count(b.String(), "\n"); n != 7 || !strings.Contains(b.String(), "Harbour") {
			t.Errorf("%d lines: %s", n, b.String())
		}
		if err := w.s.WriteArchive(ctx, other, epoch, "csv", &b); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another organisation takes it: %v", err)
		}
		if err := w.s.RestoreArchive(ctx, admin, epoch); err == nil {
			t.Error("restored without an integration")
		}

		// Joined again, nothing is there until it is brought back.
		w.records.delete(admin, access.TabDeals, lost)
		w.ok(w.work.TrashProject(ctx, owner, gone.ID))
		w.bind(admin, mine.ID)
		if got := names(w.related(admin, access.TabDeals, deal)); len(got) != 0 {
			t.Errorf("before the restoration: %v", got)
		}
		for range 2 {
			w.ok(w.s.RestoreArchive(ctx, admin, epoch))
		}
		w.drain()
		after := map[string]map[string][]string{
			"umi": whys(w.related(admin, access.TabAccounts, umi)), "deal": whys(w.related(admin, access.TabDeals, deal))}
		delete(before["umi"], "B") // through the deal that is in the bin, but for its client
		b2 := after["umi"]["B"]
		delete(after["umi"], "B")
		if diff := cmp.Diff(before, after); diff != "" || len(b2) != 1 {
			t.Errorf("after the restoration (-want +got)\n%s and %v", diff, b2)
		}
		run, rest, err := w.s.Restoration(ctx, admin, page.Request{})
		w.ok(err)
		reasons := map[string]string{}
		for _, r := range rest.Items {
			reasons[r.Kind+" "+r.Reason] = r.Record.Name
		}
		if diff := cmp.Diff(map[string]string{"project record_gone": "", "project target_gone": "Yama"}, reasons); diff != "" ||
			run.State != integration.RunDone || run.Done != 6 || run.Failed != 2 {
			t.Errorf("run %+v: %s", run, diff)
		}
		if w.related(admin, access.TabDeals, deal).Rows.Items[0].ID != project.ID {
			t.Error("another project came back")
		}

		// Again changes nothing; let go of, it is swept, and what is tied stays.
		w.ok(w.s.RestoreArchive(ctx, admin, epoch))
		w.drain()
		w.ok(w.s.DeleteArchive(ctx, admin, epoch))
		w.clock.Advance(10 * time.Minute)
		w.tick(admin)
		if err := w.s.RestoreArchive(ctx, admin, epoch); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("after it was deleted: %v", err)
		}
		if got := names(w.related(admin, access.TabDeals, deal)); len(got) != 1 {
			t.Errorf("after it was deleted: %v", got)
		}
	})
}

// An archive of another portal is not brought into this one, and what is tied
// meanwhile keeps its place.
func TestArchiveOfAnotherPortal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		mine, _ := w.portalOf(admin, "Mine")
		second, _ := w.portalOf(admin, "Second")
		w.bind(admin, mine.ID)
		umi := w.records.account(admin, "Umi")
		made := w.create(admin, integration.NewProject{Idem: "1", Module: access.TabAccounts, Record: umi, Name: "A"})
		_, err := w.s.ChangePortal(ctx, admin, second.ID, w.overview(admin).Version)
		w.ok(err)
		w.drain()
		list, err := w.s.Archives(ctx, admin)
		w.ok(err)
		if len(list) != 1 || list[0].Restoreable {
			t.Fatalf("%+v", list)
		}
		w.refuses("into another portal", w.s.RestoreArchive(ctx, admin, list[0].Epoch), fault.KindConflict, "other_portal")
		_, err = w.s.ChangePortal(ctx, admin, mine.ID, w.overview(admin).Version)
		w.ok(err)
		w.drain()
		yama := w.records.account(admin, "Yama")
		w.ok(w.s.LinkClient(ctx, admin, yama, made.Clients[0].ID))
		w.ok(w.s.RestoreArchive(ctx, admin, list[0].Epoch))
		w.drain()
		_, rest, err := w.s.Restoration(ctx, admin, page.Request{})
		w.ok(err)
		if len(rest.Items) != 1 || rest.Items[0].Reason != integration.RestoreTaken {
			t.Errorf("%+v", rest.Items)
		}
		want := map[string][]string{"A": {"explicit"}}
		if diff := cmp.Diff(want, whys(w.related(admin, access.TabAccounts, umi))); diff != "" {
			t.Errorf("the account's list (-want +got)\n%s", diff)
		}
	})
}

// What was taken off a record stays off when it is brought back, and the file names the
// record.
func TestExclusionsComeBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		umi := w.records.account(admin, "Umi")
		first := w.create(admin, integration.NewProject{Idem: "1", Module: access.TabAccounts, Record: umi, Name: "A"})
		off := w.project(owner, "B", first.Clients[0].ID)
		w.ok(w.s.Disassociate(ctx, admin, access.TabAccounts, umi, off.ID, false))
		want := whys(w.related(admin, access.TabAccounts, umi))
		if len(want) != 1 {
			t.Fatalf("before: %v", want)
		}
		_, err := w.s.Disable(ctx, admin, w.overview(admin).Version)
		w.ok(err)
		w.drain()
		list, err := w.s.Archives(ctx, admin)
		w.ok(err)
		for _, format := range []string{"json", "csv"} {
			var b bytes.Buffer
			if err := w.s.WriteArchive(ctx, admin, list[0].Epoch, format, &b); err != nil || strings.Count(b.String(), "Umi") != 4 { // three ties, and the client's name
				t.Errorf("%s: %v\n%s", format, err, b.String())
			}
		}
		w.bind(admin, mine.ID)
		w.ok(w.s.RestoreArchive(ctx, admin, list[0].Epoch))
		w.drain()
		if diff := cmp.Diff(want, whys(w.related(admin, access.TabAccounts, umi))); diff != "" {
			t.Errorf("brought back (-want +got)\n%s", diff)
		}
		if run, _, err := w.s.Restoration(ctx, admin, page.Request{}); err != nil || run.Done != 3 || run.Failed != 0 {
			t.Errorf("%+v, %v", run, err)
		}
	})
}
