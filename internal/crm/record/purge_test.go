package record_test

import (
	"log/slog"
	"testing"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/note"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// TestARecordIsDeletedForGood deletes an account that others point at and that has
// notes and a history.
func TestARecordIsDeletedForGood(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		notes := note.New(db, w.Records)
		sky := w.Account(admin, "Sky Ltd")
		child := w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "Child Ltd", "Parent_Account": sky})
		person := w.Contact(admin, sky, "Tanaka", "tanaka@example.jp")
		if _, err := notes.Create(t.Context(), admin, builtin.Accounts, sky, "", "remember"); err != nil {
			t.Fatal(err)
		}
		if err := w.Records.Purge(t.Context(), admin, builtin.Accounts, sky); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("outside the bin: %v", err)
		}
		del := func(module string, n id.ID) {
			t.Helper()
			if err := w.Records.Delete(t.Context(), admin, module, n); err != nil {
				t.Fatal(err)
			}
		}
		del(builtin.Accounts, sky)
		// Who may not delete it may not delete it for good.
		w.Join(admin, "second@example.jp", w.Profile(admin, access.ProfileStandard), w.Role(admin, "CEO"))
		clone := w.Clone(admin, "Readers", map[string]access.Rights{builtin.Accounts: {View: true}})
		reader := w.Join(admin, "reader@example.jp", clone, w.Role(admin, "CEO"))
		if err := w.Records.Purge(t.Context(), reader, builtin.Accounts, sky); !fault.Is(err, fault.KindForbidden) && !fault.Is(err, fault.KindNotFound) {
			t.Errorf("without the right: %v", err)
		}
		if err := w.Records.EmptyBin(t.Context(), reader, ""); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("emptied without the right: %v", err)
		}
		neighbour := w.Organisation("Kaede")
		if err := w.Records.Purge(t.Context(), neighbour, builtin.Accounts, sky); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("from next door: %v", err)
		}
		if err := w.Records.Purge(t.Context(), admin, builtin.Accounts, sky); err != nil {
			t.Fatal(err)
		}
		if err := w.Records.Restore(t.Context(), admin, builtin.Accounts, sky); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("restored: %v", err)
		}
		for module, n := range map[string]id.ID{builtin.Accounts: child, builtin.Contacts: person} {
			r, _, err := w.Records.Get(t.Context(), admin, module, n)
			if err != nil || r.Lookup("Parent_Account") != 0 || r.Lookup("Account_Name") != 0 {
				t.Errorf("%s still points there: %+v %v", module, r.Values, err)
			}
		}
		log, err := w.Access.AuditLog(t.Context(), admin, page.Request{})
		if err != nil || log.Items[0].Act != "access.purged" || log.Items[0].Detail != "Accounts: Sky Ltd" {
			t.Errorf("%+v %v", log.Items, err)
		}
	})
}

// TestTheBinEmptiesItself deletes for good after its days, in every organisation, what
// lies there long enough, and nothing else.
func TestTheBinEmptiesItself(t *testing.T) {
	clock := &storetest.Clock{}
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		q := jobs.New(db, slog.New(slog.DiscardHandler))
		w.Records.Register(q)
		minato, kaede := w.Organisation("Minato"), w.Organisation("Kaede")
		drain := func() {
			t.Helper()
			for _, err := range jobstest.Drain(t, q) {
				t.Fatal(err)
			}
		}
		round := func() {
			t.Helper()
			if err := record.Round(t.Context(), w.Records); err != nil {
				t.Fatal(err)
			}
			drain()
		}
		holds := func(as access.Actor, want int) {
			t.Helper()
			if bin, err := w.Records.Bin(t.Context(), as, "", page.Request{Size: page.MaxSize}); err != nil || len(bin.Items) != want {
				t.Errorf("the bin holds %d, want %d, %v", len(bin.Items), want, err)
			}
		}
		binned := func(as access.Actor, n int) {
			t.Helper()
			for range n {
				account := w.Account(as, "Old Ltd")
				w.Contact(as, account, "Old", "")
				if err := w.Records.Delete(t.Context(), as, builtin.Accounts, account); err != nil {
					t.Fatal(err)
				}
			}
		}
		binned(minato, 60) // more than one batch
		binned(kaede, 1)
		clock.Advance(record.BinDays * 24 * time.Hour / 2)
		binned(minato, 1)
		round()
		holds(minato, 61)
		clock.Advance((record.BinDays*12 + 1) * time.Hour)
		round()
		holds(minato, 1)
		holds(kaede, 0)
		contacts, err := w.Records.List(t.Context(), minato, builtin.Contacts, record.Query{Page: page.Request{Size: page.MaxSize}})
		if err != nil || len(contacts.Items) != 61 {
			t.Errorf("%d contacts, %v", len(contacts.Items), err)
		}
		binned(kaede, 2)
		if err := w.Records.EmptyBin(t.Context(), minato, builtin.Contacts); err != nil {
			t.Fatal(err)
		}
		drain()
		holds(minato, 1) // an account
		if err := w.Records.EmptyBin(t.Context(), minato, ""); err != nil {
			t.Fatal(err)
		}
		drain()
		holds(minato, 0)
		holds(kaede, 2)
	})
}

// TestAPurgeOfMuchGoesOnInParts: what hangs on a record is cleared some at a time; the
// record is gone from the start, and all of it in the end.
func TestAPurgeOfMuchGoesOnInParts(t *testing.T) {
	for name, empty := range map[string]bool{"one": false, "the whole bin": true} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				w := crmtest.New(t, db)
				q := jobs.New(db, slog.New(slog.DiscardHandler))
				w.Records.Register(q)
				w.Records.SetPurgeCap(2)
				notes := note.New(db, w.Records)
				admin := w.Organisation("Minato")
				large := w.Account(admin, "Large")
				var people, deals []id.ID
				for range 5 {
					people = append(people, w.Contact(admin, large, "Tanaka", ""))
					deals = append(deals, w.Deal(admin, large, "Harbour"))
					if _, err := notes.Create(t.Context(), admin, builtin.Accounts, large, "", "remember"); err != nil {
						t.Fatal(err)
					}
				}
				other := w.Account(admin, "Other") // and its contact are no concern of this
				stays := w.Contact(admin, other, "Mori", "")
				points := func() (n int) {
					t.Helper()
					for module, list := range map[string][]id.ID{builtin.Contacts: people, builtin.Deals: deals} {
						for _, of := range list {
							r, _, err := w.Records.Get(t.Context(), admin, module, of)
							if err != nil {
								t.Fatal(err)
							}
							if r.Lookup("Account_Name") != 0 {
								n++
							}
						}
					}
					return n
				}
				if err := w.Records.Delete(t.Context(), admin, builtin.Accounts, large); err != nil {
					t.Fatal(err)
				}
				if empty {
					if err := w.Records.EmptyBin(t.Context(), admin, ""); err != nil {
						t.Fatal(err)
					}
				} else {
					if err := w.Records.Purge(t.Context(), admin, builtin.Accounts, large); err != nil {
						t.Fatal(err)
					}
					if n := points(); n != 10 { // the notes come first
						t.Errorf("at once %d still point there", n)
					}
					if bin, err := w.Records.Bin(t.Context(), admin, "", page.Request{}); err != nil || len(bin.Items) != 0 {
						t.Errorf("the bin shows it: %+v, %v", bin.Items, err)
					}
					if err := w.Records.Restore(t.Context(), admin, builtin.Accounts, large); !fault.Is(err, fault.KindNotFound) {
						t.Errorf("restored in the middle: %v", err)
					}
					if err := w.Records.Purge(t.Context(), admin, builtin.Accounts, large); !fault.Is(err, fault.KindNotFound) {
						t.Errorf("twice: %v", err)
					}
				}
				for _, err := range jobstest.Drain(t, q) {
					t.Fatal(err)
				}
				if n := points(); n != 0 {
					t.Errorf("in the end %d point there", n)
				}
				if r, _, err := w.Records.Get(t.Context(), admin, builtin.Contacts, stays); err != nil || r.Lookup("Account_Name") != other || r.Version != 1 {
					t.Errorf("a stranger was touched: %+v, %v", r, err)
				}
				if left := rowsOf(t, db, admin.Org(), large); left != 0 {
					t.Errorf("%d rows are left", left)
				}
			})
		})
	}
}
