package gate

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/work"
)

// What follows is the system scope of one project whose values a record outside shows.

// Glance is a project as somebody outside follows it.
type Glance struct {
	Project
	// Next is the open milestone that ends first, with its day; empty without one.
	Next    string `json:"next"`
	NextDay string `json:"next_day"`
}

func (s *session) Glance(ctx context.Context, project id.ID) (Glance, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return Glance{}, err
	}
	p, err := s.door.work.Project(ctx, sys, project)
	if err != nil {
		return Glance{}, err
	}
	next, err := s.door.work.Milestones(ctx, sys, project, work.ItemQuery{Status: "open", Page: page.Request{Size: 1}})
	out := Glance{Project: projectValue(p)}
	for _, m := range next.Items {
		out.Next, out.NextDay = m.Name, m.EndDate
	}
	return out, err
}

func (s *session) SetProject(ctx context.Context, project id.ID, version int64, patch ProjectPatch) (Project, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return Project{}, err
	}
	p, err := s.door.work.UpdateProject(ctx, sys, project, version, patch.inside())
	return projectValue(p), err
}

func (s *session) WatchProject(ctx context.Context, project id.ID, on bool) error {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return err
	}
	return s.door.work.WatchProject(ctx, sys, project, s.caller.Org.String(), on)
}

func (s *session) Watched(ctx context.Context, after id.ID, limit int) ([]id.ID, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return nil, err
	}
	return s.door.work.Watched(ctx, sys, s.caller.Org.String(), after, min(max(limit, 1), 1000))
}
