package work_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"musubi/internal/fault"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func keys(list []work.ProjectStatus) []string {
	var out []string
	for _, s := range list {
		out = append(out, s.Key)
	}
	return out
}

func TestAPortalHasItsOwnStatuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		statuses := func() []work.ProjectStatus {
			t.Helper()
			list, err := w.work.StatusUse(ctx, w.owner())
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		_, err := w.work.SaveProjectStatus(ctx, w.employee(), work.ProjectStatus{Name: "検収待ち"})
		if !fault.Is(err, fault.KindForbidden) {
			t.Fatalf("an employee adds a status: %v", err)
		}
		own, err := w.work.SaveProjectStatus(ctx, w.owner(), work.ProjectStatus{Name: " 検収待ち ", Colour: "teal"})
		if err != nil || own.Name != "検収待ち" {
			t.Fatalf("added %+v, %v", own, err)
		}
		for field, in := range map[string]work.ProjectStatus{"name": {Name: ""}, "colour": {Name: "x", Colour: "#fff"}} {
			if _, err := w.work.SaveProjectStatus(ctx, w.owner(), in); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("a wrong %s is taken: %v", field, err)
			}
		}
		if _, err := w.work.SaveProjectStatus(ctx, w.owner(), work.ProjectStatus{Name: "検収待ち"}); !fault.Is(err, fault.KindConflict) {
			t.Errorf("the name twice: %v", err)
		}

		p := w.project(t, "塗装")
		if p.Status != "active" {
			t.Fatalf("a new project is %q", p.Status)
		}
		if p, err = w.work.UpdateProject(ctx, w.owner(), p.ID, p.Version, work.ProjectPatch{Status: &own.Key}); err != nil {
			t.Fatal(err)
		}
		if p.StatusName != "検収待ち" || p.StatusColour != "teal" || p.Closed {
			t.Errorf("the project shows %q %q closed=%v", p.StatusName, p.StatusColour, p.Closed)
		}
		if seen, err := w.work.Project(ctx, w.client(), p.ID); err != nil || seen.StatusName != "検収待ち" {
			t.Errorf("the client reads %q, %v", seen.StatusName, err)
		}
		list, err := w.work.Projects(ctx, w.owner(), work.Query{Any: true, Status: own.Key})
		if err != nil || len(list.Items) != 1 || list.Items[0].StatusName != "検収待ち" {
			t.Errorf("listed %v, %v", list.Items, err)
		}

		// A built-in one takes another name and colour, at the version that was shown.
		word := work.ProjectStatus{Status: work.Status{Key: "active"}, Name: "進行", Colour: "green"}
		if _, err := w.work.SaveProjectStatus(ctx, w.owner(), word); err != nil {
			t.Fatal(err)
		}
		if _, err := w.work.SaveProjectStatus(ctx, w.owner(), word); !fault.Is(err, fault.KindStale) {
			t.Errorf("saved over another change: %v", err)
		}
		if other := w.empty(t, w.owner(), "床"); other.StatusName != "進行" || other.Status != "active" {
			t.Errorf("a new project is %q (%q)", other.Status, other.StatusName)
		}

		// Order: the first open one is that of new projects.
		for range 10 {
			if err := w.work.MoveProjectStatus(ctx, w.owner(), own.Key, true); err != nil {
				t.Fatal(err)
			}
		}
		if got := keys(statuses()); got[0] != own.Key || got[1] != "active" || len(got) != 11 {
			t.Errorf("ordered %v", got)
		}
		if err := w.work.MoveProjectStatus(ctx, w.owner(), own.Key, true); err != nil {
			t.Errorf("at the end: %v", err)
		}
		if made := w.empty(t, w.owner(), "窓"); made.Status != own.Key {
			t.Errorf("the first is not the default: %q", made.Status)
		}

		// Removing: a built-in one never, one in use with another in its place.
		if err := w.work.RemoveProjectStatus(ctx, w.owner(), "planning", "active"); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a built-in one is removed: %v", err)
		}
		if err := w.work.RemoveProjectStatus(ctx, w.owner(), own.Key, ""); !fault.HasCode(err, "status_used") {
			t.Errorf("one in use: %v", err)
		}
		if err := w.work.RemoveProjectStatus(ctx, w.owner(), own.Key, own.Key); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("by itself: %v", err)
		}
		if s := statuses()[0]; s.Key != own.Key || s.Projects != 2 {
			t.Errorf("a refused removal left %+v", s)
		}
		before := w.get(t, p.ID).Version
		if err := w.work.RemoveProjectStatus(ctx, w.owner(), own.Key, "completed"); err != nil {
			t.Fatal(err)
		}
		if now := w.get(t, p.ID); now.Status != "completed" || !now.Closed || now.Version != before+1 {
			t.Errorf("moved to %q closed=%v version %d", now.Status, now.Closed, now.Version)
		}
		if slices.Contains(keys(statuses()), own.Key) {
			t.Error("it is still there")
		}
		now := w.get(t, p.ID)
		if _, err := w.work.UpdateProject(ctx, w.owner(), p.ID, now.Version, work.ProjectPatch{Status: &own.Key}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a removed one is given: %v", err)
		}
	})
}

func TestStatusesAreBounded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for i := range work.MaxStatuses + 1 {
			_, err := w.work.SaveProjectStatus(t.Context(), w.owner(), work.ProjectStatus{Name: fmt.Sprint("s", i)})
			if last := i == work.MaxStatuses; fault.Is(err, fault.KindConflict) != last || err != nil && !last {
				t.Fatalf("status %d: %v", i+1, err)
			}
		}
		if _, err := w.work.StatusUse(t.Context(), w.by[portal.RoleManager]); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a manager sees the settings: %v", err)
		}
	})
}

// TestABuiltinStatusIsFirstChangedByOne: of many who change one that nobody has changed
// before, one wins and the others hear that somebody did.
func TestABuiltinStatusIsFirstChangedByOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for _, key := range []string{"planning", "active", "on_hold"} {
			var all sync.WaitGroup
			errs := make([]error, 8)
			for i := range errs {
				all.Go(func() {
					_, errs[i] = w.work.SaveProjectStatus(t.Context(), w.owner(), work.ProjectStatus{Status: work.Status{Key: key}, Name: "新しい " + key})
				})
			}
			all.Wait()
			won := 0
			for _, err := range errs {
				switch {
				case err == nil:
					won++
				case !fault.Is(err, fault.KindStale):
					t.Errorf("%s: %v", key, err)
				}
			}
			if won != 1 {
				t.Errorf("%s was changed by %d", key, won)
			}
		}
		// Another status's name is still refused as such.
		_, err := w.work.SaveProjectStatus(t.Context(), w.owner(), work.ProjectStatus{Status: work.Status{Key: "completed"}, Name: "新しい planning"})
		if !fault.Is(err, fault.KindConflict) {
			t.Errorf("a name twice: %v", err)
		}
	})
}
