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
