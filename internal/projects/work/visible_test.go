package work_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func (w *world) seen(t *testing.T, as portal.Member, q work.Query) []string {
	t.Helper()
	got, err := w.work.Projects(t.Context(), as, q)
	if err != nil {
		t.Fatal(err)
	}
	return names(got.Items)
}

func TestWhoSeesWhichProject(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, all := t.Context(), work.Query{Any: true}
		w.project(t, "1 shared")
		private := w.empty(t, w.owner(), "2 private")
		public, err := w.work.CreateProject(ctx, w.owner(), "", work.NewProject{Name: "3 public", Public: ptr(true), Company: w.company.ID})
		if err != nil {
			t.Fatal(err)
		}
		for role, want := range map[portal.Role][]string{
			portal.RoleOwner:         {"1 shared", "2 private", "3 public"},
			portal.RoleAdministrator: {"1 shared", "2 private", "3 public"},
			portal.RoleManager:       {"1 shared", "3 public"},
			portal.RoleEmployee:      {"1 shared", "3 public"},
			portal.RoleContractor:    {"1 shared", "3 public"},
			portal.RoleClient:        {"1 shared"}, // their company is on the public one, they are not
		} {
			as := w.by[role]
			if diff := cmp.Diff(want, w.seen(t, as, all)); diff != "" {
				t.Errorf("%s: %s", role, diff)
			}
			if len(want) < 3 {
				_, err := w.work.Project(ctx, as, private.ID)
				wantKind(t, string(role), err, fault.KindNotFound, "")
			}
		}

		// Who is only in because a project is public looks and touches nothing.
		r, err := w.work.Rights(ctx, w.manager(), public.ID)
		if diff := cmp.Diff(work.Rights{SeeUsers: true, SeeDocuments: true}, r); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		_, err = w.work.CreateTask(ctx, w.manager(), public.ID, "", work.TaskInput{Title: "T"})
		wantKind(t, "visitor", err, fault.KindForbidden, "")

		if err := w.work.AddClient(ctx, w.owner(), public.ID, work.NewClient{Company: w.company.ID, AllUsers: true}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"1 shared", "3 public"}, w.seen(t, w.client(), all)); diff != "" {
			t.Errorf("the whole company: %s", diff)
		}
		if diff := cmp.Diff([]string{"1 shared"}, w.seen(t, w.employee(), work.Query{Any: true, Mine: true})); diff != "" {
			t.Errorf("mine: %s", diff)
		}
	})
}

// A client user sees external items alone, in lists, by id and in every count.
func TestClientSeesExternalOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, as, own := t.Context(), w.client(), w.owner()
		p := w.project(t, "Client")
		other := w.Company(t, own, "別会社")
		if err := w.work.AddClient(ctx, own, p.ID, work.NewClient{Company: other.ID}); err != nil {
			t.Fatal(err)
		}
		inside, outside := w.list(t, p.ID, "Inside", false), w.list(t, p.ID, "Outside", true)
		hidden := w.task(t, own, p.ID, work.TaskInput{Title: "Hidden", List: inside.ID, Percent: 90})
		w.task(t, own, p.ID, work.TaskInput{Title: "Shown", List: outside.ID, Percent: 20})
		w.task(t, own, p.ID, work.TaskInput{Title: "Shown done", List: outside.ID, Status: "closed"})
		hiddenStone := w.milestone(t, p.ID, work.MilestoneInput{Name: "Hidden"})
		w.milestone(t, p.ID, work.MilestoneInput{Name: "Shown", External: true})
		hiddenBug := w.bug(t, own, p.ID, work.BugInput{Title: "Hidden"})
		w.bug(t, own, p.ID, work.BugInput{Title: "Shown", External: true, Status: "closed"})

		got, err := w.work.Project(ctx, as, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Tasks != (work.Count{Open: 1, Closed: 1}) || got.Percent != 60 || got.Milestones != (work.Count{Open: 1}) || got.Bugs != (work.Count{Closed: 1}) {
			t.Errorf("counts: %+v %d %+v %+v", got.Tasks, got.Percent, got.Milestones, got.Bugs)
		}
		if all := w.get(t, p.ID); all.Tasks != (work.Count{Open: 2, Closed: 1}) || all.Percent != 70 || all.Milestones.Open != 2 || len(all.Clients) != 2 {
			t.Errorf("the owner's: %+v", all)
		}
		if diff := cmp.Diff([]portal.Ref{{ID: w.company.ID, Name: "青空工業"}}, got.Clients); diff != "" {
			t.Errorf("other clients: %s", diff)
		}
		if got.Rights != (work.Rights{AddTask: true, Comment: true, SeeDocuments: true}) {
			t.Errorf("%+v", got.Rights)
		}
		lists, err := w.work.TaskLists(ctx, as, p.ID)
		if err != nil || len(lists) != 1 || lists[0].ID != outside.ID {
			t.Errorf("%+v, %v", lists, err)
		}
		tasks, err := w.work.Tasks(ctx, as, p.ID, work.ItemQuery{})
		if err != nil || len(tasks.Items) != 2 {
			t.Errorf("%+v, %v", tasks.Items, err)
		}
		if found, err := w.work.Tasks(ctx, as, p.ID, work.ItemQuery{Search: "hid"}); err != nil || len(found.Items) != 0 {
			t.Errorf("found by search: %+v, %v", found.Items, err)
		}
		stones, err := w.work.Milestones(ctx, as, p.ID, work.ItemQuery{})
		if err != nil || len(stones.Items) != 1 || stones.Items[0].Rights != (work.ItemRights{}) {
			t.Errorf("%+v, %v", stones.Items, err)
		}
		bugs, err := w.work.Bugs(ctx, as, p.ID, work.ItemQuery{})
		if err != nil || len(bugs.Items) != 1 {
			t.Errorf("%+v, %v", bugs.Items, err)
		}
		_, err = w.work.Task(ctx, as, p.ID, hidden.ID)
		wantKind(t, "task", err, fault.KindNotFound, "")
		_, err = w.work.Milestone(ctx, as, p.ID, hiddenStone.ID)
		wantKind(t, "milestone", err, fault.KindNotFound, "")
		_, err = w.work.Bug(ctx, as, p.ID, hiddenBug.ID)
		wantKind(t, "bug", err, fault.KindNotFound, "")
		_, err = w.work.CreateTask(ctx, as, p.ID, "", work.TaskInput{Title: "T", List: inside.ID})
		wantKind(t, "into an internal list", err, fault.KindNotFound, "")

		made := w.task(t, as, p.ID, work.TaskInput{Title: "Theirs"})
		if made.List != outside.ID || !made.Rights.Edit || made.Rights.Delete {
			t.Errorf("%+v", made)
		}
		in := made.TaskInput
		in.List = inside.ID
		_, err = w.work.UpdateTask(ctx, as, p.ID, in)
		wantKind(t, "moved inside", err, fault.KindNotFound, "")

		if _, err = w.work.UpdateTaskList(ctx, own, p.ID, work.TaskListInput{ID: outside.ID, Version: outside.Version, Name: "Now inside"}); err != nil {
			t.Fatal(err)
		}
		if got, err = w.work.Project(ctx, as, p.ID); err != nil || got.Tasks != (work.Count{}) || got.Percent != 0 {
			t.Errorf("after the list turned: %+v, %v", got.Tasks, err)
		}
		_, err = w.work.Task(ctx, as, p.ID, made.ID)
		wantKind(t, "their own task in it", err, fault.KindNotFound, "")
	})
}

// Who leaves the portal, or moves to another company, leaves the projects.
func TestLeaving(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, own := t.Context(), w.owner()
		p := w.project(t, "Leaving")
		second := w.Company(t, own, "二番目")
		user := w.JoinClient(t, own, second.ID, "second@example.net")
		if err := w.work.AddClient(ctx, own, p.ID, work.NewClient{Company: second.ID, Users: []id.ID{user.ID()}}); err != nil {
			t.Fatal(err)
		}
		if err := w.Portals.RemoveCompany(ctx, own, w.company.ID); err != nil {
			t.Fatal(err)
		}
		clients, err := w.work.Clients(ctx, own, p.ID)
		want := []work.ProjectClient{{Company: portal.Ref{ID: second.ID, Name: "二番目"}, Primary: true, Users: clients[0].Users}}
		if diff := cmp.Diff(want, clients); err != nil || diff != "" || len(clients[0].Users) != 1 {
			t.Errorf("the next one is primary: %v %s", err, diff)
		}
		third := w.Company(t, own, "三番目")
		if _, err := w.Portals.MoveClientUser(ctx, own, user.ID(), third.ID); err != nil {
			t.Fatal(err)
		}
		if clients, err = w.work.Clients(ctx, own, p.ID); err != nil || len(clients[0].Users) != 0 {
			t.Errorf("%+v, %v", clients, err)
		}
		if err := w.Portals.Remove(ctx, own, w.employee().ID()); err != nil {
			t.Fatal(err)
		}
		members, err := w.work.Members(ctx, own, p.ID)
		if err != nil || len(members) != 3 {
			t.Errorf("%+v, %v", members, err)
		}
		if err := w.work.RemoveClient(ctx, own, p.ID, second.ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "again", w.work.RemoveClient(ctx, own, p.ID, second.ID), fault.KindNotFound, "")
	})
}

// Nothing of a neighbour's portal is there, whatever id is named.
func TestNeighbourPortal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p := w.project(t, "Ours")
		task := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "T"})
		stone := w.milestone(t, p.ID, work.MilestoneInput{Name: "M"})
		bug := w.bug(t, w.owner(), p.ID, work.BugInput{Title: "B"})
		list := w.list(t, p.ID, "L", true)
		next := w.Portal(t, "next@example.org", "隣")
		as := w.Enter(t, w.Person(t, "next@example.org", ""), next.ID)
		theirs := w.empty(t, as, "Theirs")

		if got := w.seen(t, as, work.Query{Any: true}); len(got) != 1 {
			t.Errorf("%v", got)
		}
		if got := w.seen(t, as, work.Query{IDs: []id.ID{p.ID}, Companies: []id.ID{w.company.ID}, ClientUsers: []id.ID{w.client().ID()}}); len(got) != 0 {
			t.Errorf("linked: %v", got)
		}
		in := task.TaskInput
		moved := work.TaskInput{Title: "T", List: list.ID}
		for what, err := range map[string]error{
			"project":   func() error { _, err := w.work.Project(ctx, as, p.ID); return err }(),
			"update":    func() error { _, err := w.work.UpdateProject(ctx, as, p.ID, 1, work.ProjectPatch{}); return err }(),
			"trash":     w.work.TrashProject(ctx, as, p.ID),
			"restore":   func() error { _, err := w.work.RestoreProject(ctx, as, p.ID); return err }(),
			"members":   func() error { _, err := w.work.Members(ctx, as, p.ID); return err }(),
			"clients":   func() error { _, err := w.work.Clients(ctx, as, p.ID); return err }(),
			"tasks":     func() error { _, err := w.work.Tasks(ctx, as, p.ID, work.ItemQuery{}); return err }(),
			"task":      func() error { _, err := w.work.Task(ctx, as, theirs.ID, task.ID); return err }(),
			"save task": func() error { _, err := w.work.UpdateTask(ctx, as, theirs.ID, in); return err }(),
			"list":      func() error { _, err := w.work.CreateTask(ctx, as, theirs.ID, "", moved); return err }(),
			"milestone": w.work.DeleteMilestone(ctx, as, theirs.ID, stone.ID),
			"bug":       w.work.DeleteBug(ctx, as, theirs.ID, bug.ID),
		} {
			wantKind(t, what, err, fault.KindNotFound, "")
		}
		err := w.work.AddMembers(ctx, as, theirs.ID, []id.ID{w.employee().ID()}, work.RoleMember)
		wantField(t, "our member", err, "members")
		err = w.work.AddClient(ctx, as, theirs.ID, work.NewClient{Company: w.company.ID})
		wantField(t, "our client", err, "company")
		_, err = w.work.CreateTask(ctx, as, theirs.ID, "", work.TaskInput{Title: "T", Owners: []id.ID{w.owner().ID()}})
		wantField(t, "our owner", err, "owners")
	})
}
