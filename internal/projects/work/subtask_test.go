package work_test

import (
	"sync"
	"testing"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func (w *world) sub(t *testing.T, project, parent id.ID, title string) work.Task {
	t.Helper()
	return w.task(t, w.owner(), project, work.TaskInput{Title: title, Parent: parent})
}

func TestSubtasks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p := w.project(t, "Tree")
		outer := w.list(t, p.ID, "お客様", true)
		top := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "上", List: outer.ID})
		one := w.sub(t, p.ID, top.ID, "一")
		two := w.sub(t, p.ID, one.ID, "二")
		three := w.sub(t, p.ID, two.ID, "三")
		if three.List != outer.ID || !three.External || three.ParentRef.Name != "二" {
			t.Errorf("a subtask in %q, external %v, part of %+v", three.ListName, three.External, three.ParentRef)
		}
		_, err := w.work.CreateTask(ctx, w.owner(), p.ID, "", work.TaskInput{Title: "四", Parent: three.ID})
		wantField(t, "too deep", err, "parent")
		_, err = w.work.CreateTask(ctx, w.employee(), p.ID, "", work.TaskInput{Title: "x", Parent: w.task(t, w.owner(), p.ID, work.TaskInput{Title: "他人", Owners: []id.ID{w.owner().ID()}}).ID})
		wantKind(t, "below another's", err, fault.KindForbidden, "no_edit_task")
		wantField(t, "a circle", w.work.PlaceTask(ctx, w.owner(), p.ID, one.ID, three.ID), "parent")
		wantField(t, "itself", w.work.PlaceTask(ctx, w.owner(), p.ID, one.ID, one.ID), "parent")
		inner := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "内"})
		wantField(t, "another list", w.work.PlaceTask(ctx, w.owner(), p.ID, inner.ID, top.ID), "parent")
		wantField(t, "nothing", w.work.PlaceTask(ctx, w.owner(), p.ID, inner.ID, 99), "parent")
		side := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "横", List: outer.ID})
		wantField(t, "a tree too deep", w.work.PlaceTask(ctx, w.owner(), p.ID, top.ID, side.ID), "parent")

		in := w.inner(t, w.owner(), p.ID, three.ID)
		if len(in.Above) != 3 || in.Above[0].ID != top.ID || in.Above[2].ID != two.ID || len(in.Below) != 0 {
			t.Errorf("above %+v", in.Above)
		}
		counts := w.get(t, p.ID).Tasks
		if counts.Open != 7 {
			t.Errorf("counted %+v", counts)
		}
		// Neither goes a task while something is part of it, nor does a part change its list.
		wantKind(t, "deleting the whole", w.work.DeleteTask(ctx, w.owner(), p.ID, one.ID), fault.KindConflict, "has_subtasks")
		move := one.TaskInput
		move.List = w.list(t, p.ID, "他", false).ID
		_, err = w.work.UpdateTask(ctx, w.owner(), p.ID, move)
		wantField(t, "moving a part", err, "list")

		// The whole moves with its parts, and hides them with itself.
		all := top.TaskInput
		all.List = move.List
		if _, err := w.work.UpdateTask(ctx, w.owner(), p.ID, all); err != nil {
			t.Fatal(err)
		}
		moved, err := w.work.Task(ctx, w.owner(), p.ID, three.ID)
		if err != nil || moved.List != move.List || moved.External {
			t.Errorf("moved to %q, external %v, %v", moved.ListName, moved.External, err)
		}
		if seen := w.tasks(t, w.client(), p.ID); len(seen) != 1 || seen[0].Title != "横" {
			t.Errorf("the client still sees %+v", seen)
		}
		lists, err := w.work.TaskLists(ctx, w.owner(), p.ID)
		if err != nil || lists[1].Tasks != (work.Count{Open: 1}) || lists[2].Tasks != (work.Count{Open: 4}) {
			t.Errorf("lists %+v, %v", lists, err)
		}

		// Closing asks.
		now, err := w.work.Task(ctx, w.owner(), p.ID, top.ID)
		if err != nil || now.Subtasks != (work.Count{Open: 1}) {
			t.Fatalf("parts %+v, %v", now.Subtasks, err)
		}
		shut := now.TaskInput
		shut.Status = "closed"
		_, err = w.work.UpdateTask(ctx, w.owner(), p.ID, shut)
		wantKind(t, "closing over open parts", err, fault.KindInvalid, "open_subtasks")
		shut.Whole = true
		if now, err = w.work.UpdateTask(ctx, w.owner(), p.ID, shut); err != nil || now.Subtasks != (work.Count{Closed: 1}) {
			t.Errorf("closed %+v, %v", now.Subtasks, err)
		}
		if got := w.get(t, p.ID).Tasks; got != (work.Count{Open: 3, Closed: 4}) {
			t.Errorf("counted after closing %+v", got)
		}
		if deep, err := w.work.Task(ctx, w.owner(), p.ID, three.ID); err != nil || !deep.Closed || deep.Percent != 100 {
			t.Errorf("the deepest %+v, %v", deep, err)
		}
		// Out of it again, and away.
		if err := w.work.PlaceTask(ctx, w.owner(), p.ID, two.ID, 0); err != nil {
			t.Fatal(err)
		}
		if now, err = w.work.Task(ctx, w.owner(), p.ID, one.ID); err != nil || now.Subtasks != (work.Count{}) {
			t.Errorf("after taking out %+v, %v", now.Subtasks, err)
		}
		if err := w.work.DeleteTask(ctx, w.owner(), p.ID, one.ID); err != nil {
			t.Error(err)
		}
		// Whoever sees only what is theirs is told nothing of the rest.
		mine := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "契約者の", Parent: inner.ID, Owners: []id.ID{w.contractor().ID()}})
		seen, err := w.work.Task(ctx, w.contractor(), p.ID, mine.ID)
		if err != nil || seen.ParentRef.Name != "" || len(w.inner(t, w.contractor(), p.ID, mine.ID).Above) != 0 {
			t.Errorf("a contractor reads %+v, %v", seen.ParentRef, err)
		}
	})
}

// A program outside closes a task: its parts stay as they are.
func TestSystemClosesOneTask(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		p := w.empty(t, w.owner(), "Sync")
		top := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "上"})
		part := w.sub(t, p.ID, top.ID, "下")
		sys := w.Portals.System(w.portal.ID, "test")
		now, err := w.work.Task(t.Context(), sys, p.ID, top.ID)
		if err != nil {
			t.Fatal(err)
		}
		shut := now.TaskInput
		shut.Status = "closed"
		if _, err := w.work.UpdateTask(t.Context(), sys, p.ID, shut); err != nil {
			t.Error(err)
		}
		if got, err := w.work.Task(t.Context(), sys, p.ID, part.ID); err != nil || got.Closed || got.Parent != top.ID {
			t.Errorf("the part %+v, %v", got, err)
		}
	})
}

// However many put tasks below each other at once, no circle comes of it.
func TestPlaceAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		p := w.empty(t, w.owner(), "Circle")
		a, b := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "a"}), w.task(t, w.owner(), p.ID, work.TaskInput{Title: "b"})
		var all sync.WaitGroup
		for _, pair := range [][2]id.ID{{a.ID, b.ID}, {b.ID, a.ID}} {
			all.Go(func() {
				if err := w.work.PlaceTask(t.Context(), w.owner(), p.ID, pair[0], pair[1]); err != nil && !fault.Is(err, fault.KindInvalid) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		parts := 0
		for _, n := range []id.ID{a.ID, b.ID} {
			got, err := w.work.Task(t.Context(), w.owner(), p.ID, n)
			if err != nil {
				t.Fatal(err)
			}
			if got.Parent != 0 {
				parts++
			}
		}
		if parts != 1 {
			t.Errorf("%d of two are part of the other", parts)
		}
	})
}

func TestDependencies(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p := w.project(t, "Order")
		plan := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "設計", DueDate: "2026-05-08"})
		build := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "開発", StartDate: "2026-05-07"})
		test := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "試験", DueDate: "2026-06-30"})
		for range 2 { // twice is once
			if err := w.work.AddPredecessor(ctx, w.owner(), p.ID, build.ID, plan.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.work.AddPredecessor(ctx, w.owner(), p.ID, test.ID, build.ID); err != nil {
			t.Fatal(err)
		}
		in := w.inner(t, w.owner(), p.ID, build.ID)
		if len(in.Before) != 1 || in.Before[0].ID != plan.ID || len(in.After) != 1 || in.After[0].ID != test.ID {
			t.Errorf("before %+v, after %+v", in.Before, in.After)
		}
		isEarly := func(task id.ID) bool {
			got, err := w.work.Task(ctx, w.owner(), p.ID, task)
			if err != nil {
				t.Fatal(err)
			}
			return got.Early
		}
		if !isEarly(build.ID) || isEarly(test.ID) || isEarly(plan.ID) {
			t.Error("marked wrongly")
		}
		late := plan.TaskInput
		late.Status = "closed"
		if _, err := w.work.UpdateTask(ctx, w.owner(), p.ID, late); err != nil || isEarly(build.ID) {
			t.Errorf("marked though it is done: %v", err)
		}
		for what, before := range map[string]id.ID{"a circle": test.ID, "itself": plan.ID, "nothing": 99} {
			wantField(t, what, w.work.AddPredecessor(ctx, w.owner(), p.ID, plan.ID, before), "before")
		}
		// A part neither waits for its whole nor its whole for it, even by way of others.
		part := w.sub(t, p.ID, plan.ID, "画面")
		wantField(t, "its whole", w.work.AddPredecessor(ctx, w.owner(), p.ID, part.ID, plan.ID), "before")
		wantField(t, "its part", w.work.AddPredecessor(ctx, w.owner(), p.ID, plan.ID, part.ID), "before")
		wantField(t, "what waits for its whole", w.work.AddPredecessor(ctx, w.owner(), p.ID, part.ID, test.ID), "before")
		wantField(t, "into what it waits for", w.work.PlaceTask(ctx, w.owner(), p.ID, test.ID, plan.ID), "parent")
		other := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "他人", Owners: []id.ID{w.owner().ID()}})
		wantKind(t, "another's", w.work.AddPredecessor(ctx, w.employee(), p.ID, other.ID, plan.ID), fault.KindForbidden, "no_edit_task")
		wantKind(t, "another's again", w.work.RemovePredecessor(ctx, w.employee(), p.ID, other.ID, plan.ID), fault.KindForbidden, "no_edit_task")
		wantField(t, "another project's", w.work.AddPredecessor(ctx, w.owner(), p.ID, test.ID, w.task(t, w.owner(), w.empty(t, w.owner(), "x").ID, work.TaskInput{Title: "y"}).ID), "before")
		for range work.MaxPredecessors - 1 {
			if err := w.work.AddPredecessor(ctx, w.owner(), p.ID, test.ID, w.task(t, w.owner(), p.ID, work.TaskInput{Title: "前"}).ID); err != nil {
				t.Fatal(err)
			}
		}
		wantField(t, "too many", w.work.AddPredecessor(ctx, w.owner(), p.ID, test.ID, plan.ID), "before")
		if err := w.work.RemovePredecessor(ctx, w.owner(), p.ID, build.ID, plan.ID); err != nil || len(w.inner(t, w.owner(), p.ID, build.ID).Before) != 0 {
			t.Errorf("still waits: %v", err)
		}
		if err := w.work.DeleteTask(ctx, w.owner(), p.ID, build.ID); err != nil || len(w.inner(t, w.owner(), p.ID, test.ID).Before) != work.MaxPredecessors-1 {
			t.Errorf("a deleted one is still waited for: %v", err)
		}
	})
}
