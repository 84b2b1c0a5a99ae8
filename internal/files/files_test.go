package files_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/fault"
	"musubi/internal/files"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

const mine, neighbour id.ID = 7, 8

type world struct {
	t     *testing.T
	db    *store.DB
	queue *jobs.Queue
	*files.Service
}

func newWorld(t *testing.T, db *store.DB, limit int64) world {
	w := world{t: t, db: db, queue: jobs.New(db, slog.New(slog.DiscardHandler))}
	w.Service = files.New(db, w.queue, limit)
	w.Register()
	return w
}

func (w world) put(data []byte) files.File {
	w.t.Helper()
	f, err := w.Put(w.t.Context(), mine, bytes.NewReader(data))
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

func (w world) keep(list ...id.ID) error {
	return w.db.Write(w.t.Context(), func(ctx context.Context, tx *store.Tx) error { return w.Keep(ctx, tx, mine, list...) })
}

func (w world) drop(list ...id.ID) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), func(ctx context.Context, tx *store.Tx) error { return w.Drop(ctx, tx, mine, list...) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w world) read(tenant, file id.ID) ([]byte, error) {
	_, r, err := w.Open(w.t.Context(), tenant, file)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestNothingAnswersWithoutATenant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		badgetest.Run(t, newWorld(t, db, 0).Service, "Limit", "Register") // tell or hold nothing of anybody's
	})
}

func TestWhatComesInComesOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, 1<<20)
		for name, data := range map[string][]byte{
			"nothing": {}, "a byte": {0}, "a piece": bytes.Repeat([]byte("あ"), 256<<10/3+1)[:256<<10],
			"more": bytes.Repeat([]byte{0, 1, 2, 255}, 150_001), "the limit": bytes.Repeat([]byte("x"), 1<<20),
		} {
			f, err := w.Put(t.Context(), mine, iotest.OneByteReader(bytes.NewReader(data)))
			if len(data) > 1<<18 {
				f, err = w.Put(t.Context(), mine, iotest.HalfReader(bytes.NewReader(data)))
			}
			if err != nil || f.Size != int64(len(data)) {
				t.Fatalf("%s: %+v, %v", name, f, err)
			}
			if _, err := w.read(mine, f.ID); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s is seen before anybody keeps it: %v", name, err)
			}
			if err := w.keep(f.ID); err != nil {
				t.Fatal(err)
			}
			if got, err := w.read(mine, f.ID); err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s came out as %d bytes, %v", name, len(got), err)
			}
			for _, at := range []int64{-1, 0, 1, 256<<10 - 1, 256 << 10, 300_000, f.Size - 1, f.Size, f.Size + 1} {
				want := []byte(nil)
				if at >= 0 && at < f.Size {
					want = data[at:min(at+300_001, f.Size)]
				}
				if got, err := w.Part(t.Context(), mine, f.ID, at, 300_001); err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s from %d: %d bytes, %v", name, at, len(got), err)
				}
			}
			if _, err := w.read(neighbour, f.ID); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%s: a neighbour reads it: %v", name, err)
			}
		}
	})
}

func TestATypeIsReadFromTheBytes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, 0)
		for data, want := range map[string]string{
			"%PDF-1.7": "application/pdf", "\x89PNG\x0d\x0a\x1a\x0a": "image/png", "<html><script>alert(1)</script>": "text/html; charset=utf-8", "PK\x03\x04": "application/zip",
		} {
			if f := w.put([]byte(data)); f.Type != want {
				t.Errorf("%q is %q", data, f.Type)
			}
		}
	})
}

func TestWhatIsTooBigOrBreaksOffGoesAway(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, 600<<10)
		endless := io.MultiReader(bytes.NewReader(make([]byte, 600<<10)), strings.NewReader("!"), iotest.ErrReader(errors.New("read on for nothing")))
		if _, err := w.Put(t.Context(), mine, endless); !fault.HasCode(err, "too_big") {
			t.Errorf("too big: %v", err)
		}
		for _, why := range []error{errors.New("connection reset"), io.ErrUnexpectedEOF} {
			broken := io.MultiReader(bytes.NewReader(make([]byte, 300<<10)), iotest.ErrReader(why))
			if _, err := w.Put(t.Context(), mine, broken); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("broken off: %v", err)
			}
		}
		if n := chunks(t, db); n == 0 {
			t.Fatal("there is nothing to sweep")
		}
		jobstest.Drain(t, w.queue)
		if n := chunks(t, db); n != 0 {
			t.Errorf("%d pieces are left", n)
		}
	})
}

func TestWhatNobodyKeepsIsSwept(t *testing.T) {
	clock := storetest.NewClock(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC))
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, 0)
		kept, left := w.put(make([]byte, 3<<20)), w.put(make([]byte, 3<<20))
		if err := w.keep(kept.ID); err != nil {
			t.Fatal(err)
		}
		all := chunks(t, db)
		w.sweep()
		if n := chunks(t, db); n != all {
			t.Errorf("%d of %d pieces after a sweep that came at once", n, all)
		}
		clock.Advance(3 * time.Hour)
		w.sweep()
		if n := chunks(t, db); n != all/2 {
			t.Errorf("%d of %d pieces after a late sweep", n, all)
		}
		if err := w.keep(left.ID); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a swept file was kept: %v", err)
		}
		if got, err := w.read(mine, kept.ID); err != nil || len(got) != 3<<20 {
			t.Errorf("the kept one: %d bytes, %v", len(got), err)
		}
	})
}

// sweep does what the queue does every so often: whatever is let go of queues it.
func (w world) sweep() {
	w.t.Helper()
	other := w.put([]byte("goes at once"))
	if err := w.Discard(w.t.Context(), mine, other.ID); err != nil {
		w.t.Fatal(err)
	}
	jobstest.Drain(w.t, w.queue)
}

func TestASharedFileStaysUntilTheLastLetsGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, 0)
		f := w.put([]byte("一度だけ"))
		if err := w.keep(f.ID, f.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.keep(f.ID); err != nil {
			t.Fatal(err)
		}
		w.drop(f.ID)
		w.drop(f.ID)
		jobstest.Drain(t, w.queue)
		if got, err := w.read(mine, f.ID); err != nil || string(got) != "一度だけ" {
			t.Errorf("%q, %v", got, err)
		}
		if err := w.Discard(t.Context(), mine, f.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.read(mine, f.ID); err != nil {
			t.Errorf("a kept file was discarded: %v", err)
		}
		w.drop(f.ID)
		if _, err := w.read(mine, f.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("after the last: %v", err)
		}
		if err := w.keep(f.ID); !fault.Is(err, fault.KindConflict) {
			t.Errorf("kept again: %v", err)
		}
		jobstest.Drain(t, w.queue)
		if n := chunks(t, db); n != 0 {
			t.Errorf("%d pieces are left", n)
		}
	})
}

func TestAFileTakenAwayWhileItIsReadIsNoShortFile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, 0)
		f := w.put(make([]byte, 1<<20))
		if err := w.keep(f.ID); err != nil {
			t.Fatal(err)
		}
		_, r, err := w.Open(t.Context(), mine, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		w.drop(f.ID)
		jobstest.Drain(t, w.queue)
		if _, err := io.ReadAll(r); err == nil {
			t.Error("it ended as if it were whole")
		}
	})
}

func TestNames(t *testing.T) {
	for raw, want := range map[string]string{
		"見積書.pdf": "見積書.pdf", `C:\Users\me\契約.docx`: "契約.docx", "../../etc/passwd": "passwd", "a\x00b.txt": "ab.txt",
		"ボ.txt": "ボ.txt", "x\u202efdp.exe": "xfdp.exe", " two\nlines.txt ": "twolines.txt", "end. . ": "end", ".env": ".env",
		"\xff\xfe.txt": "�.txt", `a"b;c.txt`: `a"b;c.txt`,
	} {
		if got, err := files.Name(raw); err != nil || got != want {
			t.Errorf("%q is called %q, %v; want %q", raw, got, err, want)
		}
	}
	for _, raw := range []string{"", "/", "..", "a/", "\x00", "\u202e", " . "} {
		if got, err := files.Name(raw); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%q is called %q, %v", raw, got, err)
		}
	}
	if got, _ := files.Name(strings.Repeat("長", 500) + ".xlsx"); len([]rune(got)) != files.MaxName || !strings.HasSuffix(got, "長.xlsx") {
		t.Errorf("%q", got)
	}
}
