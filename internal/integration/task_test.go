package integration_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/note"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/gate/gatetest"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

// tied is an organisation with a project of a deal, and a task of the CRM kept the
// same as one of the project.
type tied struct {
	*world
	admin   access.Actor
	owner   portal.Member
	deal    id.ID
	project gate.Project
	task    id.ID // of the CRM
	item    id.ID // of the project
}

func tie(t *testing.T, w *world) *tied {
	t.Helper()
	x := &tied{world: w, admin: w.crm.Organisation("Aozora")}
	p, owner := w.portalOf(x.admin, "Mine")
	x.owner = owner
	w.bind(x.admin, p.ID)
	account := w.records.account(x.admin, "Umi")
	x.deal = w.records.deal(x.admin, account, "Harbour")
	x.project = w.create(x.admin, integration.NewProject{Idem: "1", Module: access.TabDeals, Record: x.deal, Name: "A"})
	x.task = w.records.make(x.admin, access.TabTasks, map[string]any{"Subject": "Call", "Deal_Name": x.deal, "Due_Date": "2026-12-01", "Priority": "Highest", "Description": "about berths"})
	w.ok(w.s.AddToProject(t.Context(), x.admin, x.task, x.project.ID))
	v := x.view()
	if v.Tie.State != integration.TaskSynced || v.Tie.Item == 0 {
		t.Fatalf("not brought together: %+v", v)
	}
	x.item = v.Tie.Item
	return x
}

func (x *tied) view() integration.TaskView {
	x.t.Helper()
	v, err := x.s.TaskOf(x.t.Context(), x.admin, x.task)
	x.ok(err)
	return v
}

func (x *tied) crm() record.Record {
	x.t.Helper()
	r, _, err := x.records.s.Get(x.t.Context(), x.admin, access.TabTasks, x.task)
	x.ok(err)
	return r
}

func (x *tied) there() work.Task {
	x.t.Helper()
	got, err := x.work.Task(x.t.Context(), x.owner, x.project.ID, x.item)
	x.ok(err)
	return got
}

func (x *tied) changeCRM(values map[string]any) {
	x.t.Helper()
	_, err := x.records.s.Update(x.t.Context(), x.admin, access.TabTasks, x.task, x.crm().Version, values)
	x.ok(err)
}

func (x *tied) changeThere(change func(*work.TaskInput)) {
	x.t.Helper()
	in := x.there().TaskInput
	change(&in)
	_, err := x.work.UpdateTask(x.t.Context(), x.owner, x.project.ID, in)
	x.ok(err)
}

// What one side changes the other one has a moment later, and nothing comes back.
func TestTaskSync(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := tie(t, w)
		if got := x.there(); got.Title != "Call" || got.DueDate != "2026-12-01" || got.Priority != "high" || work.Plain(got.Description) != "about berths" ||
			len(got.Owners) != 1 || got.Owners[0] != x.owner.ID() {
			t.Errorf("made of it: %+v", got)
		}
		x.drain()
		quiet := func(what string) {
			t.Helper()
			crm, there := x.crm().Version, x.there().Version
			x.drain()
			if x.crm().Version != crm || x.there().Version != there {
				t.Errorf("%s echoes", what)
			}
		}
		x.changeCRM(map[string]any{"Subject": "Call twice", "Due_Date": "2026-12-05", "Start_Date": "2026-12-02", "Percent_Complete": 30, "Description": "about cranes"})
		x.drain()
		if got := x.there(); got.Title != "Call twice" || got.DueDate != "2026-12-05" || got.StartDate != "2026-12-02" || got.Percent != 30 || work.Plain(got.Description) != "about cranes" {
			t.Errorf("from the CRM: %+v", got)
		}
		quiet("a change of the CRM")
		if x.crm().Values.Text("Priority") != "Highest" {
			t.Error("a priority Projects has no word for was flattened")
		}
		x.changeThere(func(in *work.TaskInput) { in.Status, in.Priority = "closed", "low" })
		x.drain()
		if got := x.crm(); got.Values.Text("Status") != "Completed" || got.Values.Text("Priority") != "Low" || got.Values.Number("Percent_Complete") != 100 {
			t.Errorf("closed in Projects: %+v", got.Values)
		}
		quiet("a change in Projects")
		x.changeCRM(map[string]any{"Status": "In Progress"})
		x.drain()
		if got := x.there(); got.Closed || got.Percent != 0 {
			t.Errorf("reopened in the CRM: %+v", got)
		}
		quiet("reopening")
		x.changeThere(func(in *work.TaskInput) { in.Title = "Visit" })
		x.changeCRM(map[string]any{"Due_Date": "2027-01-15", "Status": "Completed"})
		x.drain()
		if got, crm := x.there(), x.crm(); got.Title != "Visit" || crm.Name != "Visit" || got.DueDate != "2027-01-15" || !got.Closed {
			t.Errorf("each changed something else: %+v, %+v", got, crm.Values)
		}
		if v := x.view(); len(v.Conflicts) != 0 || v.Number == "" || v.Tie.State != integration.TaskSynced {
			t.Errorf("view: %+v", v)
		}
		// Both change the same field: the later one stays, and the other one is kept.
		x.changeCRM(map[string]any{"Subject": "Mine"})
		x.clock.Advance(time.Second)
		x.changeThere(func(in *work.TaskInput) { in.Title = "Theirs" })
		x.drain()
		if got, crm := x.there(), x.crm(); got.Title != "Theirs" || crm.Name != "Theirs" {
			t.Errorf("both: %s, %s", got.Title, crm.Name)
		}
		if c := x.view().Conflicts; len(c) != 1 || c[0].Field != "title" || c[0].CRM != "Mine" || c[0].Project != "Theirs" || c[0].Winner != integration.SideProject {
			t.Errorf("conflicts: %+v", c)
		}
	})
}

// What is said on one side is heard on the other one, once, and who said it.
func TestTaskComments(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x, ctx := tie(t, w), t.Context()
		_, err := w.notes.Create(ctx, x.admin, access.TabTasks, x.task, "", "from the CRM")
		w.ok(err)
		_, err = w.work.AddComment(ctx, x.owner, x.project.ID, work.KindTask, x.item, "", work.NewComment{Body: "from Projects"})
		w.ok(err)
		x.drain()
		x.drain()
		comments, err := w.work.Comments(ctx, x.owner, x.project.ID, work.KindTask, x.item, page.Request{})
		w.ok(err)
		notes, err := w.notes.List(ctx, x.admin, access.TabTasks, x.task, page.Request{})
		w.ok(err)
		var there, here []string
		for _, c := range comments.Items {
			there = append(there, c.Body)
			if c.By.ID != x.owner.ID() {
				t.Errorf("said by %+v", c.By)
			}
		}
		for _, n := range notes.Items {
			here = append(here, n.Body)
			if n.By != x.admin.User() {
				t.Errorf("noted by %d", n.By)
			}
		}
		slices.Sort(there)
		slices.Sort(here)
		if want := []string{"from Projects", "from the CRM"}; !slices.Equal(there, want) || !slices.Equal(here, want) {
			t.Fatalf("there %q, here %q", there, here)
		}
		// A change of words goes over too.
		at := slices.IndexFunc(comments.Items, func(c work.Comment) bool { return c.Body == "from Projects" })
		_, err = w.work.UpdateComment(ctx, x.owner, x.project.ID, work.KindTask, x.item, comments.Items[at].ID, 1, "from Projects, twice")
		w.ok(err)
		x.drain()
		notes, err = w.notes.List(ctx, x.admin, access.TabTasks, x.task, page.Request{})
		if err != nil || len(notes.Items) != 2 || !slices.ContainsFunc(notes.Items, func(n note.Note) bool { return n.Body == "from Projects, twice" }) {
			t.Errorf("%+v, %v", notes, err)
		}
	})
}

// A task of a project is added to the CRM by somebody who works in Projects.
func TestAddToCRM(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x, ctx := tie(t, w), t.Context()
		who := w.projects.Person(t, x.admin.Email(), "")
		made, err := w.work.CreateTask(ctx, x.owner, x.project.ID, "", work.TaskInput{Title: "Survey", DueDate: "2026-12-24", Owners: []id.ID{x.owner.ID()}})
		w.ok(err)
		cards, err := w.s.TaskCards(ctx, who, x.owner.Portal(), x.project.ID, made.ID)
		if err != nil || len(cards) != 1 || len(cards[0].Mapped) != 1 || len(cards[0].Deals) != 1 || cards[0].Tied() {
			t.Fatalf("cards %+v, %v", cards, err)
		}
		if can, err := w.s.CanAddToCRM(ctx, who, x.owner.Portal(), x.project.ID); err != nil || !can {
			t.Errorf("can: %t, %v", can, err)
		}
		other := w.records.deal(x.admin, w.records.account(x.admin, "Yama"), "Elsewhere")
		err = w.s.AddToCRM(ctx, who, x.owner.Portal(), x.project.ID, made.ID, x.admin.Org(), integration.RecordRef{Module: access.TabDeals, ID: other})
		w.refuses("a deal of another project", err, fault.KindInvalid, "")
		w.ok(w.s.AddToCRM(ctx, who, x.owner.Portal(), x.project.ID, made.ID, x.admin.Org(), cards[0].Deals[0]))
		err = w.s.AddToCRM(ctx, who, x.owner.Portal(), x.project.ID, made.ID, x.admin.Org(), cards[0].Deals[0])
		w.refuses("twice", err, fault.KindConflict, "already_tied")
		open, err := w.records.s.Related(ctx, x.admin, access.TabDeals, x.deal, "open-tasks", record.Query{})
		w.ok(err)
		at := slices.IndexFunc(open.Items, func(r record.Record) bool { return r.Name == "Survey" })
		if at < 0 || open.Items[at].Values.Text("Due_Date") != "2026-12-24" || open.Items[at].Lookup("Account_Name") == 0 {
			t.Fatalf("open activities %+v", open.Items)
		}
		// Closed there, it is closed here.
		in := made.TaskInput
		in.Status = "closed"
		_, err = w.work.UpdateTask(ctx, x.owner, x.project.ID, in)
		w.ok(err)
		x.drain()
		done, err := w.records.s.Related(ctx, x.admin, access.TabDeals, x.deal, "closed-tasks", record.Query{})
		if err != nil || len(done.Items) != 1 || done.Items[0].Name != "Survey" {
			t.Errorf("closed activities %+v, %v", done.Items, err)
		}
	})
}

// However many add the same task at once, one tie and one task of the project come of
// it; so too when the sync runs beside itself.
func TestTaskTiedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x, ctx := tie(t, w), t.Context()
		task := w.records.make(x.admin, access.TabTasks, map[string]any{"Subject": "Once", "Deal_Name": x.deal})
		var wait sync.WaitGroup
		problems := make([]error, 6)
		for i := range problems {
			wait.Go(func() { problems[i] = w.s.AddToProject(ctx, x.admin, task, x.project.ID) })
		}
		wait.Wait()
		made := 0
		for _, err := range problems {
			if err == nil {
				made++
			} else if !fault.HasCode(err, "already_tied") {
				t.Error(err)
			}
		}
		w.drain()
		for range problems {
			wait.Go(func() {
				if err := w.s.RetryTask(ctx, x.admin, task); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		w.drain()
		list, err := w.work.Tasks(ctx, x.owner, x.project.ID, work.ItemQuery{Search: "Once"})
		v, problem := w.s.TaskOf(ctx, x.admin, task)
		if made != 1 || err != nil || len(list.Items) != 1 || problem != nil || v.Tie.State != integration.TaskSynced || v.Tie.Item != list.Items[0].ID {
			t.Errorf("%d said yes, %d tasks, %+v, %v, %v", made, len(list.Items), v.Tie, err, problem)
		}
	})
}

// An owner who left the CRM is not brought over; everything else is, and the task says so.
func TestTaskSyncWithoutOwner(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := tie(t, w)
		gone := w.crm.Join(x.admin, "gone@aozora.example", 0, 0)
		w.drain()
		people, err := w.projects.Portals.Members(t.Context(), x.owner, portal.PeopleFilter{Search: "gone"})
		if err != nil || len(people.Items) != 1 {
			t.Fatalf("%+v, %v", people.Items, err)
		}
		w.ok(w.work.AddMembers(t.Context(), x.owner, x.project.ID, []id.ID{people.Items[0].ID}, work.RoleMember))
		w.crm.Deactivate(x.admin, gone.User())
		w.drain()
		x.changeThere(func(in *work.TaskInput) { in.Owners, in.Title = []id.ID{people.Items[0].ID}, "Handed over" })
		x.drain()
		if got := x.crm(); got.Name != "Handed over" || got.Owner != x.admin.User() {
			t.Errorf("%s of %d", got.Name, got.Owner)
		}
		if v := x.view(); v.Tie.State != integration.TaskSynced || v.Tie.LeftOut == nil || v.Tie.LeftOut.Key != "integration.task.no_owner" {
			t.Errorf("%+v", v.Tie)
		}
	})
}

// What is deleted on one side stays on the other one, which says so; and the other way.
func TestTaskSyncEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x, ctx := tie(t, w), t.Context()
		x.drain()
		w.ok(w.work.DeleteTask(ctx, x.owner, x.project.ID, x.item))
		x.drain()
		notes, err := w.notes.List(ctx, x.admin, access.TabTasks, x.task, page.Request{})
		if err != nil || len(notes.Items) != 1 || x.view().Tie.ID != 0 {
			t.Errorf("deleted in Projects: %+v, %v, %+v", notes.Items, err, x.view())
		}
		if offers := x.view().Offers; len(offers) != 1 || offers[0].ID != x.project.ID {
			t.Errorf("offers: %+v", offers)
		}
		w.ok(w.s.AddToProject(ctx, x.admin, x.task, x.project.ID))
		x.item = x.view().Tie.Item
		x.drain()
		w.ok(w.records.s.Delete(ctx, x.admin, access.TabTasks, x.task))
		x.drain()
		comments, err := w.work.Comments(ctx, x.owner, x.project.ID, work.KindTask, x.item, page.Request{})
		if err != nil || len(comments.Items) != 2 { // the note from before, and the end
			t.Errorf("deleted in the CRM: %+v, %v", comments.Items, err)
		}
	})
}

// A portal that does not answer leaves what waits waiting; a project in the bin is a
// failure with a reason, until it comes back.
func TestTaskSyncWaits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x, ctx := tie(t, w), t.Context()
		x.drain()
		w.door.Plan(func(method string, _ int) gatetest.Mishap { return gatetest.Mishap{Lost: method == "SessionSaveTask"} })
		x.changeCRM(map[string]any{"Subject": "Lost on the way"})
		w.ok(w.s.RetryTask(ctx, x.admin, x.task))
		w.door.Plan(nil)
		if v := x.view(); v.Tie.State != integration.TaskWaiting {
			t.Errorf("lost: %+v", v.Tie)
		}
		x.drain()
		if v := x.view(); v.Tie.State != integration.TaskSynced || x.there().Title != "Lost on the way" || len(v.Conflicts) != 0 {
			t.Errorf("after the answer: %+v", v)
		}
		w.ok(w.work.TrashProject(ctx, x.owner, x.project.ID))
		x.changeCRM(map[string]any{"Subject": "While it was away"})
		x.drain()
		queue, err := w.s.TaskQueue(ctx, x.admin, integration.TaskFailed, page.Request{})
		if err != nil || len(queue.Items) != 1 || queue.Items[0].Subject != "While it was away" || queue.Items[0].Reason == nil || queue.Items[0].Reason.Key != "integration.task.out_of_reach" {
			t.Errorf("in the bin: %+v, %v", queue.Items, err)
		}
		_, err = w.work.RestoreProject(ctx, x.owner, x.project.ID)
		w.ok(err)
		x.drain()
		if x.there().Title != "While it was away" || x.view().Tie.State != integration.TaskSynced {
			t.Errorf("back: %s, %+v", x.there().Title, x.view().Tie)
		}
		_, err = w.s.Disable(ctx, x.admin, w.overview(x.admin).Version)
		w.ok(err)
		x.drain()
		if v := x.view(); v.State != integration.StateHidden {
			t.Errorf("disabled: %+v", v)
		}
		x.changeCRM(map[string]any{"Subject": "Alone"})
		x.drain()
		if x.there().Title == "Alone" {
			t.Error("a disabled integration goes on")
		}
	})
}

// What both sides changed while the key was broken goes over with the new key, without
// waiting for a round.
func TestTaskSyncAfterABrokenKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x, ctx := tie(t, w), t.Context()
		x.drain()
		w.regenerate(x.owner, 0)
		x.drain()
		o := w.overviewIs(x.admin, integration.StatusKeyInvalid)
		x.changeCRM(map[string]any{"Subject": "Changed here"})
		x.changeThere(func(in *work.TaskInput) { in.DueDate = "2026-12-24" })
		x.drain()
		if x.there().Title == "Changed here" || x.crm().Values.Text("Due_Date") == "2026-12-24" {
			t.Error("a broken key lets changes through")
		}
		w.clock.Advance(5 * 24 * time.Hour)
		secret, email := w.projects.Key(t, x.owner)
		_, err := w.s.UpdateKey(ctx, x.admin, integration.KeyForm{Secret: secret, Email: email, Version: o.Version})
		w.ok(err)
		x.drain()
		if there, crm := x.there(), x.crm(); there.Title != "Changed here" || crm.Values.Text("Due_Date") != "2026-12-24" || x.view().Tie.State != integration.TaskSynced {
			t.Errorf("after the new key: %s, %s, %+v", there.Title, crm.Values.Text("Due_Date"), x.view().Tie)
		}
	})
}

// seller is a user of the CRM who sees its deals and accounts, and is a member of the
// portal.
func (x *tied) seller(email string) (access.Actor, portal.Member) {
	x.t.Helper()
	for _, module := range []string{access.TabAccounts, access.TabDeals, access.TabTasks} {
		x.world.crm.Share(x.admin, module, access.SharingRead)
	}
	as := x.world.crm.Join(x.admin, email, 0, 0)
	x.drain()
	return x.world.crm.Again(as), x.projects.Enter(x.t, x.projects.Person(x.t, email, ""), x.owner.Portal())
}

// Who only looks at a task in Projects does not get it into their hands by way of the
// CRM.
func TestAddToCRMTakesTheRightToEdit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x, ctx := tie(t, w), t.Context()
		sales, _ := x.seller("sales@aozora.example")
		x.join(x.project.ID, x.admin, sales.Email())
		who := w.projects.Person(t, sales.Email(), "")
		bosses, err := w.work.CreateTask(ctx, x.owner, x.project.ID, "", work.TaskInput{Title: "Terms", Owners: []id.ID{x.owner.ID()}})
		w.ok(err)
		on := integration.RecordRef{Module: access.TabDeals, ID: x.deal}
		err = w.s.AddToCRM(ctx, who, x.owner.Portal(), x.project.ID, bosses.ID, sales.Org(), on)
		w.refuses("another's task", err, fault.KindForbidden, "no_edit_task")
		if cards, err := w.s.TaskCards(ctx, who, x.owner.Portal(), x.project.ID, bosses.ID); err != nil || len(cards) != 0 {
			t.Errorf("offered all the same: %+v, %v", cards, err)
		}
		free, err := w.work.CreateTask(ctx, x.owner, x.project.ID, "", work.TaskInput{Title: "Anybody's"})
		w.ok(err)
		w.ok(w.s.AddToCRM(ctx, who, x.owner.Portal(), x.project.ID, free.ID, sales.Org(), on))
	})
}

// What both sides held of a task is shown to who sees both.
func TestTaskConflictsAreForWhoSeesTheProject(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x, ctx := tie(t, w), t.Context()
		sales, _ := x.seller("sales@aozora.example")
		x.drain()
		x.changeThere(func(in *work.TaskInput) { in.Title = "Their secret" })
		w.clock.Advance(time.Second)
		x.changeCRM(map[string]any{"Subject": "Ours"})
		x.drain()
		if v := x.view(); len(v.Conflicts) != 1 || v.Conflicts[0].Project != "Their secret" {
			t.Fatalf("the administrator's view: %+v", v)
		}
		v, err := w.s.TaskOf(ctx, sales, x.task)
		w.ok(err)
		if v.Project.ID != 0 || len(v.Conflicts) != 0 {
			t.Errorf("who does not see the project is shown %+v", v)
		}
	})
}
