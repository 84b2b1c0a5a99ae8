package attachment_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

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
		made, err := s.Attach(ctx, one, builtin.Accounts, account, `C:\契約\契約書<b>.txt`, bytes.NewReader(data))
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
			if _, err := s.Attach(ctx, as, builtin.Accounts, account, "x", strings.NewReader("x")); !fault.Is(err, fault.KindForbidden) {
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
			if _, err := s.Attach(ctx, admin, builtin.Accounts, account, try.file, try.content); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if list, err := s.List(ctx, admin, builtin.Accounts, account, page.Request{}); err != nil || len(list.Items) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		for range 5 {
			if _, err := s.Attach(ctx, admin, builtin.Accounts, account, "同じ.txt", strings.NewReader("")); err != nil {
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
