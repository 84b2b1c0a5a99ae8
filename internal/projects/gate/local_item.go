package gate

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/work"
)

func (q WorkQuery) items() work.ItemQuery {
	return work.ItemQuery{Status: q.Status, Mine: q.Mine, Search: q.Search, Page: q.Page}
}

func (p *person) TaskLists(ctx context.Context, project id.ID) ([]TaskList, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return nil, err
	}
	list, err := w.TaskLists(ctx, as, project)
	out := make([]TaskList, len(list))
	for i, t := range list {
		out[i] = TaskList{ID: t.ID, Name: t.Name, External: t.External}
	}
	return out, err
}

func (p *person) Tasks(ctx context.Context, project id.ID, q WorkQuery) (page.Page[Task], error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return page.Page[Task]{}, err
	}
	list, err := w.Tasks(ctx, as, project, q.items())
	return mapPage(list, taskValue), err
}

func (p *person) Task(ctx context.Context, project, task id.ID) (Task, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Task{}, err
	}
	out, err := w.Task(ctx, as, project, task)
	return taskValue(out), err
}

func (p *person) SaveTask(ctx context.Context, idem string, project id.ID, t TaskInput) (Task, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Task{}, err
	}
	in := work.TaskInput(t)
	var out work.Task
	if t.ID == 0 {
		out, err = w.CreateTask(ctx, as, project, idem, in)
	} else {
		out, err = w.UpdateTask(ctx, as, project, in)
	}
	return taskValue(out), err
}

func (p *person) DeleteTask(ctx context.Context, project, task id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.DeleteTask(ctx, as, project, task)
}

func (p *person) Milestones(ctx context.Context, project id.ID, q WorkQuery) (page.Page[Milestone], error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return page.Page[Milestone]{}, err
	}
	list, err := w.Milestones(ctx, as, project, q.items())
	return mapPage(list, milestoneValue), err
}

func (p *person) Milestone(ctx context.Context, project, milestone id.ID) (Milestone, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Milestone{}, err
	}
	out, err := w.Milestone(ctx, as, project, milestone)
	return milestoneValue(out), err
}

func (p *person) SaveMilestone(ctx context.Context, idem string, project id.ID, m MilestoneInput) (Milestone, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Milestone{}, err
	}
	in := work.MilestoneInput(m)
	var out work.Milestone
	if m.ID == 0 {
		out, err = w.CreateMilestone(ctx, as, project, idem, in)
	} else {
		out, err = w.UpdateMilestone(ctx, as, project, in)
	}
	return milestoneValue(out), err
}

func (p *person) DeleteMilestone(ctx context.Context, project, milestone id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.DeleteMilestone(ctx, as, project, milestone)
}

func (p *person) Bugs(ctx context.Context, project id.ID, q WorkQuery) (page.Page[Bug], error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return page.Page[Bug]{}, err
	}
	list, err := w.Bugs(ctx, as, project, q.items())
	return mapPage(list, bugValue), err
}

func (p *person) Bug(ctx context.Context, project, bug id.ID) (Bug, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Bug{}, err
	}
	out, err := w.Bug(ctx, as, project, bug)
	return bugValue(out), err
}

func (p *person) SaveBug(ctx context.Context, idem string, project id.ID, b BugInput) (Bug, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Bug{}, err
	}
	in := work.BugInput(b)
	var out work.Bug
	if b.ID == 0 {
		out, err = w.CreateBug(ctx, as, project, idem, in)
	} else {
		out, err = w.UpdateBug(ctx, as, project, in)
	}
	return bugValue(out), err
}

func (p *person) DeleteBug(ctx context.Context, project, bug id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.DeleteBug(ctx, as, project, bug)
}
