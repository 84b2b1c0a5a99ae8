package gate

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/work"
)

// What follows is the system scope of one task that a record outside is tied to.

func (s *session) Task(ctx context.Context, project, task id.ID) (Task, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return Task{}, err
	}
	out, err := s.door.work.Task(ctx, sys, project, task)
	return taskValue(out), err
}

func (s *session) SaveTask(ctx context.Context, idem string, project id.ID, t TaskInput) (Task, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return Task{}, err
	}
	var out work.Task
	if t.ID == 0 {
		out, err = s.door.work.CreateTask(ctx, sys, project, idem, work.TaskInput(t))
	} else {
		out, err = s.door.work.UpdateTask(ctx, sys, project, work.TaskInput(t))
	}
	return taskValue(out), err
}

func (s *session) WatchTask(ctx context.Context, project, task id.ID, on bool) error {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return err
	}
	return s.door.work.WatchTask(ctx, sys, project, task, on)
}

func (s *session) TaskComments(ctx context.Context, project, task id.ID, r page.Request) (page.Page[Comment], error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return page.Page[Comment]{}, err
	}
	list, err := s.door.work.Comments(ctx, sys, project, work.KindTask, task, r)
	return mapPage(list, commentValue), err
}

func (s *session) SaveTaskComment(ctx context.Context, idem string, project, task id.ID, in CommentInput) (Comment, error) {
	sys, _, err := s.admit(ctx)
	if err != nil {
		return Comment{}, err
	}
	return saveComment(ctx, s.door.work, sys, idem, project, work.KindTask, task, in)
}
