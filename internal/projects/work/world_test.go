package work_test

import (
	"testing"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/projectstest"
	"musubi/internal/projects/work"
	"musubi/internal/store"
)

// world is a portal with one badge of each role and a client company.
type world struct {
	*projectstest.World
	work    *work.Service
	portal  portal.Portal
	company portal.Company
	by      map[portal.Role]portal.Member
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{World: projectstest.New(t, db), by: map[portal.Role]portal.Member{}}
	w.work = work.New(db, w.Portals, w.Files)
	w.portal = w.Portal(t, "owner@example.com", "結び商事")
	w.by[portal.RoleOwner] = w.Enter(t, w.Person(t, "owner@example.com", ""), w.portal.ID)
	for _, role := range portal.Assignable() {
		m := w.Member(t, w.owner(), string(role)+"@example.com", role)
		as, err := w.Portals.EnterMember(t.Context(), w.portal.ID, m.ID) // quicker than to sign in
		if err != nil {
			t.Fatal(err)
		}
		w.by[role] = as
	}
	w.company = w.Company(t, w.owner(), "青空工業")
	w.by[portal.RoleClient] = w.JoinClient(t, w.owner(), w.company.ID, "client@example.net")
	return w
}

func (w *world) owner() portal.Member      { return w.by[portal.RoleOwner] }
func (w *world) manager() portal.Member    { return w.by[portal.RoleManager] }
func (w *world) employee() portal.Member   { return w.by[portal.RoleEmployee] }
func (w *world) contractor() portal.Member { return w.by[portal.RoleContractor] }
func (w *world) client() portal.Member     { return w.by[portal.RoleClient] }

// project makes a project of the owner with everybody of the world on it.
func (w *world) project(t *testing.T, name string) work.Project {
	t.Helper()
	p := w.empty(t, w.owner(), name)
	err := w.work.AddMembers(t.Context(), w.owner(), p.ID, []id.ID{w.manager().ID(), w.employee().ID(), w.contractor().ID()}, work.RoleMember)
	if err != nil {
		t.Fatal(err)
	}
	err = w.work.AddClient(t.Context(), w.owner(), p.ID, work.NewClient{Company: w.company.ID, Users: []id.ID{w.client().ID()}})
	if err != nil {
		t.Fatal(err)
	}
	return w.get(t, p.ID)
}

// empty makes a project with nobody but its owner.
func (w *world) empty(t *testing.T, as portal.Member, name string) work.Project {
	t.Helper()
	p, err := w.work.CreateProject(t.Context(), as, "", work.NewProject{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) get(t *testing.T, project id.ID) work.Project {
	t.Helper()
	p, err := w.work.Project(t.Context(), w.owner(), project)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) list(t *testing.T, project id.ID, name string, external bool) work.TaskList {
	t.Helper()
	l, err := w.work.CreateTaskList(t.Context(), w.owner(), project, "", work.TaskListInput{Name: name, External: external})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (w *world) task(t *testing.T, as portal.Member, project id.ID, in work.TaskInput) work.Task {
	t.Helper()
	got, err := w.work.CreateTask(t.Context(), as, project, "", in)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (w *world) milestone(t *testing.T, project id.ID, in work.MilestoneInput) work.Milestone {
	t.Helper()
	got, err := w.work.CreateMilestone(t.Context(), w.owner(), project, "", in)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (w *world) bug(t *testing.T, as portal.Member, project id.ID, in work.BugInput) work.Bug {
	t.Helper()
	got, err := w.work.CreateBug(t.Context(), as, project, "", in)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func names(ps []work.Project) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.Name)
	}
	return out
}

func wantKind(t *testing.T, what string, err error, kind fault.Kind, code string) {
	t.Helper()
	if !fault.Is(err, kind) || code != "" && !fault.HasCode(err, code) {
		t.Errorf("%s: %v, want %s %s", what, err, kind, code)
	}
}

func wantField(t *testing.T, what string, err error, field string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || len(f.Fields) == 0 || f.Fields[0].Name != field {
		t.Errorf("%s: %v, want the field %s", what, err, field)
	}
}

func ptr[T any](v T) *T { return &v }
