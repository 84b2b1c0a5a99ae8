package importer_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/importer"
	"musubi/internal/jobs"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// shelf is a kind whose rows can be taken back; gone keeps the lines in the order they
// went, of commits alone.
type shelf struct {
	shut    bool // the right was taken away
	trouble int  // batches that break after they did their work
	gone    []int
}

func (s *shelf) open(context.Context, id.ID, id.ID) (importer.Bringer, error) { return s, nil }

func (s *shelf) undo(context.Context, id.ID, id.ID) (importer.Undoer, error) {
	if s.shut {
		return nil, fault.Forbidden("crm.fault.no_edit")
	}
	return s, nil
}

func (s *shelf) Bring(_ context.Context, _ *store.Tx, rows []importer.Row, _ map[string]bool) ([]importer.Outcome, error) {
	out := make([]importer.Outcome, len(rows))
	for i, r := range rows {
		out[i] = importer.Outcome{Act: importer.Created, Effects: []importer.Effect{{Subject: id.ID(r.Line), Module: "Things", Name: r.Values["name"], Act: importer.Created}}}
	}
	return out, nil
}

func (s *shelf) Begin(context.Context, *store.Tx, importer.Run) error { return nil }

func (s *shelf) Undo(_ context.Context, tx *store.Tx, list []importer.Effect) error {
	var lines []int
	for i := range list {
		list[i].Fate = importer.Undone
		if list[i].Name == "stuck" {
			list[i].Fate, list[i].Reasons = importer.Kept, fault.Invalid("").Field("", "crm.fault.changed_since").Fields
		}
		lines = append(lines, list[i].Line)
	}
	tx.AfterCommit(func() { s.gone = append(s.gone, lines...) })
	if s.trouble > 0 {
		s.trouble--
		return errors.New("the process died")
	}
	return nil
}

// TestAnUndoGoesOnWhereItStopped breaks batches in the middle and takes the right away
// for a while: every effect is taken back once, from the last line to the first.
func TestAnUndoGoesOnWhereItStopped(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		q := jobs.New(db, nil)
		h := &shelf{}
		s := importer.New(db, q)
		s.Register(importer.Kind{Name: "things", Title: "crm.module.accounts", Open: h.open, Undo: h.undo,
			Columns: []importer.Column{{Field: "name", Label: "crm.label.Accounts.Account_Name", Required: true}}})
		ctx := t.Context()
		r, err := s.Upload(ctx, 7, 1, "things", "x.csv", []byte("name\nstuck\n"+strings.Repeat("x\n", 250)))
		if err == nil {
			_, err = s.TakeBack(ctx, 7, 1, "things", r.ID)
		}
		if !fault.Is(err, fault.KindConflict) {
			t.Errorf("a draft: %v", err)
		}
		if _, err := s.Start(ctx, 7, 1, "things", r.ID, r.Mapping, nil); err != nil {
			t.Fatal(err)
		}
		jobstest.Drain(t, q)
		h.trouble = 1
		for range 2 {
			if _, err := s.TakeBack(ctx, 7, 1, "things", r.ID); err != nil {
				t.Fatal(err)
			}
		}
		if failed := jobstest.Drain(t, q); len(failed) != 1 || len(h.gone) != 0 {
			t.Errorf("%v, %d gone", failed, len(h.gone))
		}
		h.shut = true
		jobstest.DrainAll(t, q)
		if r, err = s.Run(ctx, 7, 1, "things", r.ID); err != nil || r.Undo != importer.UndoFailed || len(h.gone) != 0 {
			t.Errorf("without the right: %+v %v", r, err)
		}
		h.shut = false
		if _, err := s.TakeBack(ctx, 7, 1, "things", r.ID); err != nil {
			t.Fatal(err)
		}
		jobstest.DrainAll(t, q)
		want := make([]int, 0, 251)
		for line := 252; line > 1; line-- {
			want = append(want, line)
		}
		if r, err = s.Run(ctx, 7, 1, "things", r.ID); err != nil || r.Undo != importer.UndoDone || r.Undone != 250 || r.Kept != 1 || !slices.Equal(h.gone, want) {
			t.Errorf("%+v %v, %d gone", r, err, len(h.gone))
		}
		kept, err := s.KeptEffects(ctx, r, page.Request{})
		if err != nil || len(kept.Items) != 1 || kept.Items[0].Line != 2 {
			t.Errorf("%+v %v", kept, err)
		}
	})
}
