package work_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"musubi/internal/fault"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func (w *world) log(t *testing.T, as portal.Member, p work.Project, in work.TimeInput) work.TimeLog {
	t.Helper()
	if in.Day == "" {
		in.Day = "2026-01-05"
	}
	out, err := w.work.SaveTimeLog(t.Context(), as, p.ID, "", in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTimeLogs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p := w.project(t, "Hours")
		task := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "Build", Owners: nil})
		first := w.log(t, w.employee(), p, work.TimeInput{Kind: work.KindTask, Item: task.ID, Minutes: 90, Billable: true, Note: " wired \n it "})
		if first.ItemTitle != "Build" || first.Note != "wired it" || first.Member != w.employee().ID() || !first.Rights.Edit {
			t.Errorf("logged %+v", first)
		}
		w.log(t, w.manager(), p, work.TimeInput{Minutes: 30, Day: "2026-01-06"})
		w.log(t, w.manager(), p, work.TimeInput{Minutes: 15, Member: w.contractor().ID(), Day: "2026-01-04"})

		all, err := w.work.TimeLogs(ctx, w.owner(), p.ID, work.TimeQuery{Page: page.Request{Size: 2}})
		if err != nil || len(all.Items) != 2 || all.Items[0].Day != "2026-01-06" || all.Minutes != 135 || all.Billable != 90 || all.Next == "" {
			t.Fatalf("everybody's hours: %+v, %v", all, err)
		}
		rest, err := w.work.TimeLogs(ctx, w.owner(), p.ID, work.TimeQuery{Page: page.Request{Size: 2, Cursor: all.Next}})
		if err != nil || len(rest.Items) != 1 || rest.Items[0].MemberRef.ID != w.contractor().ID() {
			t.Errorf("the second page: %+v, %v", rest, err)
		}
		mine, err := w.work.TimeLogs(ctx, w.employee(), p.ID, work.TimeQuery{})
		if err != nil || len(mine.Items) != 1 || mine.Minutes != 90 {
			t.Errorf("an employee's own: %+v, %v", mine, err)
		}
		if other, err := w.work.TimeLogs(ctx, w.employee(), p.ID, work.TimeQuery{Member: w.manager().ID()}); err != nil || len(other.Items) != 0 || other.Minutes != 0 {
			t.Errorf("somebody else's: %+v, %v", other, err)
		}
		if some, err := w.work.TimeLogs(ctx, w.owner(), p.ID, work.TimeQuery{From: "2026-01-05", To: "2026-01-05"}); err != nil || some.Minutes != 90 {
			t.Errorf("one day: %+v, %v", some, err)
		}
		if got := w.get(t, p.ID); got.Minutes != 135 || got.MinutesBillable != 90 {
			t.Errorf("the project counts %d, %d", got.Minutes, got.MinutesBillable)
		}
		if got, err := w.work.Project(ctx, w.client(), p.ID); err != nil || got.Minutes != 0 || got.Rights.SeeTime {
			t.Errorf("a client user sees hours: %+v, %v", got, err)
		}

		_, err = w.work.SaveTimeLog(ctx, w.employee(), p.ID, "", work.TimeInput{ID: rest.Items[0].ID, Version: 1, Minutes: 5, Day: "2026-01-05"})
		wantKind(t, "somebody else's entry", err, fault.KindNotFound, "")
		in := first.TimeInput
		in.Version, in.Minutes = 7, 60
		_, err = w.work.SaveTimeLog(ctx, w.employee(), p.ID, "", in)
		wantKind(t, "a stale form", err, fault.KindStale, "")
		in.Version, in.Billable = first.Version, false
		if _, err = w.work.SaveTimeLog(ctx, w.employee(), p.ID, "", in); err != nil {
			t.Fatal(err)
		}
		if got := w.get(t, p.ID); got.Minutes != 105 || got.MinutesBillable != 0 {
			t.Errorf("after a change: %d, %d", got.Minutes, got.MinutesBillable)
		}
		if err := w.work.DeleteTask(ctx, w.owner(), p.ID, task.ID); err != nil {
			t.Fatal(err)
		}
		if kept, err := w.work.TimeLog(ctx, w.employee(), p.ID, first.ID); err != nil || kept.ItemTitle != "Build" {
			t.Errorf("the hours of a deleted task: %+v, %v", kept, err)
		}
		if err := w.work.DeleteTimeLog(ctx, w.employee(), p.ID, first.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.get(t, p.ID); got.Minutes != 45 {
			t.Errorf("after deleting: %d", got.Minutes)
		}
		for name, bad := range map[string]work.TimeInput{
			"no day": {Minutes: 5}, "a day ahead": {Day: "2999-01-01", Minutes: 5}, "no day at all": {Day: "x", Minutes: 5},
			"no time": {Day: "2026-01-05"}, "more than a day": {Day: "2026-01-05", Minutes: 1441}, "less than nothing": {Day: "2026-01-05", Minutes: -5},
			"a task that is not there": {Day: "2026-01-05", Minutes: 5, Kind: work.KindTask, Item: 7}, "a kind that is not": {Day: "2026-01-05", Minutes: 5, Kind: "milestone", Item: 7},
			"an item of no kind": {Day: "2026-01-05", Minutes: 5, Item: 7},
		} {
			_, err := w.work.SaveTimeLog(ctx, w.employee(), p.ID, "", bad)
			wantKind(t, name, err, fault.KindInvalid, "")
		}
		_, err = w.work.SaveTimeLog(ctx, w.owner(), p.ID, "", work.TimeInput{Day: "2026-01-05", Minutes: 5, Member: w.client().ID()})
		wantKind(t, "for a client user", err, fault.KindInvalid, "")
		_, err = w.work.TimeLogs(ctx, w.owner(), p.ID, work.TimeQuery{Page: page.Request{Cursor: "x.y"}})
		wantKind(t, "a made-up cursor", err, fault.KindInvalid, "")

		budget := int64(60)
		got := w.get(t, p.ID)
		if got, err = w.work.UpdateProject(ctx, w.owner(), p.ID, got.Version, work.ProjectPatch{Budget: &budget}); err != nil || got.Budget != 60 {
			t.Errorf("a budget: %d, %v", got.Budget, err)
		}
		budget = -1
		_, err = w.work.UpdateProject(ctx, w.owner(), p.ID, got.Version, work.ProjectPatch{Budget: &budget})
		wantKind(t, "a budget below nothing", err, fault.KindInvalid, "")
		if got, err := w.work.Project(ctx, w.client(), p.ID); err != nil || got.Budget != 0 {
			t.Errorf("a client user sees the budget: %+v, %v", got, err)
		}

		// Nobody works more than a day has, in two projects at once neither.
		second := w.project(t, "More hours")
		var done atomic.Int32
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() {
				at := p
				if i%2 == 0 {
					at = second
				}
				if _, err := w.work.SaveTimeLog(ctx, w.employee(), at.ID, "", work.TimeInput{Day: "2026-01-07", Minutes: 600}); err == nil {
					done.Add(1)
				} else if !fault.Is(err, fault.KindInvalid) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if done.Load() != 2 {
			t.Errorf("%d times ten hours on one day", done.Load())
		}
	})
}
