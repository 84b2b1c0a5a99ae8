//go:build !race

package killtest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/bulk"
	"musubi/internal/crm/record"
	"musubi/internal/identity"
	"musubi/internal/importer"
	"musubi/internal/page"
	"musubi/internal/store/storetest"
)

const (
	importedOld  = 400 // accounts the file changes
	importedNew  = 800 // accounts it makes
	killsUndoing = 10
)

// TestKilledUndoTakesAllBack: an import is taken back while the program is killed again
// and again. In the end everything it made lies in the bin, once, and everything it
// changed is as before, once, but for what somebody touched since.
func TestKilledUndoTakesAllBack(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, database string) {
		a := open(t, database)
		newSmall(t, a, do[identity.Person](t)(person(t.Context(), a, email(0))), "undo")
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		visit(t, database, "undo", (*house).bringIn)
		whole := undisturbed(t, database, 0)
		visit(t, database, "undo", (*house).takeBack)

		seed := uint64(time.Now().UnixNano())
		t.Logf("undisturbed the import took %s; seed %d", whole, seed)
		w := &wrecker{t: t, database: database, random: rand.New(rand.NewPCG(seed, 0))}
		w.wreck("undo", func(h *house) bool { return h.imported().Undoing() }, killsUndoing, whole)
		t.Logf("%d of %d kills left the undo unfinished", w.hits, killsUndoing)
		if w.hits < 3 {
			t.Errorf("only %d kills came in the middle: the test shows little", w.hits)
		}
		undisturbed(t, database, w.ahead+jump)
		visit(t, database, "undo", (*house).isTakenBack)
	})
}

func oldAccount(i int) string { return fmt.Sprintf("Old %03d", i) }

// bringIn begins the import of a file that changes accounts and makes others.
func (h *house) bringIn() {
	h.t.Helper()
	h.records(builtin.Accounts, importedOld, func(i int) map[string]any {
		return map[string]any{"Account_Name": oldAccount(i), "Phone": fmt.Sprintf("03-%d", i)}
	})
	var file strings.Builder
	file.WriteString("会社名,電話\n")
	for i := range importedNew {
		if i%2 == 0 {
			fmt.Fprintf(&file, "%s,06-%d\n", oldAccount(i/2), i)
		}
		fmt.Fprintf(&file, "New %04d,06-%d\n", i, i)
	}
	ctx, as := h.t.Context(), h.admin
	r := do[importer.Run](h.t)(h.app.Imports.Upload(ctx, as.Org(), as.User(), bulk.Accounts, "accounts.csv", []byte(file.String())))
	do[importer.Run](h.t)(h.app.Imports.Start(ctx, as.Org(), as.User(), r.Kind, r.ID, r.Mapping, map[string]bool{bulk.UpdateExisting: true}))
}

// imported gives the run of the import.
func (h *house) imported() importer.Run {
	h.t.Helper()
	return do[[]importer.Run](h.t)(h.app.Imports.Runs(h.t.Context(), h.admin.Org(), h.admin.User(), bulk.Accounts))[0]
}

// takeBack touches one account the import changed, and begins the undo.
func (h *house) takeBack() {
	h.t.Helper()
	ctx, as, r := h.t.Context(), h.admin, h.imported()
	if r.State != importer.Done || r.Created != importedNew || r.Updated != importedOld {
		h.t.Fatalf("the import: %+v", r)
	}
	for _, a := range h.list(access.TabAccounts) {
		if a.Name == oldAccount(0) {
			do[record.Record](h.t)(h.app.CRM.Records.Update(ctx, as, access.TabAccounts, a.ID, a.Version, map[string]any{"Phone": "touched"}))
		}
	}
	do[importer.Run](h.t)(h.app.Imports.TakeBack(ctx, as.Org(), as.User(), r.Kind, r.ID))
}

// isTakenBack checks what the undo left.
func (h *house) isTakenBack() {
	h.t.Helper()
	if r := h.imported(); r.Undo != importer.UndoDone || r.Undone != importedNew+importedOld-1 || r.Kept != 1 {
		h.t.Errorf("the undo is %q, took %d back and kept %d", r.Undo, r.Undone, r.Kept)
	}
	left := h.list(access.TabAccounts)
	if len(left) != importedOld {
		h.t.Errorf("%d accounts are left, want %d", len(left), importedOld)
	}
	for _, a := range left {
		want := "touched"
		if n := strings.TrimLeft(strings.TrimPrefix(a.Name, "Old "), "0"); n != "" {
			want = "03-" + n
		}
		if a.Values["Phone"] != want || a.Version != 3 { // made, changed by the file, changed back or touched
			h.t.Errorf("%s has the phone %v at version %d, want %s at 3", a.Name, a.Values["Phone"], a.Version, want)
		}
	}
	binned := all(h, func(ctx context.Context, r page.Request) (page.Page[record.BinItem], error) {
		return h.app.CRM.Records.Bin(ctx, h.admin, "", r)
	})
	if len(binned) != importedNew {
		h.t.Errorf("%d accounts lie in the bin, want %d", len(binned), importedNew)
	}
}
