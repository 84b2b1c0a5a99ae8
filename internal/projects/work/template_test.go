package work_test

import (
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

// pattern makes a project with every kind of work, half done, and a template of it.
func (w *world) pattern(t *testing.T) (work.Project, work.Project) {
	t.Helper()
	ctx := t.Context()
	p := w.project(t, "導入プロジェクト")
	p, err := w.work.UpdateProject(ctx, w.owner(), p.ID, p.Version, work.ProjectPatch{StartDate: ptr("2026-04-27"), EndDate: ptr("2026-05-29"), Overview: ptr("進め方")})
	if err != nil {
		t.Fatal(err)
	}
	m := w.milestone(t, p.ID, work.MilestoneInput{Name: "要件確定", Owner: w.manager().ID(), EndDate: "2026-05-08", Status: "completed"})
	outer, err := w.work.CreateTaskList(ctx, w.owner(), p.ID, "", work.TaskListInput{Name: "お客様", External: true, Milestone: m.ID})
	if err != nil {
		t.Fatal(err)
	}
	w.task(t, w.owner(), p.ID, work.TaskInput{Title: "キックオフ", Owners: []id.ID{w.owner().ID(), w.employee().ID()}, StartDate: "2026-04-27", DueDate: "2026-04-28", Status: "closed", Priority: "high"})
	w.task(t, w.owner(), p.ID, work.TaskInput{Title: "ご確認", List: outer.ID, Description: "ご覧ください", DueDate: "2026-05-07"})
	w.task(t, w.owner(), p.ID, work.TaskInput{Title: "いつか"})
	w.bug(t, w.owner(), p.ID, work.BugInput{Title: "残らない"})
	made, err := w.work.CreateTemplate(ctx, w.owner(), "once", work.NewTemplate{Name: "導入テンプレート", From: p.ID})
	if err != nil {
		t.Fatal(err)
	}
	return p, made
}

type taskFacts struct {
	Number, Title, Start, Due, Status, List, Priority string
	Percent                                           int
	External                                          bool
	Owners                                            int
}

func (w *world) tasks(t *testing.T, as portal.Member, project id.ID) []taskFacts {
	t.Helper()
	list, err := w.work.Tasks(t.Context(), as, project, work.ItemQuery{Page: page.Request{Size: 50}})
	if err != nil {
		t.Fatal(err)
	}
	var out []taskFacts
	for _, x := range list.Items {
		out = append(out, taskFacts{x.Number, x.Title, x.StartDate, x.DueDate, x.Status, x.ListName, x.Priority, x.Percent, x.External, len(x.Owners)})
	}
	return out
}

func TestTemplateIsNoProject(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p, made := w.pattern(t)
		if !made.Template || made.Public || len(made.Clients) != 0 || made.Tasks != (work.Count{Open: 3}) || made.Milestones != (work.Count{Open: 1}) || made.Bugs != (work.Count{}) {
			t.Errorf("template: %+v", made)
		}
		again, err := w.work.CreateTemplate(ctx, w.owner(), "once", work.NewTemplate{Name: "導入テンプレート", From: p.ID})
		if err != nil || again.ID != made.ID {
			t.Errorf("again: %v, %v", again.ID, err)
		}
		for name, as := range map[string]portal.Member{"owner": w.owner(), "employee": w.employee()} {
			all, err := w.work.Projects(ctx, as, work.Query{Any: true})
			if diff := cmp.Diff([]string{"導入プロジェクト"}, names(all.Items)); diff != "" || err != nil {
				t.Errorf("%s lists %s %v", name, diff, err)
			}
			linked, err := w.work.Projects(ctx, as, work.Query{IDs: []id.ID{made.ID, p.ID}})
			if diff := cmp.Diff([]string{"導入プロジェクト"}, names(linked.Items)); diff != "" || err != nil {
				t.Errorf("%s lists by id %s %v", name, diff, err)
			}
			list, err := w.work.Templates(ctx, as)
			if err != nil || len(list) != 1 || list[0].Tasks != 3 || list[0].Milestones != 1 {
				t.Errorf("%s sees the templates %+v, %v", name, list, err)
			}
		}
		// Its dates, long gone, only count from one another.
		late, err := w.work.Tasks(ctx, w.owner(), made.ID, work.ItemQuery{})
		for _, x := range late.Items {
			one, err := w.work.Task(ctx, w.owner(), made.ID, x.ID)
			if x.Overdue || one.Overdue || err != nil {
				t.Errorf("late in a template: %+v, %v", one, err)
			}
		}
		if err != nil || len(late.Items) != 3 {
			t.Errorf("tasks of the template: %d, %v", len(late.Items), err)
		}
		todo, err := w.work.MyTasks(ctx, w.owner(), work.ItemQuery{})
		if err != nil || len(todo.Items) != 1 {
			t.Errorf("to do: %d, %v", len(todo.Items), err)
		}
		home, err := w.Portals.Get(ctx, w.owner())
		if err != nil || home.Projects != 1 {
			t.Errorf("the portal counts %d projects, %v", home.Projects, err)
		}
		// Managed by owner and administrators, chosen by managers and employees.
		if _, err := w.work.Project(ctx, w.manager(), made.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a manager opens it: %v", err)
		}
		_, err = w.work.CreateTemplate(ctx, w.manager(), "", work.NewTemplate{Name: "x"})
		wantKind(t, "a manager makes one", err, fault.KindForbidden, "no_templates")
		_, err = w.work.Templates(ctx, w.contractor())
		wantKind(t, "a contractor lists them", err, fault.KindForbidden, "no_templates")
		_, err = w.work.Templates(ctx, w.client())
		wantKind(t, "a client lists them", err, fault.KindForbidden, "no_templates")
		_, err = w.work.CreateTemplate(ctx, w.owner(), "", work.NewTemplate{Name: "x", From: 99})
		wantKind(t, "of nothing", err, fault.KindNotFound, "")
		err = w.work.AddClient(ctx, w.owner(), made.ID, work.NewClient{Company: w.company.ID})
		wantKind(t, "a client in it", err, fault.KindConflict, "template_client")
		if err := w.work.TrashProject(ctx, w.owner(), made.ID); err != nil {
			t.Fatal(err)
		}
		if list, err := w.work.Templates(ctx, w.owner()); err != nil || len(list) != 0 {
			t.Errorf("after the bin: %v, %v", list, err)
		}
		if home, _ := w.Portals.Get(ctx, w.owner()); home.Projects != 1 {
			t.Errorf("the bin counts: %d", home.Projects)
		}
		if _, err := w.work.RestoreProject(ctx, w.owner(), made.ID); err != nil {
			t.Fatal(err)
		}
	})
}

func TestProjectFromTemplate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		_, pattern := w.pattern(t)
		// The employee, who may choose a template, makes a project for somebody else.
		in := work.NewProject{Name: "新しい導入", Owner: w.manager().ID(), StartDate: "2026-08-03", Template: pattern.ID, Workdays: true, Company: w.company.ID, Users: []id.ID{w.client().ID()}}
		p, err := w.work.CreateProject(ctx, w.employee(), "k", in)
		if err != nil {
			t.Fatal(err)
		}
		if p.Template || p.StartDate != "2026-08-03" || p.EndDate != "2026-09-01" || work.Plain(p.Overview) != "進め方" ||
			p.Tasks != (work.Count{Open: 3}) || p.Milestones != (work.Count{Open: 1}) || p.Bugs != (work.Count{}) {
			t.Errorf("%+v", p)
		}
		// From 4/27 on, 4/28 is one working day away, 5/7 is four and 5/8 five: 4/29 and
		// 5/4 to 5/6 are holidays. From 8/3 on there is 8/11.
		want := []taskFacts{
			{p.Prefix + "-T1", "キックオフ", "2026-08-03", "2026-08-04", "open", "一般", "high", 0, false, 2},
			{p.Prefix + "-T2", "ご確認", "", "2026-08-07", "open", "お客様", "none", 0, true, 0},
			{p.Prefix + "-T3", "いつか", "", "", "open", "一般", "none", 0, false, 0},
		}
		if diff := cmp.Diff(want, w.tasks(t, w.owner(), p.ID)); diff != "" {
			t.Error(diff)
		}
		stones, err := w.work.Milestones(ctx, w.owner(), p.ID, work.ItemQuery{})
		if err != nil || len(stones.Items) != 1 || stones.Items[0].EndDate != "2026-08-10" || stones.Items[0].Status != "active" || stones.Items[0].Owner != w.manager().ID() {
			t.Errorf("milestones: %+v, %v", stones.Items, err)
		}
		lists, err := w.work.TaskLists(ctx, w.owner(), p.ID)
		if err != nil || len(lists) != 2 || !lists[0].Default || lists[0].Tasks.Open != 2 || lists[1].Milestone != stones.Items[0].ID {
			t.Errorf("lists: %+v, %v", lists, err)
		}
		// The template's owner hands over to the project's; everybody else comes along.
		members, err := w.work.Members(ctx, w.owner(), p.ID)
		roles := map[id.ID]work.ProjectRole{}
		for _, m := range members {
			roles[m.ID] = m.Role
		}
		wantRoles := map[id.ID]work.ProjectRole{w.manager().ID(): work.RoleManager, w.employee().ID(): work.RoleManager, w.contractor().ID(): work.RoleMember}
		if diff := cmp.Diff(wantRoles, roles); diff != "" || err != nil {
			t.Errorf("team %s %v", diff, err)
		}
		first, err := w.work.Task(ctx, w.owner(), p.ID, w.taskID(t, p.ID, "キックオフ"))
		if err != nil || len(first.Owners) != 2 {
			t.Fatal(first, err)
		}
		for _, o := range first.Owners {
			if o != w.manager().ID() && o != w.employee().ID() {
				t.Errorf("somebody else is to do it: %v", first.OwnerRefs)
			}
		}
		if got := w.tasks(t, w.client(), p.ID); len(got) != 1 || got[0].Title != "ご確認" {
			t.Errorf("the client sees %+v", got)
		}
		again, err := w.work.CreateProject(ctx, w.employee(), "k", in)
		if err != nil || again.ID != p.ID || len(w.tasks(t, w.owner(), p.ID)) != 3 {
			t.Errorf("again: %v %v", again.ID, err)
		}
		// The copy lives on its own: numbers go on, search finds it.
		next := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "次"})
		found, err := w.work.Tasks(ctx, w.owner(), p.ID, work.ItemQuery{Search: "確認"})
		if next.Number != p.Prefix+"-T4" || err != nil || len(found.Items) != 1 {
			t.Errorf("%s, found %d, %v", next.Number, len(found.Items), err)
		}
	})
}

func (w *world) taskID(t *testing.T, project id.ID, title string) id.ID {
	t.Helper()
	list, err := w.work.Tasks(t.Context(), w.owner(), project, work.ItemQuery{Search: title})
	if err != nil || len(list.Items) == 0 {
		t.Fatal(title, err)
	}
	return list.Items[0].ID
}

func TestTemplateAnchors(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		_, pattern := w.pattern(t)
		for _, c := range []struct {
			name       string
			in         work.NewProject
			start, end string
			kick, last string // due dates of the first and the second task
		}{
			{"all days from a start", work.NewProject{StartDate: "2026-08-03"}, "2026-08-03", "2026-09-04", "2026-08-04", "2026-08-13"},
			{"all days to an end", work.NewProject{EndDate: "2026-09-30", Anchor: work.AnchorEnd}, "2026-08-29", "2026-09-30", "2026-08-30", "2026-09-08"},
			// From 5/29 back, 5/7 is 16 working days away and 4/28 19: 9/21 to 9/23 are holidays.
			{"working days to an end", work.NewProject{EndDate: "2026-09-30", Anchor: work.AnchorEnd, Workdays: true}, "2026-08-28", "2026-09-30", "2026-08-31", "2026-09-03"},
			{"a start on a Sunday", work.NewProject{StartDate: "2026-08-02", Workdays: true}, "2026-08-02", "2026-09-01", "2026-08-04", "2026-08-07"},
			{"both ends typed", work.NewProject{StartDate: "2026-08-03", EndDate: "2026-12-31"}, "2026-08-03", "2026-12-31", "2026-08-04", "2026-08-13"},
		} {
			c.in.Name, c.in.Template = c.name, pattern.ID
			p, err := w.work.CreateProject(ctx, w.owner(), "", c.in)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			tasks := w.tasks(t, w.owner(), p.ID)
			got := []string{p.StartDate, p.EndDate, tasks[0].Due, tasks[1].Due}
			if diff := cmp.Diff([]string{c.start, c.end, c.kick, c.last}, got); diff != "" {
				t.Errorf("%s: %s", c.name, diff)
			}
		}
		for field, in := range map[string]work.NewProject{
			"end_date":   {Name: "x", Template: pattern.ID, Anchor: work.AnchorEnd},
			"anchor":     {Name: "x", Template: pattern.ID, Anchor: "middle"},
			"template":   {Name: "x", Template: 99},
			"start_date": {Name: "x", Template: pattern.ID, StartDate: "31/12/2026"},
		} {
			_, err := w.work.CreateProject(ctx, w.owner(), "", in)
			wantField(t, field, err, field)
		}
		if p, err := w.work.CreateProject(ctx, w.owner(), "", work.NewProject{Name: "今日から", Template: pattern.ID}); err != nil || p.StartDate == "" {
			t.Errorf("without a date: %q, %v", p.StartDate, err)
		}
		other := w.empty(t, w.owner(), "プロジェクト")
		_, err := w.work.CreateProject(ctx, w.owner(), "", work.NewProject{Name: "x", Template: other.ID})
		wantField(t, "a project is no template", err, "template")
	})
}

// Many make projects of one template at once: every one is whole.
func TestTemplateAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		_, pattern := w.pattern(t)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				p, err := w.work.CreateProject(t.Context(), w.owner(), "", work.NewProject{Name: "同時", Template: pattern.ID})
				if err != nil || p.Tasks.Open != 3 {
					t.Errorf("%+v, %v", p.Tasks, err)
				}
			})
		}
		all.Wait()
	})
}

// Days added to the anchored end are working days when those are counted; without
// that, and at the other end, likewise.
func TestShiftedProject(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for name, c := range map[string]struct {
			in         work.NewProject
			start, end string
		}{
			"working days pass a weekend":  {work.NewProject{StartDate: "2026-12-10", Shift: 3, Workdays: true}, "2026-12-15", ""},
			"all days":                     {work.NewProject{StartDate: "2026-12-10", Shift: 3}, "2026-12-13", ""},
			"before, at the end":           {work.NewProject{EndDate: "2026-12-14", Anchor: work.AnchorEnd, Shift: -1, Workdays: true}, "", "2026-12-11"},
			"none stays on a Sunday":       {work.NewProject{StartDate: "2026-12-13", Workdays: true}, "2026-12-13", ""},
			"an end that stays behind":     {work.NewProject{StartDate: "2026-12-10", EndDate: "2026-12-11", Shift: 3, Workdays: true}, "2026-12-15", ""},
			"an end that is far enough":    {work.NewProject{StartDate: "2026-12-10", EndDate: "2026-12-25", Shift: 3, Workdays: true}, "2026-12-15", "2026-12-25"},
			"a start that is left behind":  {work.NewProject{StartDate: "2026-12-10", EndDate: "2026-12-11", Anchor: work.AnchorEnd, Shift: -3}, "", "2026-12-08"},
			"nothing to move is no reason": {work.NewProject{Shift: 3, Workdays: true}, "", ""},
		} {
			c.in.Name = name
			p, err := w.work.CreateProject(t.Context(), w.owner(), "", c.in)
			if err != nil || p.StartDate != c.start || p.EndDate != c.end {
				t.Errorf("%s: %s to %s, %v", name, p.StartDate, p.EndDate, err)
			}
		}
	})
}
