package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

// ProjectMembers lists the users of a project who can own its work.
func (s *Service) ProjectMembers(ctx context.Context, as access.Actor, project id.ID) ([]gate.Ref, error) {
	l, r, err := s.enter(ctx, as, access.View)
	if err != nil {
		return nil, err
	}
	var out []gate.Ref
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		out, err = p.Members(ctx, project)
		return err
	})
	return out, err
}

// TaskLists lists the task lists of a project.
func (s *Service) TaskLists(ctx context.Context, as access.Actor, project id.ID) ([]gate.TaskList, error) {
	out, _, err := inside(ctx, s, as, ModuleTasks, access.View, func(ctx context.Context, p gate.Person) ([]gate.TaskList, error) {
		return p.TaskLists(ctx, project)
	})
	return out, err
}

// Tasks lists tasks of a project.
func (s *Service) Tasks(ctx context.Context, as access.Actor, project id.ID, q gate.WorkQuery) (page.Page[gate.Task], error) {
	return insideList(ctx, s, as, ModuleTasks, func(t *gate.Task) *gate.ItemRights { return &t.Rights },
		func(ctx context.Context, p gate.Person) (page.Page[gate.Task], error) {
			return p.Tasks(ctx, project, q)
		})
}

// Task gives one task.
func (s *Service) Task(ctx context.Context, as access.Actor, project, task id.ID) (gate.Task, error) {
	return insideOne(ctx, s, as, ModuleTasks, access.View, func(t *gate.Task) *gate.ItemRights { return &t.Rights },
		func(ctx context.Context, p gate.Person) (gate.Task, error) { return p.Task(ctx, project, task) })
}

// SaveTask creates (zero ID, idempotent by idem) or updates a task.
func (s *Service) SaveTask(ctx context.Context, as access.Actor, idem string, project id.ID, in gate.TaskInput) (gate.Task, error) {
	return insideOne(ctx, s, as, ModuleTasks, saving(in.ID), func(t *gate.Task) *gate.ItemRights { return &t.Rights },
		func(ctx context.Context, p gate.Person) (gate.Task, error) {
			return p.SaveTask(ctx, formIdem(as, idem), project, in)
		})
}

// DeleteTask deletes a task.
func (s *Service) DeleteTask(ctx context.Context, as access.Actor, project, task id.ID) error {
	return insideDelete(ctx, s, as, ModuleTasks, func(ctx context.Context, p gate.Person) error {
		return p.DeleteTask(ctx, project, task)
	})
}

// Milestones lists milestones of a project.
func (s *Service) Milestones(ctx context.Context, as access.Actor, project id.ID, q gate.WorkQuery) (page.Page[gate.Milestone], error) {
	return insideList(ctx, s, as, ModuleMilestones, func(m *gate.Milestone) *gate.ItemRights { return &m.Rights },
		func(ctx context.Context, p gate.Person) (page.Page[gate.Milestone], error) {
			return p.Milestones(ctx, project, q)
		})
}

// Milestone gives one milestone.
func (s *Service) Milestone(ctx context.Context, as access.Actor, project, milestone id.ID) (gate.Milestone, error) {
	return insideOne(ctx, s, as, ModuleMilestones, access.View, func(m *gate.Milestone) *gate.ItemRights { return &m.Rights },
		func(ctx context.Context, p gate.Person) (gate.Milestone, error) {
			return p.Milestone(ctx, project, milestone)
		})
}

// SaveMilestone creates or updates a milestone.
func (s *Service) SaveMilestone(ctx context.Context, as access.Actor, idem string, project id.ID, in gate.MilestoneInput) (gate.Milestone, error) {
	return insideOne(ctx, s, as, ModuleMilestones, saving(in.ID), func(m *gate.Milestone) *gate.ItemRights { return &m.Rights },
		func(ctx context.Context, p gate.Person) (gate.Milestone, error) {
			return p.SaveMilestone(ctx, formIdem(as, idem), project, in)
		})
}

// DeleteMilestone deletes a milestone.
func (s *Service) DeleteMilestone(ctx context.Context, as access.Actor, project, milestone id.ID) error {
	return insideDelete(ctx, s, as, ModuleMilestones, func(ctx context.Context, p gate.Person) error {
		return p.DeleteMilestone(ctx, project, milestone)
	})
}

// Bugs lists bugs of a project.
func (s *Service) Bugs(ctx context.Context, as access.Actor, project id.ID, q gate.WorkQuery) (page.Page[gate.Bug], error) {
	return insideList(ctx, s, as, ModuleBugs, func(b *gate.Bug) *gate.ItemRights { return &b.Rights },
		func(ctx context.Context, p gate.Person) (page.Page[gate.Bug], error) { return p.Bugs(ctx, project, q) })
}

// Bug gives one bug.
func (s *Service) Bug(ctx context.Context, as access.Actor, project, bug id.ID) (gate.Bug, error) {
	return insideOne(ctx, s, as, ModuleBugs, access.View, func(b *gate.Bug) *gate.ItemRights { return &b.Rights },
		func(ctx context.Context, p gate.Person) (gate.Bug, error) { return p.Bug(ctx, project, bug) })
}

// SaveBug creates or updates a bug.
func (s *Service) SaveBug(ctx context.Context, as access.Actor, idem string, project id.ID, in gate.BugInput) (gate.Bug, error) {
	return insideOne(ctx, s, as, ModuleBugs, saving(in.ID), func(b *gate.Bug) *gate.ItemRights { return &b.Rights },
		func(ctx context.Context, p gate.Person) (gate.Bug, error) {
			return p.SaveBug(ctx, formIdem(as, idem), project, in)
		})
}

// DeleteBug deletes a bug.
func (s *Service) DeleteBug(ctx context.Context, as access.Actor, project, bug id.ID) error {
	return insideDelete(ctx, s, as, ModuleBugs, func(ctx context.Context, p gate.Person) error {
		return p.DeleteBug(ctx, project, bug)
	})
}
