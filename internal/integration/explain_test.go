package integration_test

import (
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

// stops gives the layer that says no, and its word; nothing when all let through.
func stops(e integration.Explanation) string {
	for _, v := range e.Verdicts {
		if !v.Passed {
			return v.Layer + " " + v.Word
		}
	}
	return ""
}

// TestExplain breaks one layer after the other and expects that one to be named, and
// that what it says is what the person meets.
func TestExplain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		sales := w.crm.Join(admin, "sales@aozora.example", 0, 0)
		neighbour := w.crm.Organisation("Kaede")
		mine, owner := w.portalOf(admin, "Mine")
		closed := false
		project, err := w.work.CreateProject(ctx, owner, "", work.NewProject{Name: "Site", Public: &closed})
		w.ok(err)
		explain := func(want string) {
			t.Helper()
			e, err := w.s.Explain(ctx, admin, integration.Question{User: sales.User(), Project: project.ID})
			w.ok(err)
			if stops(e) != want {
				t.Errorf("stops at %q, want %q: %+v", stops(e), want, e.Verdicts)
			}
			_, err = w.s.Project(ctx, w.crm.Again(sales), project.ID)
			if seen := err == nil; seen != e.Shown() {
				t.Errorf("it says %v, the person meets %v", e.Shown(), err)
			}
		}
		explain("status none")
		w.bind(admin, mine.ID)
		explain("project employee")
		staff := w.member(owner, sales.Email())
		w.ok(w.work.AddMembers(ctx, owner, project.ID, []id.ID{staff}, work.RoleMember))
		explain("")
		_, err = w.s.SaveGrid(ctx, admin, w.ticks(admin, access.Rights{}))
		w.ok(err)
		explain("grid Standard")
		_, err = w.s.SaveGrid(ctx, admin, w.ticks(admin, access.AllRights()))
		w.ok(err)
		_, err = w.projects.Portals.Deactivate(ctx, owner, staff)
		w.ok(err)
		w.drain()
		explain("member inactive")
		_, err = w.projects.Portals.Activate(ctx, owner, staff)
		w.ok(err)
		w.drain()
		explain("")

		// Inside the project: the ticks of the second level, then what Projects shows.
		task, err := w.work.CreateTask(ctx, owner, project.ID, "", work.TaskInput{Title: "Dig"})
		w.ok(err)
		item := func(want string) {
			t.Helper()
			e, err := w.s.Explain(ctx, admin, integration.Question{User: sales.User(), Project: project.ID, Module: integration.ModuleTasks, Item: task.ID})
			w.ok(err)
			if stops(e) != want || e.Item != "Dig" || len(e.Verdicts) != 8 {
				t.Errorf("the task stops at %q, want %q: %+v", stops(e), want, e)
			}
			_, err = w.s.Task(ctx, w.crm.Again(sales), project.ID, task.ID)
			if seen := err == nil; seen != e.Shown() {
				t.Errorf("of the task it says %v, the person meets %v", e.Shown(), err)
			}
		}
		item("")
		form := w.ticks(admin, access.AllRights())
		for i := range form.Rows {
			form.Rows[i].Modules = map[string]access.Rights{integration.ModuleTasks: {}}
		}
		_, err = w.s.SaveGrid(ctx, admin, form)
		w.ok(err)
		item("module Standard")
		form = w.ticks(admin, access.AllRights())
		for i := range form.Rows {
			form.Rows[i].Modules = map[string]access.Rights{}
		}
		_, err = w.s.SaveGrid(ctx, admin, form)
		w.ok(err)
		now, err := w.projects.Portals.Person(ctx, owner, staff)
		w.ok(err)
		_, err = w.projects.Portals.ChangeRole(ctx, owner, staff, portal.RoleContractor, "", now.Version)
		w.ok(err)
		item("item contractor")
		if _, err := w.s.Explain(ctx, admin, integration.Question{User: sales.User(), Project: project.ID, Module: integration.ModuleBugs, Item: task.ID}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a task as a bug: %v", err)
		}
		items, err := w.s.FindItems(ctx, admin, project.ID, "di")
		if err != nil || len(items) != 1 || items[0] != (integration.FoundItem{Module: integration.ModuleTasks, ID: task.ID, Title: "Dig"}) {
			t.Errorf("%+v, %v", items, err)
		}

		if items, err := w.s.FindItems(ctx, admin, 0, "di"); err != nil || len(items) != 0 {
			t.Errorf("of no project: %+v, %v", items, err)
		}

		e, err := w.s.Explain(ctx, admin, integration.Question{User: sales.User(), Project: 0})
		if err != nil || len(e.Verdicts) != 5 || !e.Shown() {
			t.Errorf("the way into the portal alone: %+v, %v", e, err)
		}
		_, err = w.s.Explain(ctx, admin, integration.Question{User: sales.User(), Project: project.ID + 1_000_000})
		if !fault.Is(err, fault.KindNotFound) {
			t.Errorf("no such project: %v", err)
		}
		for name, ask := range map[string]func() error{
			"by no administrator": func() error {
				_, err := w.s.Explain(ctx, sales, integration.Question{User: admin.User(), Project: project.ID})
				return err
			},
			"the picker of items": func() error { _, err := w.s.FindItems(ctx, sales, project.ID, ""); return err },
			"the picker":          func() error { _, err := w.s.FindProjects(ctx, sales, ""); return err },
		} {
			if err := ask(); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.s.Explain(ctx, neighbour, integration.Question{User: sales.User(), Project: project.ID}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("from next door: %v", err)
		}
		found, err := w.s.FindProjects(ctx, admin, "sit")
		if err != nil || len(found) != 1 || found[0].Name != "Site" {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

// member finds somebody in the portal by address.
func (w *world) member(as portal.Member, email string) id.ID {
	w.t.Helper()
	list, err := w.projects.Portals.Members(w.t.Context(), as, portal.PeopleFilter{Search: email})
	w.ok(err)
	if len(list.Items) != 1 {
		w.t.Fatalf("%d called %s", len(list.Items), email)
	}
	return list.Items[0].ID
}
