package gatetest

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

func (s *session) Foresee(ctx context.Context, batch []gate.Newcomer) ([]gate.Provisioned, error) {
	return call(ctx, s.f, "Foresee", batch, s.in.Foresee)
}

func (s *session) Fields(ctx context.Context) ([]gate.Field, error) {
	return call(ctx, s.f, "Fields", noArgs{}, func(ctx context.Context, _ noArgs) ([]gate.Field, error) { return s.in.Fields(ctx) })
}

func (s *session) Task(ctx context.Context, project, task id.ID) (gate.Task, error) {
	return call(ctx, s.f, "SessionTask", task, func(ctx context.Context, i id.ID) (gate.Task, error) { return s.in.Task(ctx, project, i) })
}

func (s *session) SaveTask(ctx context.Context, idem string, project id.ID, in gate.TaskInput) (gate.Task, error) {
	return call(ctx, s.f, "SessionSaveTask", in, func(ctx context.Context, v gate.TaskInput) (gate.Task, error) {
		return s.in.SaveTask(ctx, idem, project, v)
	})
}

func (s *session) WatchTask(ctx context.Context, project, task id.ID, on bool) error {
	_, err := call(ctx, s.f, "WatchTask", task, func(ctx context.Context, i id.ID) (none, error) { return done(s.in.WatchTask(ctx, project, i, on)) })
	return err
}

func (s *session) TaskComments(ctx context.Context, project, task id.ID, r page.Request) (page.Page[gate.Comment], error) {
	return call(ctx, s.f, "TaskComments", r, func(ctx context.Context, r page.Request) (page.Page[gate.Comment], error) {
		return s.in.TaskComments(ctx, project, task, r)
	})
}

func (s *session) SaveTaskComment(ctx context.Context, idem string, project, task id.ID, in gate.CommentInput) (gate.Comment, error) {
	return call(ctx, s.f, "SaveTaskComment", in, func(ctx context.Context, v gate.CommentInput) (gate.Comment, error) {
		return s.in.SaveTaskComment(ctx, idem, project, task, v)
	})
}

func (s *session) Glance(ctx context.Context, project id.ID) (gate.Glance, error) {
	return call(ctx, s.f, "Glance", project, s.in.Glance)
}

func (s *session) SetProject(ctx context.Context, project id.ID, version int64, patch gate.ProjectPatch) (gate.Project, error) {
	return call(ctx, s.f, "SetProject", patch, func(ctx context.Context, v gate.ProjectPatch) (gate.Project, error) {
		return s.in.SetProject(ctx, project, version, v)
	})
}

func (s *session) WatchProject(ctx context.Context, project id.ID, on bool) error {
	_, err := call(ctx, s.f, "WatchProject", project, func(ctx context.Context, i id.ID) (none, error) { return done(s.in.WatchProject(ctx, i, on)) })
	return err
}

func (s *session) Watched(ctx context.Context, after id.ID, limit int) ([]id.ID, error) {
	return call(ctx, s.f, "Watched", after, func(ctx context.Context, after id.ID) ([]id.ID, error) { return s.in.Watched(ctx, after, limit) })
}

func (p *person) RemoveClientUser(ctx context.Context, project, user id.ID) error {
	_, err := call(ctx, p.f, "RemoveClientUser", user, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.RemoveClientUser(ctx, project, i))
	})
	return err
}

func (p *person) Comments(ctx context.Context, project id.ID, kind string, item id.ID, r page.Request) (page.Page[gate.Comment], error) {
	return call(ctx, p.f, "Comments", r, func(ctx context.Context, r page.Request) (page.Page[gate.Comment], error) {
		return p.in.Comments(ctx, project, kind, item, r)
	})
}

func (p *person) SaveComment(ctx context.Context, idem string, project id.ID, kind string, item id.ID, in gate.CommentInput) (gate.Comment, error) {
	return call(ctx, p.f, "SaveComment", in, func(ctx context.Context, v gate.CommentInput) (gate.Comment, error) {
		return p.in.SaveComment(ctx, idem, project, kind, item, v)
	})
}

func (p *person) DeleteComment(ctx context.Context, project id.ID, kind string, item, comment id.ID) error {
	_, err := call(ctx, p.f, "DeleteComment", comment, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.DeleteComment(ctx, project, kind, item, i))
	})
	return err
}
