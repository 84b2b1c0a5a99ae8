package work_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/id"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// What the tasks of a template are made of is in the new project, undone.
func TestTemplateKeepsInner(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p := w.project(t, "手順のあるプロジェクト")
		plan := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "計画", Owners: []id.ID{w.owner().ID()}, StartDate: "2026-04-27", DueDate: "2026-04-28"})
		done := w.line(t, w.owner(), p.ID, plan.ID, "体制図")
		w.line(t, w.owner(), p.ID, plan.ID, "日程表")
		if err := w.work.TickChecklistLine(ctx, w.owner(), p.ID, plan.ID, done, true); err != nil {
			t.Fatal(err)
		}
		// Two things run side by side between the plan and the end; one is part of the plan,
		// numbered before it.
		part := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "目的", Owners: []id.ID{w.employee().ID(), w.owner().ID()}, DueDate: "2026-04-28"})
		whole := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "全体"})
		for _, pair := range [][2]id.ID{{part.ID, whole.ID}, {plan.ID, whole.ID}} {
			if err := w.work.PlaceTask(ctx, w.owner(), p.ID, pair[0], pair[1]); err != nil {
				t.Fatal(err)
			}
		}
		end := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "終わり", StartDate: "2026-05-11"})
		for _, side := range []string{"左", "右"} {
			n := w.task(t, w.owner(), p.ID, work.TaskInput{Title: side, StartDate: "2026-04-30", DueDate: "2026-05-08"})
			for _, pair := range [][2]id.ID{{n.ID, whole.ID}, {end.ID, n.ID}} {
				if err := w.work.AddPredecessor(ctx, w.owner(), p.ID, pair[0], pair[1]); err != nil {
					t.Fatal(err)
				}
			}
		}
		pattern, err := w.work.CreateTemplate(ctx, w.owner(), "", work.NewTemplate{Name: "手順のひな形", From: p.ID})
		if err != nil {
			t.Fatal(err)
		}
		made, err := w.work.CreateProject(ctx, w.manager(), "", work.NewProject{Name: "新しい", Template: pattern.ID, StartDate: "2026-08-03", Workdays: true})
		if err != nil {
			t.Fatal(err)
		}
		copied, err := w.work.Task(ctx, w.owner(), made.ID, w.taskID(t, made.ID, "計画"))
		if err != nil || copied.Checklist != (work.Count{Open: 2}) {
			t.Errorf("task %+v, %v", copied.Checklist, err)
		}
		if diff := cmp.Diff([]id.ID{w.manager().ID()}, copied.Owners); diff != "" {
			t.Errorf("the template's owner hands over to the project's: %s", diff)
		}
		again, err := w.work.Task(ctx, w.owner(), made.ID, w.taskID(t, made.ID, "全体"))
		if err != nil || again.Subtasks != (work.Count{Open: 2}) || copied.Parent != again.ID {
			t.Errorf("whole %+v, %v", again.Subtasks, err)
		}
		in := w.inner(t, w.owner(), made.ID, again.ID)
		if len(in.Below) != 2 || in.Below[0].Title != "計画" || in.Below[1].Title != "目的" {
			t.Errorf("below %+v", in.Below)
		}
		// Side by side they stay: both begin on the same day, after the one and before the other.
		if len(in.After) != 2 || in.After[0].StartDate != "2026-08-05" || in.After[1].StartDate != "2026-08-05" || in.After[0].Title == in.After[1].Title {
			t.Errorf("after it %+v", in.After)
		}
		last := w.inner(t, w.owner(), made.ID, w.taskID(t, made.ID, "終わり"))
		if len(last.Before) != 2 || last.Before[0].ID != in.After[0].ID || last.Before[1].ID != in.After[1].ID {
			t.Errorf("before the end %+v", last.Before)
		}
		if got := w.get(t, made.ID).Tasks; got != (work.Count{Open: 6}) {
			t.Errorf("tasks %+v", got)
		}
		var words []string
		for _, l := range w.inner(t, w.manager(), made.ID, copied.ID).Checklist {
			words = append(words, l.Words)
			if l.Done || l.By.ID != 0 {
				t.Errorf("done already: %+v", l)
			}
		}
		if diff := cmp.Diff([]string{"体制図", "日程表"}, words); diff != "" {
			t.Error(diff)
		}
	})
}
