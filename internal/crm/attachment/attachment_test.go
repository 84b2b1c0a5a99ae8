package attachment_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/crm/access"
	"musubi/internal/crm/attachment"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/files"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

var ctx = context.Background()

func service(t *testing.T, db *store.DB) (*crmtest.World, *attachment.Service) {
	w := crmtest.New(t, db)
	return w, attachment.New(db, w.Records, files.New(db, jobs.New(db, slog.New(slog.DiscardHandler)), 1<<20))
}

func TestNothingAnswersWithoutABadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		_, s := service(t, db)
		badgetest.Run(t, s, "Limit") // the same for everybody
	})
}

func TestAFileIsSeenWithItsRecordAndChangedByWhoEditsIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, s := service(t, db)
		admin, neighbour := w.Organisation("Minato"), w.Organisation("Kaede")
		one, two := w.Join(admin, "one@minato.example", 0, 0), w.Join(admin, "two@minato.example", 0, 0)
		reader := w.Join(admin, "reader@minato.example", w.Clone(admin, "Readers", map[string]access.Rights{builtin.Accounts: {View: true}}), 0)
		account, other := w.Account(one, "青空製作所"), w.Account(one, "みなと商事")
		data := bytes.Repeat([]byte("契約書"), 100_000)
		made, err := s.Attach(ctx, one, builtin.Accounts, account, "", `C:\契約\契約書<b>.txt`, bytes.NewReader(data))
		if err != nil || made.Name != "契約書<b>.txt" || made.Size != int64(len(data)) || !strings.HasPrefix(made.Type, "text/plain") {
			t.Fatalf("%+v, %v", made, err)
		}
		w.Share(admin, builtin.Accounts, access.SharingRead)
		for name, as := range map[string]access.Actor{"owner": one, "colleague": w.Again(two), "reader": w.Again(reader), "administrator": admin} {
			a, r, err := s.Open(ctx, as, builtin.Accounts, account, made.ID)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, data) || a.ByName != one.Name() {
				t.Errorf("%s read %d bytes of %+v, %v", name, len(got), a, err)
			}
		}
		for name, try := range map[string]struct {
			as     access.Actor
			module string
			of     id.ID
		}{"neighbour": {neighbour, builtin.Accounts, account}, "another record": {one, builtin.Accounts, other}, "another module": {one, builtin.Deals, account}} {
			if _, _, err := s.Open(ctx, try.as, try.module, try.of, made.ID); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s opens it: %v", name, err)
			}
			if err := s.Delete(ctx, try.as, try.module, try.of, made.ID); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s deletes it: %v", name, err)
			}
		}
		for name, as := range map[string]access.Actor{"colleague": w.Again(two), "reader": w.Again(reader)} {
			if _, err := s.Attach(ctx, as, builtin.Accounts, account, "", "x", strings.NewReader("x")); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s attaches: %v", name, err)
			}
			if err := s.Delete(ctx, as, builtin.Accounts, account, made.ID); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s deletes: %v", name, err)
			}
		}
		if err := s.Delete(ctx, one, builtin.Accounts, account, made.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Delete(ctx, one, builtin.Accounts, account, made.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("deleted twice: %v", err)
		}
		if _, _, err := s.Open(ctx, one, builtin.Accounts, account, made.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("opened after the end: %v", err)
		}
		told, err := w.Records.Timeline(ctx, one, builtin.Accounts, account, 10)
		if err != nil || len(told.Events) != 3 || told.Events[0].Act != record.ActDetached || told.Events[1].Act != record.ActAttached || told.Events[1].Subject != made.Name {
			t.Errorf("timeline %+v, %v", told.Events, err)
		}
		if err := w.Records.Delete(ctx, one, builtin.Accounts, account); err != nil {
			t.Fatal(err)
		}
		if _, err := s.List(ctx, one, builtin.Accounts, account, page.Request{}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("the files of a record in the bin: %v", err)
		}
	})
}

func TestWhatIsRefusedLeavesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, s := service(t, db)
		admin := w.Organisation("Minato")
		account := w.Account(admin, "青空製作所")
		for name, try := range map[string]struct {
			file    string
			content io.Reader
		}{
			"no name": {"\x00", strings.NewReader("x")}, "a path alone": {"../", strings.NewReader("x")}, "too big": {"x.bin", bytes.NewReader(make([]byte, 1<<20+1))},
			"broken off": {"x.bin", io.MultiReader(bytes.NewReader(make([]byte, 700_000)), iotest.ErrReader(errors.New("reset")))},
		} {
			if _, err := s.Attach(ctx, admin, builtin.Accounts, account, "", try.file, try.content); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if list, err := s.List(ctx, admin, builtin.Accounts, account, page.Request{}); err != nil || len(list.Items) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		for range 5 {
			if _, err := s.Attach(ctx, admin, builtin.Accounts, account, "", "同じ.txt", strings.NewReader("")); err != nil {
				t.Fatal(err)
			}
		}
		n, cursor := 0, ""
		for {
			l, err := s.List(ctx, admin, builtin.Accounts, account, page.Request{Size: 2, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			if n += len(l.Items); l.Next == "" {
				break
			}
			cursor = l.Next
		}
		if n != 5 {
			t.Errorf("%d of 5 files", n)
		}
	})
}

// TestTheSameFormAttachesOnce: also to many at the same moment.
func TestTheSameFormAttachesOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, s := service(t, db)
		admin := w.Organisation("Minato")
		other := w.Join(admin, "other@minato.example", 0, 0)
		w.Share(admin, builtin.Accounts, access.SharingReadWrite)
		other = w.Again(other)
		account, second := w.Account(admin, "青空製作所"), w.Account(admin, "みなと商事")
		var all sync.WaitGroup
		ids := make([]id.ID, 6)
		for i := range ids {
			all.Go(func() {
				a, err := s.Attach(ctx, admin, builtin.Accounts, account, "once", "a.txt", strings.NewReader("a"))
				if err != nil {
					t.Error(err)
				}
				ids[i] = a.ID
			})
		}
		all.Wait()
		for _, n := range ids {
			if n != ids[0] || n == 0 {
				t.Errorf("the same act gave %v", ids)
				break
			}
		}
		count := func(of id.ID) int {
			l, err := s.List(ctx, admin, builtin.Accounts, of, page.Request{})
			if err != nil {
				t.Fatal(err)
			}
			return len(l.Items)
		}
		if n := count(account); n != 1 {
			t.Errorf("attached %d times", n)
		}
		// Another file, another person, another record and no token at all are other acts.
		for _, do := range []struct {
			as            access.Actor
			of            id.ID
			once, content string
		}{{admin, account, "once", "aa"}, {other, account, "once", "a"}, {admin, second, "once", "a"}, {admin, account, "", "a"}, {admin, account, "", "a"}} {
			if _, err := s.Attach(ctx, do.as, builtin.Accounts, do.of, do.once, "a.txt", strings.NewReader(do.content)); err != nil {
				t.Error(err)
			}
		}
		if a, b := count(account), count(second); a != 5 || b != 1 {
			t.Errorf("%d and %d files", a, b)
		}
		if _, err := s.Attach(ctx, admin, builtin.Accounts, account, strings.Repeat("x", 201), "a.txt", strings.NewReader("a")); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a token without end: %v", err)
		}
	})
}

// TestNoFileComesTooLate: one that comes in while its record is merged away finds the
// record gone, or goes along; none stays behind where nobody sees it and no purge looks.
func TestNoFileComesTooLate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, s := service(t, db)
		admin := w.Organisation("Minato")
		master, twin := w.Account(admin, "青空製作所"), w.Account(admin, "青空製作所")
		var late sync.WaitGroup
		failed := make(chan error, 1)
		w.Records.AddHook(record.Hook{AfterDelete: func(context.Context, *store.Tx, id.ID, string, id.ID) error {
			// What hung on the twin has moved already, and the merge is not yet written.
			done := make(chan struct{})
			late.Go(func() {
				defer close(done)
				_, err := s.Attach(ctx, admin, builtin.Accounts, twin, "", "late.txt", strings.NewReader("late"))
				failed <- err
			})
			select { // it must wait; were it not to, it would be through by then
			case <-done:
			case <-time.After(300 * time.Millisecond):
			}
			return nil
		}})
		_, err := w.Records.Merge(ctx, admin, builtin.Accounts, record.Merge{Master: master, Others: []id.ID{twin}, Versions: map[id.ID]int64{master: 1, twin: 1}})
		if err != nil {
			t.Fatal(err)
		}
		late.Wait()
		if err := <-failed; !fault.Is(err, fault.KindNotFound) {
			t.Errorf("attached to a record that was merged away: %v", err)
		}
		if l, err := s.List(ctx, admin, builtin.Accounts, master, page.Request{}); err != nil || len(l.Items) != 0 {
			t.Errorf("%+v, %v", l.Items, err)
		}
	})
}
