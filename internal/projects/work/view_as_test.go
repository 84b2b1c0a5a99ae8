package work_test

import (
	"testing"

	"musubi/internal/fault"
	"musubi/internal/page"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// Who looks as a client user sees what that person sees, and changes nothing by it.
func TestViewAsChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p := w.project(t, "Shared")
		w.empty(t, w.owner(), "Hidden")
		outside := w.list(t, p.ID, "For the client", true)
		seen := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "Outside", List: outside.ID})
		w.task(t, w.owner(), p.ID, work.TaskInput{Title: "Inside"})

		as, err := w.Portals.ViewAs(ctx, w.owner(), w.client().ID())
		if err != nil || !as.Looks() || as.ID() != w.client().ID() {
			t.Fatalf("%+v, %v", as, err)
		}
		list, err := w.work.Projects(ctx, as, work.Query{Any: true})
		if err != nil || len(list.Items) != 1 || list.Items[0].Name != "Shared" {
			t.Errorf("projects %v, %v", names(list.Items), err)
		}
		tasks, err := w.work.Tasks(ctx, as, p.ID, work.ItemQuery{})
		if err != nil || len(tasks.Items) != 1 || tasks.Items[0].Title != "Outside" || tasks.Items[0].Rights.Edit {
			t.Errorf("tasks %+v, %v", tasks.Items, err)
		}
		in := seen.TaskInput
		in.Title = "Changed"
		for what, act := range map[string]func() error{
			"a task":   func() error { _, err := w.work.CreateTask(ctx, as, p.ID, "", work.TaskInput{Title: "New"}); return err },
			"a change": func() error { _, err := w.work.UpdateTask(ctx, as, p.ID, in); return err },
			"a comment": func() error {
				_, err := w.work.AddComment(ctx, as, p.ID, work.KindTask, seen.ID, "", work.NewComment{Body: "hello"})
				return err
			},
			"a deletion": func() error { return w.work.DeleteTask(ctx, as, p.ID, seen.ID) },
			"another":    func() error { _, err := w.Portals.ViewAs(ctx, as, w.client().ID()); return err },
		} {
			if err := act(); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := w.Portals.ViewAs(ctx, w.employee(), w.client().ID()); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an employee looks: %v", err)
		}
		if _, err := w.Portals.ViewAs(ctx, w.owner(), w.manager().ID()); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("as a manager: %v", err)
		}
		log, err := w.Portals.AuditLog(ctx, w.owner(), page.Request{})
		found := 0
		for _, e := range log.Items {
			if e.Act == "portal.viewed_as" && e.Target == w.client().ID() {
				found++
			}
		}
		if err != nil || found != 1 {
			t.Errorf("%d looks in the log, %v", found, err)
		}
	})
}
