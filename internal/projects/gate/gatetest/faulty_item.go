package gatetest

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

func (p *person) TaskLists(ctx context.Context, project id.ID) ([]gate.TaskList, error) {
	return call(ctx, p.f, "TaskLists", project, p.in.TaskLists)
}

func (p *person) Tasks(ctx context.Context, project id.ID, q gate.WorkQuery) (page.Page[gate.Task], error) {
	return call(ctx, p.f, "Tasks", q, func(ctx context.Context, q gate.WorkQuery) (page.Page[gate.Task], error) {
		return p.in.Tasks(ctx, project, q)
	})
}

func (p *person) Task(ctx context.Context, project, task id.ID) (gate.Task, error) {
	return call(ctx, p.f, "Task", task, func(ctx context.Context, i id.ID) (gate.Task, error) { return p.in.Task(ctx, project, i) })
}

func (p *person) SaveTask(ctx context.Context, idem string, project id.ID, in gate.TaskInput) (gate.Task, error) {
	return call(ctx, p.f, "SaveTask", in, func(ctx context.Context, v gate.TaskInput) (gate.Task, error) {
		return p.in.SaveTask(ctx, idem, project, v)
	})
}

func (p *person) DeleteTask(ctx context.Context, project, task id.ID) error {
	_, err := call(ctx, p.f, "DeleteTask", task, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.DeleteTask(ctx, project, i))
	})
	return err
}

func (p *person) Milestones(ctx context.Context, project id.ID, q gate.WorkQuery) (page.Page[gate.Milestone], error) {
	return call(ctx, p.f, "Milestones", q, func(ctx context.Context, q gate.WorkQuery) (page.Page[gate.Milestone], error) {
		return p.in.Milestones(ctx, project, q)
	})
}

func (p *person) Milestone(ctx context.Context, project, milestone id.ID) (gate.Milestone, error) {
	return call(ctx, p.f, "Milestone", milestone, func(ctx context.Context, i id.ID) (gate.Milestone, error) { return p.in.Milestone(ctx, project, i) })
}

func (p *person) SaveMilestone(ctx context.Context, idem string, project id.ID, in gate.MilestoneInput) (gate.Milestone, error) {
	return call(ctx, p.f, "SaveMilestone", in, func(ctx context.Context, v gate.MilestoneInput) (gate.Milestone, error) {
		return p.in.SaveMilestone(ctx, idem, project, v)
	})
}

func (p *person) DeleteMilestone(ctx context.Context, project, milestone id.ID) error {
	_, err := call(ctx, p.f, "DeleteMilestone", milestone, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.DeleteMilestone(ctx, project, i))
	})
	return err
}

func (p *person) Bugs(ctx context.Context, project id.ID, q gate.WorkQuery) (page.Page[gate.Bug], error) {
	return call(ctx, p.f, "Bugs", q, func(ctx context.Context, q gate.WorkQuery) (page.Page[gate.Bug], error) {
		return p.in.Bugs(ctx, project, q)
	})
}

func (p *person) Bug(ctx context.Context, project, bug id.ID) (gate.Bug, error) {
	return call(ctx, p.f, "Bug", bug, func(ctx context.Context, i id.ID) (gate.Bug, error) { return p.in.Bug(ctx, project, i) })
}

func (p *person) SaveBug(ctx context.Context, idem string, project id.ID, in gate.BugInput) (gate.Bug, error) {
	return call(ctx, p.f, "SaveBug", in, func(ctx context.Context, v gate.BugInput) (gate.Bug, error) {
		return p.in.SaveBug(ctx, idem, project, v)
	})
}

func (p *person) DeleteBug(ctx context.Context, project, bug id.ID) error {
	_, err := call(ctx, p.f, "DeleteBug", bug, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.DeleteBug(ctx, project, i))
	})
	return err
}
