package work_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestCreateProject(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		for _, c := range []struct {
			field string
			in    work.NewProject
		}{
			{"name", work.NewProject{Name: " \t "}},
			{"name", work.NewProject{Name: strings.Repeat("長", work.MaxName+1)}},
			{"status", work.NewProject{Name: "A", Status: "sleeping"}},
			{"start_date", work.NewProject{Name: "A", StartDate: "2026-02-30"}},
			{"end_date", work.NewProject{Name: "A", StartDate: "2026-02-02", EndDate: "2026-02-01"}},
			{"owner", work.NewProject{Name: "A", Owner: w.client().ID()}},
			{"group", work.NewProject{Name: "A", Group: 99}},
			{"company", work.NewProject{Name: "A", Company: w.portal.ID}},
			{"users", work.NewProject{Name: "A", Company: w.company.ID, Users: []id.ID{w.employee().ID()}}},
			{"users", work.NewProject{Name: "A", Users: []id.ID{w.client().ID()}}},
			{"prefix", work.NewProject{Name: "A", Prefix: "9A"}},
		} {
			_, err := w.work.CreateProject(ctx, w.owner(), "", c.in)
			wantField(t, c.in.Name, err, c.field)
		}

		p, err := w.work.CreateProject(ctx, w.owner(), "", work.NewProject{
			Name: "  Web  Site ", StartDate: "2026-04-01", EndDate: "2026-06-30", Owner: w.manager().ID(),
			Overview: "a < b\nand <c", Company: w.company.ID, Users: []id.ID{w.client().ID()}})
		if err != nil {
			t.Fatal(err)
		}
		if p.Name != "Web Site" || p.Prefix != "WS" || p.Status != "active" || p.Closed || p.Public || p.Owner.ID != w.manager().ID() {
			t.Errorf("%+v", p)
		}
		if got := work.Plain(p.Overview); got != "a < b\nand <c" {
			t.Errorf("plain text: %q from %q", got, p.Overview)
		}
		if diff := cmp.Diff([]portal.Ref{{ID: w.company.ID, Name: "青空工業"}}, p.Clients); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]id.ID{w.client().ID()}, p.ClientUsers); diff != "" {
			t.Error(diff)
		}
		for want, name := range map[string]string{"WS2": "Web Shop", "PRJ": "受発注", "PRJ2": "物流", "MUSU": "Musubi"} {
			if name == "物流" {
				continue // after 受発注, below
			}
			if got := w.empty(t, w.owner(), name); got.Prefix != want {
				t.Errorf("%s: %s, want %s", name, got.Prefix, want)
			}
		}
		if got := w.empty(t, w.owner(), "物流"); got.Prefix != "PRJ2" {
			t.Errorf("second one without letters: %s", got.Prefix)
		}
		_, err = w.work.CreateProject(ctx, w.owner(), "", work.NewProject{Name: "A", Prefix: "ws"})
		wantKind(t, "taken prefix", err, fault.KindConflict, "")
		wantField(t, "taken prefix", err, "prefix")
	})
}

func TestRichTextIsSanitised(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		p, err := w.work.CreateProject(t.Context(), w.owner(), "", work.NewProject{
			Name: `<script>alert(1)</script>'; DROP TABLE x; --`,
			Overview: `<p onclick="x()">Hi <b>you</b></p><script>alert(1)</script><img src="https://x.example/a.png">` +
				`<a href="javascript:alert(1)">bad</a> <a href="https://example.com/">good</a>`})
		if err != nil {
			t.Fatal(err)
		}
		if p.Name != `<script>alert(1)</script>'; DROP TABLE x; --` {
			t.Errorf("a name is text: %q", p.Name)
		}
		for _, bad := range []string{"script", "onclick", "<img", "javascript"} {
			if strings.Contains(p.Overview, bad) {
				t.Errorf("%s in %s", bad, p.Overview)
			}
		}
		if !strings.Contains(p.Overview, "<b>you</b>") || !strings.Contains(p.Overview, `href="https://example.com/"`) {
			t.Errorf("lost what is allowed: %s", p.Overview)
		}
	})
}

// The same key gives the same thing, also to ten at once; without a key each call
// makes one.
func TestOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p := w.project(t, "Once")
		made, tasks := make([]id.ID, 8), make([]string, 8)
		var wg sync.WaitGroup
		for i := range made {
			wg.Go(func() {
				q, err := w.work.CreateProject(ctx, w.employee(), "key", work.NewProject{Name: "Only"})
				if err != nil {
					t.Error(err)
				}
				it, err := w.work.CreateTask(ctx, w.employee(), p.ID, "key", work.TaskInput{Title: "Only"})
				if err != nil {
					t.Error(err)
				}
				made[i], tasks[i] = q.ID, it.Number
			})
		}
		wg.Wait()
		for i := range made {
			if made[i] != made[0] || tasks[i] != p.Prefix+"-T1" {
				t.Errorf("%v %v", made, tasks)
			}
		}
		all, err := w.work.Projects(ctx, w.owner(), work.Query{Any: true})
		if diff := cmp.Diff([]string{"Once", "Only"}, names(all.Items)); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		if got := w.get(t, p.ID); got.Tasks.Open != 1 {
			t.Errorf("%+v", got.Tasks)
		}
		_, err = w.work.CreateTask(ctx, w.owner(), all.Items[1].ID, "key", work.TaskInput{Title: "Elsewhere"})
		wantKind(t, "the key of another project's task", err, fault.KindNotFound, "")
	})
}

func TestStaleSaves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, as := t.Context(), w.owner()
		p := w.project(t, "Stale")
		list, task := w.list(t, p.ID, "L", false), w.task(t, as, p.ID, work.TaskInput{Title: "T"})
		stone, bug := w.milestone(t, p.ID, work.MilestoneInput{Name: "M"}), w.bug(t, as, p.ID, work.BugInput{Title: "B"})
		saves := map[string]func() error{
			"project": func() error {
				_, err := w.work.UpdateProject(ctx, as, p.ID, p.Version, work.ProjectPatch{Name: ptr("Saved")})
				return err
			},
			"list": func() error { _, err := w.work.UpdateTaskList(ctx, as, p.ID, list.TaskListInput); return err },
			"task": func() error { _, err := w.work.UpdateTask(ctx, as, p.ID, task.TaskInput); return err },
			"milestone": func() error {
				_, err := w.work.UpdateMilestone(ctx, as, p.ID, stone.MilestoneInput)
				return err
			},
			"bug": func() error { _, err := w.work.UpdateBug(ctx, as, p.ID, bug.BugInput); return err },
		}
		for what, save := range saves {
			if err := save(); err != nil {
				t.Errorf("%s: first save: %v", what, err)
			}
			wantKind(t, what, save(), fault.KindStale, "")
		}
		if got := w.get(t, p.ID); got.Name != "Saved" || got.Version != p.Version+1 {
			t.Errorf("the present one is to be had: %+v", got)
		}
		g, err := w.work.CreateGroup(ctx, as, "G")
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.work.RenameGroup(ctx, as, g.ID, "H", g.Version+7)
		wantKind(t, "group", err, fault.KindStale, "")
	})
}

func TestProjectLife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, as := t.Context(), w.owner()
		p := w.project(t, "Life")
		task := w.task(t, as, p.ID, work.TaskInput{Title: "T", Owners: []id.ID{as.ID()}})
		patch := work.ProjectPatch{Name: ptr("Lives"), Status: ptr("completed"), StartDate: ptr("2026-01-01"), EndDate: ptr("2026-12-31"), Owner: ptr(w.employee().ID())}
		p, err := w.work.UpdateProject(ctx, as, p.ID, p.Version, patch)
		if err != nil || p.Name != "Lives" || !p.Closed || p.EndDate != "2026-12-31" || p.Owner.ID != w.employee().ID() {
			t.Fatalf("%+v, %v", p, err)
		}
		for range 2 {
			if err := w.work.TrashProject(ctx, w.employee(), p.ID); err != nil {
				t.Fatal(err)
			}
		}
		for what, err := range map[string]error{
			"open":   func() error { _, err := w.work.Project(ctx, as, p.ID); return err }(),
			"task":   func() error { _, err := w.work.Task(ctx, as, p.ID, task.ID); return err }(),
			"update": func() error { _, err := w.work.UpdateTask(ctx, as, p.ID, task.TaskInput); return err }(),
		} {
			wantKind(t, what+" in the bin", err, fault.KindNotFound, "")
		}
		if mine, err := w.work.MyTasks(ctx, as, work.ItemQuery{}); err != nil || len(mine.Items) != 0 {
			t.Errorf("tasks of the bin: %v, %v", mine.Items, err)
		}
		bin, err := w.work.Bin(ctx, as, page.Request{})
		if err != nil || len(bin.Items) != 1 || bin.Items[0].TrashedAt.IsZero() || !bin.Items[0].Rights.Restore {
			t.Fatalf("%+v, %v", bin, err)
		}
		_, err = w.work.Bin(ctx, w.manager(), page.Request{})
		wantKind(t, "the bin for a manager", err, fault.KindForbidden, "")
		if p, err = w.work.RestoreProject(ctx, as, p.ID); err != nil || p.Tasks.Open != 1 {
			t.Errorf("%+v, %v", p, err)
		}

		changes, err := w.Portals.Changes(ctx, w.Portals.System(w.portal.ID, "test"), 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, c := range changes {
			if c.Subject == p.ID {
				kinds = append(kinds, c.Kind)
			}
		}
		want := []string{work.ChangeProjectCreated, work.ChangeProjectRenamed, work.ChangeProjectOwner, work.ChangeProjectStatus,
			work.ChangeProjectDates, work.ChangeProjectTrashed, work.ChangeProjectRestored}
		if diff := cmp.Diff(want, kinds); diff != "" {
			t.Error(diff)
		}
		home, err := w.Portals.Get(ctx, as)
		if err != nil || home.Projects != 1 {
			t.Errorf("%d projects, %v", home.Projects, err)
		}
	})
}

func TestGroups(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, as := t.Context(), w.owner()
		g, err := w.work.CreateGroup(ctx, as, "営業")
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.work.CreateGroup(ctx, as, " 営業 ")
		wantKind(t, "same name", err, fault.KindConflict, "")
		p := w.empty(t, as, "Grouped")
		if p, err = w.work.UpdateProject(ctx, as, p.ID, p.Version, work.ProjectPatch{Group: &g.ID}); err != nil || p.Group.Name != "営業" {
			t.Fatalf("%+v, %v", p, err)
		}
		list, err := w.work.Groups(ctx, w.employee())
		if err != nil || len(list) != 1 || list[0].Projects != 0 {
			t.Errorf("counts what one sees: %+v, %v", list, err)
		}
		if list, err = w.work.Groups(ctx, as); err != nil || list[0].Projects != 1 {
			t.Errorf("%+v, %v", list, err)
		}
		if err := w.work.DeleteGroup(ctx, as, g.ID); err != nil {
			t.Fatal(err)
		}
		if p = w.get(t, p.ID); p.Group.ID != 0 {
			t.Errorf("%+v", p.Group)
		}
		wantKind(t, "again", w.work.DeleteGroup(ctx, as, g.ID), fault.KindNotFound, "")
	})
}

// Work in a strict project stays inside its dates, and the dates around the work.
func TestStrictDates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, as := t.Context(), w.owner()
		p, err := w.work.CreateProject(ctx, as, "", work.NewProject{Name: "Strict", StartDate: "2026-04-01", EndDate: "2026-04-30", Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.work.CreateTask(ctx, as, p.ID, "", work.TaskInput{Title: "T", DueDate: "2026-05-01"})
		wantField(t, "late task", err, "due_date")
		_, err = w.work.CreateMilestone(ctx, as, p.ID, "", work.MilestoneInput{Name: "M", StartDate: "2026-03-31"})
		wantField(t, "early milestone", err, "start_date")
		_, err = w.work.CreateBug(ctx, as, p.ID, "", work.BugInput{Title: "B", DueDate: "2026-05-01"})
		wantField(t, "late bug", err, "due_date")
		w.task(t, as, p.ID, work.TaskInput{Title: "T", DueDate: "2026-04-30"})
		_, err = w.work.UpdateProject(ctx, as, p.ID, p.Version, work.ProjectPatch{EndDate: ptr("2026-04-29")})
		wantKind(t, "shorter", err, fault.KindConflict, "work_outside")
		if _, err = w.work.UpdateProject(ctx, as, p.ID, p.Version, work.ProjectPatch{EndDate: ptr("")}); err != nil {
			t.Errorf("open end: %v", err)
		}
	})
}
