package work_test

import (
	"strings"
	"sync"
	"testing"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func (w *world) line(t *testing.T, as portal.Member, project, task id.ID, words string) id.ID {
	t.Helper()
	line, err := w.work.AddChecklistLine(t.Context(), as, project, task, "", words)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func (w *world) inner(t *testing.T, as portal.Member, project, task id.ID) work.Inner {
	t.Helper()
	in, err := w.work.Inner(t.Context(), as, project, task)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestChecklist(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p := w.project(t, "Lines")
		task := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "準備", Owners: []id.ID{w.employee().ID()}})
		for what, words := range map[string]string{"empty": " \n", "long": strings.Repeat("あ", work.MaxText+1)} {
			_, err := w.work.AddChecklistLine(ctx, w.owner(), p.ID, task.ID, "", words)
			wantField(t, what, err, "words")
		}
		first, err := w.work.AddChecklistLine(ctx, w.owner(), p.ID, task.ID, "once", "会場\nの予約")
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.work.AddChecklistLine(ctx, w.owner(), p.ID, task.ID, "once", "会場の予約")
		if err != nil || again != first {
			t.Errorf("again %v, %v", again, err)
		}
		second := w.line(t, w.owner(), p.ID, task.ID, "資料の印刷")
		for range 2 { // twice is once
			if err := w.work.TickChecklistLine(ctx, w.employee(), p.ID, task.ID, first, true); err != nil {
				t.Fatal(err)
			}
		}
		lines := w.inner(t, w.employee(), p.ID, task.ID).Checklist
		if len(lines) != 2 || lines[0].Words != "会場 の予約" || !lines[0].Done || lines[0].By.ID != w.employee().ID() || lines[0].At.IsZero() || lines[1].Done || lines[1].By.ID != 0 {
			t.Errorf("lines %+v", lines)
		}
		now, err := w.work.Task(ctx, w.owner(), p.ID, task.ID)
		if err != nil || now.Checklist != (work.Count{Open: 1, Closed: 1}) || now.Version != task.Version {
			t.Errorf("task %+v, %v", now.Checklist, err)
		}
		// Who may not edit the task leaves its lines alone, who does not see it sees none.
		seen := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "他人の", Owners: []id.ID{w.owner().ID()}})
		other := w.line(t, w.owner(), p.ID, seen.ID, "他人の行")
		err = w.work.TickChecklistLine(ctx, w.employee(), p.ID, seen.ID, other, true)
		wantKind(t, "another's task", err, fault.KindForbidden, "no_edit_task")
		_, err = w.work.AddChecklistLine(ctx, w.employee(), p.ID, seen.ID, "", "x")
		wantKind(t, "a line of another's", err, fault.KindForbidden, "no_edit_task")
		wantKind(t, "deleting another's", w.work.DeleteChecklistLine(ctx, w.employee(), p.ID, seen.ID, other), fault.KindForbidden, "no_edit_task")
		err = w.work.TickChecklistLine(ctx, w.owner(), p.ID, task.ID, other, true)
		wantKind(t, "a line of another task", err, fault.KindNotFound, "")
		_, err = w.work.Inner(ctx, w.client(), p.ID, task.ID)
		wantKind(t, "a client about what is internal", err, fault.KindNotFound, "")
		outer := w.task(t, w.client(), p.ID, work.TaskInput{Title: "ご質問", List: w.list(t, p.ID, "お客様", true).ID})
		w.line(t, w.client(), p.ID, outer.ID, "添付の確認")
		// Away again, and the counts with it.
		if err := w.work.TickChecklistLine(ctx, w.owner(), p.ID, task.ID, first, false); err != nil {
			t.Fatal(err)
		}
		if err := w.work.TickChecklistLine(ctx, w.owner(), p.ID, task.ID, second, true); err != nil {
			t.Fatal(err)
		}
		if err := w.work.DeleteChecklistLine(ctx, w.owner(), p.ID, task.ID, second); err != nil {
			t.Fatal(err)
		}
		now, err = w.work.Task(ctx, w.owner(), p.ID, task.ID)
		if err != nil || now.Checklist != (work.Count{Open: 1}) {
			t.Errorf("task after deleting %+v, %v", now.Checklist, err)
		}
		if err := w.work.DeleteTask(ctx, w.owner(), p.ID, task.ID); err != nil {
			t.Errorf("a task with lines cannot be deleted: %v", err)
		}
	})
}

// However many add at once, the list stays within its bounds.
func TestChecklistBound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		p := w.empty(t, w.owner(), "Full")
		task := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "長い"})
		for range work.MaxChecklist - 2 {
			w.line(t, w.owner(), p.ID, task.ID, "行")
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := w.work.AddChecklistLine(t.Context(), w.owner(), p.ID, task.ID, "", "行"); err != nil && !fault.Is(err, fault.KindInvalid) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := len(w.inner(t, w.owner(), p.ID, task.ID).Checklist); n != work.MaxChecklist {
			t.Errorf("%d lines", n)
		}
	})
}
