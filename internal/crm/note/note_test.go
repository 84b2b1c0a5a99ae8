package note_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/note"
	"musubi/internal/fault"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

var ctx = context.Background()

func TestNothingAnswersWithoutABadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		badgetest.Run(t, note.New(db, crmtest.New(t, db).Records), "AddHook", "OnWritten") // while the program is put together
	})
}

func TestANoteIsSeenWithItsRecord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		notes := note.New(db, w.Records)
		admin, neighbour := w.Organisation("Minato"), w.Organisation("Kaede")
		one, two := w.Join(admin, "one@minato.example", 0, 0), w.Join(admin, "two@minato.example", 0, 0)
		mute := w.Join(admin, "mute@minato.example", w.Clone(admin, "No notes", map[string]access.Rights{builtin.Accounts: access.AllRights()}), 0)
		account := w.Account(one, "青空製作所")
		made, err := notes.Create(ctx, one, builtin.Accounts, account, " 訪問 ", "一行目\n'; DROP TABLE crm_notes; --")
		if err != nil || made.Title != "訪問" {
			t.Fatal(made, err)
		}
		for name, as := range map[string]access.Actor{"colleague": two, "neighbour": neighbour, "without the tab": mute} {
			if _, err := notes.List(ctx, as, builtin.Accounts, account, page.Request{}); !fault.Is(err, fault.KindNotFound) && !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s lists: %v", name, err)
			}
			if _, err := notes.Update(ctx, as, builtin.Accounts, account, made.ID, 1, "", "x"); err == nil {
				t.Errorf("%s changed it", name)
			}
			if err := notes.Delete(ctx, as, builtin.Accounts, account, made.ID); err == nil {
				t.Errorf("%s deleted it", name)
			}
		}
		list, err := notes.List(ctx, admin, builtin.Accounts, account, page.Request{})
		if err != nil || len(list.Items) != 1 || list.Items[0].Body != made.Body || list.Items[0].ByName != one.Name() || !list.Items[0].Mine {
			t.Errorf("the administrator sees %+v, %v", list.Items, err)
		}
		// A colleague who sees the record now sees the note, and cannot change it.
		w.Share(admin, builtin.Accounts, access.SharingReadWrite)
		two = w.Again(two)
		if list, err = notes.List(ctx, two, builtin.Accounts, account, page.Request{}); err != nil || len(list.Items) != 1 || list.Items[0].Mine {
			t.Errorf("%+v, %v", list.Items, err)
		}
		if _, err := notes.Update(ctx, two, builtin.Accounts, account, made.ID, 1, "", "x"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a colleague changed it: %v", err)
		}
		if err := w.Records.Delete(ctx, one, builtin.Accounts, account); err != nil {
			t.Fatal(err)
		}
		if _, err := notes.List(ctx, one, builtin.Accounts, account, page.Request{}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("the notes of a record in the bin: %v", err)
		}
	})
}

func TestANoteHasLimits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		notes := note.New(db, w.Records)
		admin := w.Organisation("Minato")
		account := w.Account(admin, "青空製作所")
		for name, text := range map[string]string{"nothing": " \n", "too long": strings.Repeat("あ", note.MaxBody+1), "NUL": "a\x00b", "no UTF-8": "a\xff"} {
			if _, err := notes.Create(ctx, admin, builtin.Accounts, account, "", text); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		var cursor string
		for i := range 5 {
			if _, err := notes.Create(ctx, admin, builtin.Accounts, account, "", strings.Repeat("あ", note.MaxBody-i)); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		for {
			l, err := notes.List(ctx, admin, builtin.Accounts, account, page.Request{Size: 2, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			if n += len(l.Items); l.Next == "" {
				break
			}
			cursor = l.Next
		}
		if n != 5 {
			t.Errorf("%d of 5 notes", n)
		}
	})
}

func TestOfTwoWhoSaveANoteOneIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		notes := note.New(db, w.Records)
		admin := w.Organisation("Minato")
		account := w.Account(admin, "青空製作所")
		made, err := notes.Create(ctx, admin, builtin.Accounts, account, "", "x")
		if err != nil {
			t.Fatal(err)
		}
		results := make(chan error, 8)
		var group sync.WaitGroup
		for range cap(results) {
			group.Go(func() {
				_, err := notes.Update(ctx, admin, builtin.Accounts, account, made.ID, 1, "", "y")
				results <- err
			})
		}
		group.Wait()
		close(results)
		saved := 0
		for err := range results {
			if err == nil {
				saved++
			} else if !fault.Is(err, fault.KindStale) {
				t.Error(err)
			}
		}
		if saved != 1 {
			t.Errorf("%d of eight saves went through", saved)
		}
		if err := notes.Delete(ctx, admin, builtin.Accounts, account, made.ID); err != nil {
			t.Error(err)
		}
		if err := notes.Delete(ctx, admin, builtin.Accounts, account, made.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("deleted twice: %v", err)
		}
	})
}
