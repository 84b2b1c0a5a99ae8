package bulk_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/bulk"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/importer"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// takeBack undoes a run and gives it with what stayed.
func (w *world) takeBack(as access.Actor, r importer.Run) (importer.Run, map[int]string) {
	w.t.Helper()
	ctx := context.Background()
	if _, err := w.in.TakeBack(ctx, as.Org(), as.User(), r.Kind, r.ID); err != nil {
		w.t.Fatal(err)
	}
	for _, err := range jobstest.Drain(w.t, w.queue) {
		w.t.Fatal(err)
	}
	r, err := w.in.Run(ctx, as.Org(), as.User(), r.Kind, r.ID)
	if err != nil || r.Undo != importer.UndoDone {
		w.t.Fatalf("%+v %v", r, err)
	}
	list, err := w.in.KeptEffects(ctx, r, page.Request{})
	if err != nil {
		w.t.Fatal(err)
	}
	kept := map[int]string{}
	for _, e := range list.Items {
		for _, f := range e.Reasons {
			kept[e.Line] += f.Name + ":" + f.Key + " "
		}
	}
	return r, kept
}

func (w *world) value(as access.Actor, module string, r record.Record, name string) any {
	w.t.Helper()
	got, _, err := w.Records.Get(context.Background(), as, module, r.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return got.Values[name]
}

// TestAnImportIsTakenBack brings in what makes, changes and makes on the way, and takes
// all of it back but what somebody touched since.
func TestAnImportIsTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.Organisation("Minato")
		parent := w.Account(admin, "Parent Ltd")
		w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "Sky Ltd", "Phone": "03-1", "Employees": int64(7), "Description": "long\ntext"})
		w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "Sea Ltd", "Phone": "03-2"})
		text := "会社名,電話,従業員数,親取引先,備考\n" +
			"Sky Ltd,03-9,900,Parent Ltd,new words\n" + // 2
			"Sea Ltd,03-9,,,\n" + // 3: touched since
			"New Ltd,5,,,\n" + // 4
			"Sky Ltd,03-10,,,\n" + // 5: a second change of the same record
			"Gone Ltd,5,,,\n" + // 6: in the bin already
			"Busy Ltd,5,,,\n" // 7: worked on since, goes all the same
		run, _ := w.bring(admin, bulk.Accounts, text, map[string]bool{bulk.UpdateExisting: true})
		if run.Created != 3 || run.Updated != 3 {
			t.Fatalf("%+v", run)
		}
		sky, sea, busy := w.find(admin, builtin.Accounts, "Sky Ltd"), w.find(admin, builtin.Accounts, "Sea Ltd"), w.find(admin, builtin.Accounts, "Busy Ltd")
		for _, r := range []record.Record{sea, busy} {
			if _, err := w.Records.Update(t.Context(), admin, builtin.Accounts, r.ID, r.Version, map[string]any{"Phone": "by hand"}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Records.Delete(t.Context(), admin, builtin.Accounts, w.find(admin, builtin.Accounts, "Gone Ltd").ID); err != nil {
			t.Fatal(err)
		}
		done, kept := w.takeBack(admin, run)
		if done.Undone != 4 || done.Kept != 2 || kept[3] != "Phone:crm.fault.changed_since " || kept[6] != ":bulk.undo_gone " {
			t.Errorf("%+v %v", done, kept)
		}
		for name, v := range map[string]any{"Phone": "03-1", "Employees": int64(7), "Parent_Account": nil, "Description": "long\ntext"} {
			if got := w.value(admin, builtin.Accounts, sky, name); got != v {
				t.Errorf("%s: %#v, want %#v", name, got, v)
			}
		}
		if got := w.value(admin, builtin.Accounts, sea, "Phone"); got != "by hand" {
			t.Errorf("what somebody wrote since: %v", got)
		}
		if list, err := w.Records.List(t.Context(), admin, builtin.Accounts, record.Query{}); err != nil || len(list.Items) != 3 {
			t.Errorf("%d accounts are left, %v", len(list.Items), err)
		}
		if _, _, err := w.Records.Get(t.Context(), admin, builtin.Accounts, parent); err != nil {
			t.Error(err)
		}
		bin, err := w.Records.Bin(t.Context(), admin, "", page.Request{})
		if err != nil || len(bin.Items) != 3 {
			t.Fatalf("%+v %v", bin.Items, err)
		}
		if err := w.Records.Restore(t.Context(), admin, builtin.Accounts, busy.ID); err != nil {
			t.Error(err)
		}
		// Once more changes nothing, not even what came out of the bin since.
		if again, _ := w.takeBack(admin, run); again.Undone != 4 || again.Kept != 2 {
			t.Errorf("%+v", again)
		}
		if _, _, err := w.Records.Get(t.Context(), admin, builtin.Accounts, busy.ID); err != nil {
			t.Error(err)
		}
		var file bytes.Buffer
		if err := w.in.WriteEffects(t.Context(), done, &file); err != nil || strings.Count(file.String(), "\n") != 7 {
			t.Errorf("%q %v", file.String(), err)
		}
		log, err := w.Access.AuditLog(t.Context(), admin, page.Request{})
		if err != nil || log.Items[0].Act != "access.import_undone" {
			t.Errorf("%+v %v", log.Items, err)
		}
	})
}

// TestAccountsMadeOnTheWayGoToo takes contacts back together with the accounts they
// brought along.
func TestAccountsMadeOnTheWayGoToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.Organisation("Minato")
		w.Account(admin, "Sky Ltd")
		run, _ := w.bring(admin, bulk.Contacts, "氏名,会社名\na,New Ltd\nb,New Ltd\nc,Sky Ltd\n", map[string]bool{bulk.MakeAccounts: true})
		if run.Created != 3 {
			t.Fatalf("%+v", run)
		}
		if done, kept := w.takeBack(admin, run); done.Undone != 4 || len(kept) != 0 {
			t.Errorf("%+v %v", done, kept)
		}
		for module, want := range map[string]int{builtin.Accounts: 1, builtin.Contacts: 0} {
			if list, err := w.Records.List(t.Context(), admin, module, record.Query{}); err != nil || len(list.Items) != want {
				t.Errorf("%s: %d left, %v", module, len(list.Items), err)
			}
		}
	})
}

// TestWhoMayTakeAnImportBack lets the importer and administrators, for a month.
func TestWhoMayTakeAnImportBack(t *testing.T) {
	clock := &storetest.Clock{}
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.Organisation("Minato")
		w.Join(admin, "second@example.jp", w.Profile(admin, access.ProfileStandard), w.Role(admin, "CEO"))
		full := access.Rights{View: true, Create: true, Edit: true, Delete: true}
		bringers := w.Clone(admin, "Bringers", map[string]access.Rights{builtin.Accounts: full})
		w.permit(admin, bringers)
		adders := w.Clone(admin, "Adders", map[string]access.Rights{builtin.Accounts: {View: true, Create: true}})
		w.permit(admin, adders)
		low := w.AddRole(admin, w.Role(admin, "CEO"), "Sales")
		sales := w.Join(admin, "sales@example.jp", bringers, low)
		other := w.Join(admin, "other@example.jp", bringers, low)
		adder := w.Join(admin, "adder@example.jp", adders, low)
		neighbour := w.Organisation("Kaede")
		run, _ := w.bring(sales, bulk.Accounts, "会社名\nNew Ltd\n", nil)
		for name, as := range map[string]access.Actor{"a colleague": other, "a neighbour": neighbour} {
			if _, err := w.in.TakeBack(t.Context(), as.Org(), as.User(), bulk.Accounts, run.ID); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if list, err := w.in.Runs(t.Context(), admin.Org(), admin.User(), bulk.Accounts); err != nil || len(list) != 1 {
			t.Errorf("the administrator sees %d runs, %v", len(list), err)
		}
		if done, _ := w.takeBack(admin, run); done.Undone != 1 {
			t.Errorf("%+v", done)
		}
		// Who may not delete keeps what was made, and reads why.
		run, _ = w.bring(adder, bulk.Accounts, "会社名\nAdded Ltd\n", nil)
		done, err := w.in.TakeBack(t.Context(), adder.Org(), adder.User(), bulk.Accounts, run.ID)
		if err != nil || !done.Undoing() {
			t.Fatalf("%+v %v", done, err)
		}
		if done, kept := w.takeBack(adder, run); done.Undone != 0 || !strings.Contains(kept[2], "no_") {
			t.Errorf("%+v %v", done, kept)
		}
		run, _ = w.bring(sales, bulk.Accounts, "会社名\nLate Ltd\n", nil)
		clock.Advance((importer.UndoDays*24 + 1) * time.Hour)
		_, err = w.in.TakeBack(t.Context(), sales.Org(), sales.User(), bulk.Accounts, run.ID)
		if f := fault.As(err); f == nil || f.Key != "importer.fault.undo_late" {
			t.Errorf("too late: %v", err)
		}
		// Later nobody knows any more what it did.
		clock.Advance(48 * time.Hour)
		jobstest.DrainAll(t, w.queue)
		var file bytes.Buffer
		if err := w.in.WriteEffects(t.Context(), run, &file); err != nil || strings.Count(file.String(), "\n") != 1 {
			t.Errorf("%q %v", file.String(), err)
		}
	})
}

// TestALargeImportIsTakenBackInParts takes more back than one batch holds.
func TestALargeImportIsTakenBackInParts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.Organisation("Minato")
		text := "会社名\n"
		for i := range 250 {
			text += fmt.Sprintf("Large %d\n", i)
		}
		run, _ := w.bring(admin, bulk.Accounts, text, nil)
		if done, _ := w.takeBack(admin, run); done.Undone != 250 || done.Kept != 0 {
			t.Errorf("%+v", done)
		}
	})
}

// TestWhatWasMadeAndChangedIsTakenBack reverts a change before the record it changed goes.
func TestWhatWasMadeAndChangedIsTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.Organisation("Minato")
		text := "会社名,電話\n"
		for i := range 100 { // as many as one transaction brings in
			text += fmt.Sprintf("Large %d,1\n", i)
		}
		run, _ := w.bring(admin, bulk.Accounts, text+"Large 99,2\n", map[string]bool{bulk.UpdateExisting: true})
		if run.Created != 100 || run.Updated != 1 {
			t.Fatalf("%+v", run)
		}
		if done, kept := w.takeBack(admin, run); done.Undone != 101 || done.Kept != 0 {
			t.Errorf("%+v %v", done, kept)
		}
	})
}
