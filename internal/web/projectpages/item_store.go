package projectpages

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
)

// store creates or changes an item and gives its id.
func (p *Pages) store(ctx context.Context, as portal.Member, part projectviews.Part, token string, project id.ID, i projectviews.Item) (id.ID, error) {
	switch part {
	case projectviews.Tasks:
		return p.storeTask(ctx, as, token, project, i)
	case projectviews.Milestones:
		m := work.MilestoneInput{ID: i.ID, Version: i.Version, Name: i.Title, Owner: i.FirstOwner(), StartDate: i.Start, EndDate: i.Due, Status: i.Status, External: i.External}
		save := p.work.UpdateMilestone
		if i.ID == 0 {
			save = func(ctx context.Context, as portal.Member, project id.ID, m work.MilestoneInput) (work.Milestone, error) {
				return p.work.CreateMilestone(ctx, as, project, token, m)
			}
		}
		out, err := save(ctx, as, project, m)
		return out.ID, err
	}
	b := work.BugInput{ID: i.ID, Version: i.Version, Title: i.Title, Description: i.Text, Assignee: i.FirstOwner(), Status: i.Status, Severity: i.Priority, DueDate: i.Due, External: i.External}
	if i.ID == 0 {
		out, err := p.work.CreateBug(ctx, as, project, token, b)
		return out.ID, err
	}
	now, err := p.work.Bug(ctx, as, project, i.ID)
	if err != nil {
		return 0, err
	}
	b.Classification, b.Description = now.Classification, projectviews.Kept(i.Text, now.Description)
	_, err = p.work.UpdateBug(ctx, as, project, b)
	return i.ID, err
}

func (p *Pages) storeTask(ctx context.Context, as portal.Member, token string, project id.ID, i projectviews.Item) (id.ID, error) {
	t := work.TaskInput{ID: i.ID, Version: i.Version, List: i.List, Title: i.Title, Description: i.Text, Owners: i.OwnerIDs(), Status: i.Status,
		Priority: i.Priority, StartDate: i.Start, DueDate: i.Due, Percent: projectviews.ReadPercent(i.Percent),
		Parent: i.Parent, Whole: i.Whole}
	if i.ID == 0 {
		out, err := p.work.CreateTask(ctx, as, project, token, t)
		return out.ID, err
	}
	now, err := p.work.Task(ctx, as, project, i.ID)
	if err != nil {
		return 0, err
	}
	t.Description = projectviews.Kept(i.Text, now.Description)
	_, err = p.work.UpdateTask(ctx, as, project, t)
	return i.ID, err
}
