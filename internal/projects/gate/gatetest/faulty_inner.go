package gatetest

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/projects/gate"
)

func (p *person) TaskInner(ctx context.Context, project, task id.ID) (gate.Inner, error) {
	return call(ctx, p.f, "TaskInner", task, func(ctx context.Context, i id.ID) (gate.Inner, error) { return p.in.TaskInner(ctx, project, i) })
}

func (p *person) AddChecklistLine(ctx context.Context, idem string, project, task id.ID, words string) (id.ID, error) {
	return call(ctx, p.f, "AddChecklistLine", words, func(ctx context.Context, v string) (id.ID, error) {
		return p.in.AddChecklistLine(ctx, idem, project, task, v)
	})
}

func (p *person) TickChecklistLine(ctx context.Context, project, task, line id.ID, on bool) error {
	_, err := call(ctx, p.f, "TickChecklistLine", line, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.TickChecklistLine(ctx, project, task, i, on))
	})
	return err
}

func (p *person) DeleteChecklistLine(ctx context.Context, project, task, line id.ID) error {
	_, err := call(ctx, p.f, "DeleteChecklistLine", line, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.DeleteChecklistLine(ctx, project, task, i))
	})
	return err
}

func (p *person) PlaceTask(ctx context.Context, project, task, parent id.ID) error {
	_, err := call(ctx, p.f, "PlaceTask", parent, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.PlaceTask(ctx, project, task, i))
	})
	return err
}

func (p *person) AddPredecessor(ctx context.Context, project, task, before id.ID) error {
	_, err := call(ctx, p.f, "AddPredecessor", before, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.AddPredecessor(ctx, project, task, i))
	})
	return err
}

func (p *person) RemovePredecessor(ctx context.Context, project, task, before id.ID) error {
	_, err := call(ctx, p.f, "RemovePredecessor", before, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.RemovePredecessor(ctx, project, task, i))
	})
	return err
}
