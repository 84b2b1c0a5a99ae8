package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
)

// What a task is made of goes with the task in the grid: who may see it sees that, who
// may edit it changes that.

// TaskInner gives what a task is made of.
func (s *Service) TaskInner(ctx context.Context, as access.Actor, project, task id.ID) (gate.Inner, error) {
	out, _, err := inside(ctx, s, as, ModuleTasks, access.View, func(ctx context.Context, p gate.Person) (gate.Inner, error) {
		return p.TaskInner(ctx, project, task)
	})
	return out, err
}

// AddChecklistLine adds a line to a task's checklist.
func (s *Service) AddChecklistLine(ctx context.Context, as access.Actor, idem string, project, task id.ID, words string) (id.ID, error) {
	out, _, err := inside(ctx, s, as, ModuleTasks, access.Edit, func(ctx context.Context, p gate.Person) (id.ID, error) {
		return p.AddChecklistLine(ctx, formIdem(as, idem), project, task, words)
	})
	return out, err
}

// TickChecklistLine says that a line is done, or that it is not.
func (s *Service) TickChecklistLine(ctx context.Context, as access.Actor, project, task, line id.ID, done bool) error {
	return insideEdit(ctx, s, as, func(ctx context.Context, p gate.Person) error {
		return p.TickChecklistLine(ctx, project, task, line, done)
	})
}

// DeleteChecklistLine takes a line away; it takes the right to edit the task.
func (s *Service) DeleteChecklistLine(ctx context.Context, as access.Actor, project, task, line id.ID) error {
	return insideEdit(ctx, s, as, func(ctx context.Context, p gate.Person) error {
		return p.DeleteChecklistLine(ctx, project, task, line)
	})
}

// PlaceTask makes a task part of another one, or of none.
func (s *Service) PlaceTask(ctx context.Context, as access.Actor, project, task, parent id.ID) error {
	return insideEdit(ctx, s, as, func(ctx context.Context, p gate.Person) error {
		return p.PlaceTask(ctx, project, task, parent)
	})
}

// AddPredecessor makes a task wait for another one.
func (s *Service) AddPredecessor(ctx context.Context, as access.Actor, project, task, before id.ID) error {
	return insideEdit(ctx, s, as, func(ctx context.Context, p gate.Person) error {
		return p.AddPredecessor(ctx, project, task, before)
	})
}

// RemovePredecessor lets a task wait for another one no longer.
func (s *Service) RemovePredecessor(ctx context.Context, as access.Actor, project, task, before id.ID) error {
	return insideEdit(ctx, s, as, func(ctx context.Context, p gate.Person) error {
		return p.RemovePredecessor(ctx, project, task, before)
	})
}

func insideEdit(ctx context.Context, s *Service, as access.Actor, fn func(context.Context, gate.Person) error) error {
	_, _, err := inside(ctx, s, as, ModuleTasks, access.Edit, func(ctx context.Context, p gate.Person) (struct{}, error) {
		return struct{}{}, fn(ctx, p)
	})
	return err
}
