package work_test

import (
	"fmt"
	"testing"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestZeroBadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		badgetest.Run(t, newWorld(t, db).work, "AddHook", "Register") // while the program is put together
	})
}

// attempt is one act of the permission table on one item; facts are those of the
// item from the view of whoever tries, who is a plain member of the project.
type attempt struct {
	name  string
	act   portal.Action
	facts portal.Facts
	try   func(t *testing.T, as portal.Member) error
}

func (w *world) attempts(p work.Project, inside, outside work.TaskList) []attempt {
	s := w.work
	var all []attempt
	add := func(name string, act portal.Action, f portal.Facts, try func(t *testing.T, as portal.Member) error) {
		all = append(all, attempt{name, act, f, try})
	}
	add("add project", portal.ActAddProject, portal.Facts{}, func(t *testing.T, as portal.Member) error {
		_, err := s.CreateProject(t.Context(), as, "", work.NewProject{Name: "New"})
		return err
	})
	add("edit project", portal.ActEditProject, portal.Facts{}, func(t *testing.T, as portal.Member) error {
		_, err := s.UpdateProject(t.Context(), as, p.ID, w.get(t, p.ID).Version, work.ProjectPatch{Name: ptr("Renamed")})
		return err
	})
	add("trash project", portal.ActTrashProject, portal.Facts{}, func(t *testing.T, as portal.Member) error {
		return s.TrashProject(t.Context(), as, w.project(t, "Bin").ID)
	})
	add("restore project", portal.ActRestoreProject, portal.Facts{}, func(t *testing.T, as portal.Member) error {
		q := w.project(t, "Bin")
		if err := s.TrashProject(t.Context(), w.owner(), q.ID); err != nil {
			t.Fatal(err)
		}
		_, err := s.RestoreProject(t.Context(), as, q.ID)
		return err
	})
	add("project users", portal.ActProjectUsers, portal.Facts{}, func(t *testing.T, as portal.Member) error {
		return s.AddMembers(t.Context(), as, p.ID, []id.ID{w.by[portal.RoleAdministrator].ID()}, work.RoleMember)
	})
	add("task list", portal.ActManageTaskList, portal.Facts{}, func(t *testing.T, as portal.Member) error {
		_, err := s.CreateTaskList(t.Context(), as, p.ID, "", work.TaskListInput{Name: "More"})
		return err
	})
	add("see people", portal.ActSeePeople, portal.Facts{External: true}, func(t *testing.T, as portal.Member) error {
		_, err := s.Members(t.Context(), as, p.ID)
		return err
	})
	add("see hours", portal.ActViewTime, portal.Facts{Self: true, External: true}, func(t *testing.T, as portal.Member) error {
		_, err := s.TimeLogs(t.Context(), as, p.ID, work.TimeQuery{})
		return err
	})
	for _, self := range []bool{false, true} {
		add(fmt.Sprintf("log hours self=%t", self), portal.ActLogTime, portal.Facts{Self: self, External: true}, func(t *testing.T, as portal.Member) error {
			in := work.TimeInput{Day: "2026-01-05", Minutes: 1, Member: as.ID()}
			if !self {
				if in.Member = w.manager().ID(); as.Role() == portal.RoleManager {
					in.Member = w.employee().ID()
				}
			}
			_, err := s.SaveTimeLog(t.Context(), as, p.ID, "", in)
			return err
		})
	}
	for _, external := range []bool{false, true} {
		list := inside
		if external {
			list = outside
		}
		side := fmt.Sprintf(" external=%t", external)
		f := portal.Facts{Added: true, External: external}
		add("add task"+side, portal.ActAddTask, f, func(t *testing.T, as portal.Member) error {
			_, err := s.CreateTask(t.Context(), as, p.ID, "", work.TaskInput{Title: "New", List: list.ID})
			return err
		})
		add("add milestone"+side, portal.ActAddMilestone, f, func(t *testing.T, as portal.Member) error {
			_, err := s.CreateMilestone(t.Context(), as, p.ID, "", work.MilestoneInput{Name: "New", External: external, Owner: w.owner().ID()})
			return err
		})
		add("add bug"+side, portal.ActAddBug, f, func(t *testing.T, as portal.Member) error {
			_, err := s.CreateBug(t.Context(), as, p.ID, "", work.BugInput{Title: "New", External: external})
			return err
		})
		for act, try := range w.documentActs(p.ID, external) {
			for _, mine := range []bool{false, true} {
				add(fmt.Sprintf("%s%s mine=%t", act, side, mine), act, portal.Facts{External: external, Added: mine}, func(t *testing.T, as portal.Member) error {
					author := w.owner()
					if mine && !as.Client() {
						author = as
					} else if as.ID() == author.ID() {
						author = w.manager()
					}
					return try(t, as, author)
				})
			}
		}
		for _, mine := range []string{"other", "unassigned", "owned", "added"} {
			for _, act := range []portal.Action{portal.ActEditTask, portal.ActDeleteTask, portal.ActEditBug, portal.ActDeleteBug, portal.ActEditMilestone, portal.ActDeleteMilestone} {
				f := portal.Facts{External: external, Added: mine == "added", Owned: mine == "owned", Unassigned: mine == "unassigned"}
				add(string(act)+side+" "+mine, act, f, func(t *testing.T, as portal.Member) error {
					return w.change(t, as, act, p.ID, list.ID, external, mine)
				})
			}
		}
	}
	return all
}

// change makes an item that is somebody else's, nobody's or the badge's own in one
// of two ways, and lets the badge edit or delete it.
func (w *world) change(t *testing.T, as portal.Member, act portal.Action, p, list id.ID, external bool, mine string) error {
	t.Helper()
	ctx, doer := t.Context(), []id.ID{w.owner().ID()}
	author := w.by[portal.RoleAdministrator]
	if as.Role() == portal.RoleAdministrator {
		author = w.owner()
	}
	switch mine {
	case "unassigned":
		doer = nil
	case "owned":
		doer = []id.ID{as.ID()}
	}
	if mine == "added" && as.Can(portal.ActAddTask) && (external || !as.Client()) {
		author = as
	}
	if mine == "owned" && as.Client() || as.Level(portal.ActAssignTask) != portal.LevelAll && author.ID() == as.ID() {
		doer = nil
	}
	switch act {
	case portal.ActEditTask, portal.ActDeleteTask:
		it := w.task(t, author, p, work.TaskInput{Title: "Item", List: list, Owners: doer})
		if act == portal.ActDeleteTask {
			return w.work.DeleteTask(ctx, as, p, it.ID)
		}
		in := it.TaskInput
		in.Title = "Changed"
		_, err := w.work.UpdateTask(ctx, as, p, in)
		return err
	case portal.ActEditBug, portal.ActDeleteBug:
		if !author.Can(portal.ActAddBug) {
			author = w.owner()
		}
		it := w.bug(t, author, p, work.BugInput{Title: "Item", External: external})
		if act == portal.ActDeleteBug {
			return w.work.DeleteBug(ctx, as, p, it.ID)
		}
		in := it.BugInput
		in.Title = "Changed"
		_, err := w.work.UpdateBug(ctx, as, p, in)
		return err
	}
	it := w.milestone(t, p, work.MilestoneInput{Name: "Item", External: external})
	if act == portal.ActDeleteMilestone {
		return w.work.DeleteMilestone(ctx, as, p, it.ID)
	}
	in := it.MilestoneInput
	in.Name = "Changed"
	_, err := w.work.UpdateMilestone(ctx, as, p, in)
	return err
}

// The domain does what the table says, for every role and every act, and the rights
// it shows agree with what it does.
func TestPermissionTable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		p := w.project(t, "Table")
		inside, outside := w.list(t, p.ID, "Inside", false), w.list(t, p.ID, "Outside", true)
		covered := map[portal.Action]bool{}
		for _, a := range w.attempts(p, inside, outside) {
			covered[a.act] = true
			for _, role := range portal.Roles() {
				as := w.by[role]
				level := portal.LevelOf(role, a.act)
				want := level.Reaches(a.facts) && (role != portal.RoleClient || a.facts.External)
				if a.act == portal.ActAddProject || a.act == portal.ActSeePeople {
					want = level != portal.LevelNone
				}
				if role == portal.RoleOwner && level == portal.LevelManaged {
					want = true
				}
				if level == portal.LevelAdded && a.facts.Added && (a.act == portal.ActDeleteBug || a.act == portal.ActEditBug) {
					want = as.Can(portal.ActAddBug)
				}
				err := a.try(t, as)
				switch {
				case want && err != nil:
					t.Errorf("%s by %s: refused: %v", a.name, role, err)
				case !want && !fault.Is(err, fault.KindForbidden) && !fault.Is(err, fault.KindNotFound):
					t.Errorf("%s by %s: %v, want a refusal", a.name, role, err)
				}
			}
		}
		for _, r := range portal.Table() {
			switch r.Action {
			case portal.ActOwn, portal.ActAudit, portal.ActServiceKey, portal.ActSettings, portal.ActAddAdmin, portal.ActManagePeople:
			case portal.ActSeeAllProjects, portal.ActGroups, portal.ActTemplates, portal.ActAssignTask: // tests of their own
			case portal.ActViewTask, portal.ActViewBug, portal.ActViewMilestone:
			default:
				if !covered[r.Action] {
					t.Errorf("nothing tries %s", r.Action)
				}
			}
		}
	})
}

func TestMissingRightIsNamed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		p := w.project(t, "Named")
		ctx := t.Context()
		_, err := w.work.CreateProject(ctx, w.contractor(), "", work.NewProject{Name: "X"})
		wantKind(t, "create", err, fault.KindForbidden, "no_create_project")
		_, err = w.work.UpdateProject(ctx, w.employee(), p.ID, p.Version, work.ProjectPatch{Name: ptr("X")})
		wantKind(t, "edit", err, fault.KindForbidden, "no_edit_project")
		wantKind(t, "trash", w.work.TrashProject(ctx, w.employee(), p.ID), fault.KindForbidden, "no_delete_project")
		err = w.work.AddClient(ctx, w.employee(), p.ID, work.NewClient{Company: w.company.ID})
		wantKind(t, "users", err, fault.KindForbidden, "no_add_user")

		_, err = w.work.CreateGroup(ctx, w.manager(), "G")
		wantKind(t, "group", err, fault.KindForbidden, "no_groups")
		if _, err = w.work.Groups(ctx, w.employee()); err != nil {
			t.Errorf("an employee chooses a group: %v", err)
		}
		_, err = w.work.Groups(ctx, w.contractor())
		wantKind(t, "groups", err, fault.KindForbidden, "no_groups")
	})
}

// An employee manages what they made: the project and everything in it.
func TestEmployeeManagesOwnProject(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p := w.empty(t, w.employee(), "Mine")
		if p.Owner.ID != w.employee().ID() || !p.Rights.Edit || !p.Rights.Trash || !p.Rights.AddMilestone || !p.Rights.Users || p.Rights.Restore {
			t.Errorf("%+v", p)
		}
		if err := w.work.AddMembers(ctx, w.employee(), p.ID, []id.ID{w.contractor().ID()}, work.RoleMember); err != nil {
			t.Error(err)
		}
		other := w.project(t, "Not mine")
		got, err := w.work.Rights(ctx, w.employee(), other.ID)
		if err != nil || got.Edit || got.Trash || got.AddMilestone || got.Users || !got.AddTask || !got.AddBug || !got.Assign {
			t.Errorf("%+v, %v", got, err)
		}
		err = w.work.AddMembers(ctx, w.owner(), other.ID, []id.ID{w.employee().ID()}, work.RoleManager)
		if err != nil {
			t.Fatal(err)
		}
		if got, err = w.work.Rights(ctx, w.employee(), other.ID); err != nil || !got.Edit || !got.Users {
			t.Errorf("made manager: %+v, %v", got, err)
		}
		err = w.work.RemoveMember(ctx, w.owner(), p.ID, w.employee().ID())
		wantKind(t, "the owner leaves", err, fault.KindConflict, "owner_stays")
	})
}

// A contractor assigns nobody but themselves and sees nothing but their own.
func TestContractor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		p := w.project(t, "Related")
		w.task(t, w.owner(), p.ID, work.TaskInput{Title: "Hidden"})
		given := w.task(t, w.owner(), p.ID, work.TaskInput{Title: "Given", Owners: []id.ID{w.contractor().ID()}, Status: "closed"})
		_, err := w.work.CreateTask(ctx, w.contractor(), p.ID, "", work.TaskInput{Title: "For others", Owners: []id.ID{w.employee().ID()}})
		wantKind(t, "assign others", err, fault.KindForbidden, "no_assign_task")
		w.task(t, w.contractor(), p.ID, work.TaskInput{Title: "Made"})

		got, err := w.work.Tasks(ctx, w.contractor(), p.ID, work.ItemQuery{})
		if err != nil || len(got.Items) != 2 || got.Items[0].ID != given.ID || got.Items[1].Title != "Made" {
			t.Errorf("%+v, %v", got.Items, err)
		}
		seen, err := w.work.Project(ctx, w.contractor(), p.ID)
		if err != nil || seen.Tasks != (work.Count{Open: 1, Closed: 1}) || seen.Percent != 50 {
			t.Errorf("%+v %d, %v", seen.Tasks, seen.Percent, err)
		}
		in := given.TaskInput
		in.Owners = nil
		if _, err := w.work.UpdateTask(ctx, w.contractor(), p.ID, in); err != nil && !fault.Is(err, fault.KindNotFound) {
			t.Errorf("takes themselves off: %v", err)
		}
	})
}
