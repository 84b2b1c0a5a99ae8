package gatetest

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/projects/gate"
)

func (p *person) TimeSheet(ctx context.Context, project id.ID, q gate.TimeQuery) (gate.TimeSheet, error) {
	return call(ctx, p.f, "TimeSheet", q, func(ctx context.Context, q gate.TimeQuery) (gate.TimeSheet, error) {
		return p.in.TimeSheet(ctx, project, q)
	})
}

func (p *person) TimeLog(ctx context.Context, project, entry id.ID) (gate.TimeLog, error) {
	return call(ctx, p.f, "TimeLog", entry, func(ctx context.Context, i id.ID) (gate.TimeLog, error) {
		return p.in.TimeLog(ctx, project, i)
	})
}

func (p *person) SaveTimeLog(ctx context.Context, idem string, project id.ID, in gate.TimeInput) (gate.TimeLog, error) {
	return call(ctx, p.f, "SaveTimeLog", in, func(ctx context.Context, v gate.TimeInput) (gate.TimeLog, error) {
		return p.in.SaveTimeLog(ctx, idem, project, v)
	})
}

func (p *person) DeleteTimeLog(ctx context.Context, project, entry id.ID) error {
	_, err := call(ctx, p.f, "DeleteTimeLog", entry, func(ctx context.Context, i id.ID) (none, error) {
		return done(p.in.DeleteTimeLog(ctx, project, i))
	})
	return err
}
