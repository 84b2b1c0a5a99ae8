package integration_test

import (
	"testing"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

// Each of the six fields goes over alone, from either side, and nothing comes back.
func TestSixFieldsBothWays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := tie(t, w)
		sales := w.crm.Join(x.admin, "sales@aozora.example", 0, 0)
		w.drain()
		people, err := w.projects.Portals.Members(t.Context(), x.owner, portal.PeopleFilter{Search: "sales"})
		w.ok(err)
		member := people.Items[0].ID
		w.ok(w.work.AddMembers(t.Context(), x.owner, x.project.ID, []id.ID{member}, work.RoleMember))
		w.drain()
		for _, c := range []struct {
			field, value string
			there        func(work.Task) bool
			change       func(*work.TaskInput)
			here         string
		}{
			{"Subject", "From CRM", func(k work.Task) bool { return k.Title == "From CRM" }, func(in *work.TaskInput) { in.Title = "From Projects" }, "From Projects"},
			{"Description", "ours", func(k work.Task) bool { return work.Plain(k.Description) == "ours" }, func(in *work.TaskInput) { in.Description = "theirs" }, "theirs"},
			{"Due_Date", "2026-12-24", func(k work.Task) bool { return k.DueDate == "2026-12-24" }, func(in *work.TaskInput) { in.DueDate = "2026-12-28" }, "2026-12-28"},
			{"Priority", "Low", func(k work.Task) bool { return k.Priority == "low" }, func(in *work.TaskInput) { in.Priority = "high" }, "High"},
			{"Status", "Completed", func(k work.Task) bool { return k.Closed }, func(in *work.TaskInput) { in.Status = "open" }, ""},
			{"Owner", sales.User().String(), func(k work.Task) bool { return len(k.Owners) == 1 && k.Owners[0] == member },
				func(in *work.TaskInput) { in.Owners = []id.ID{x.owner.ID()} }, ""},
		} {
			settled := func(what string) {
				t.Helper()
				x.drain()
				crm, there := x.crm().Version, x.there().Version
				x.drain()
				w.tick(x.admin)
				if x.crm().Version != crm || x.there().Version != there {
					t.Errorf("%s echoes", what)
				}
			}
			x.changeCRM(map[string]any{c.field: c.value})
			settled(c.field + " of the CRM")
			if got := x.there(); !c.there(got) {
				t.Errorf("%s in Projects: %+v", c.field, got)
			}
			x.changeThere(c.change)
			settled(c.field + " of Projects")
			got := x.crm()
			switch c.field {
			case "Status":
				if s := got.Values.Text("Status"); s == "Completed" {
					t.Errorf("reopened in Projects, here %s", s)
				}
			case "Owner":
				if got.Owner != x.admin.User() {
					t.Errorf("owner here %d", got.Owner)
				}
			default:
				if v := got.Values.Text(c.field); v != c.here {
					t.Errorf("%s here %q, want %q", c.field, v, c.here)
				}
			}
		}
		if v := x.view(); len(v.Conflicts) != 0 {
			t.Errorf("conflicts: %+v", v.Conflicts)
		}
	})
}
