package gatetest

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/projects/gate"
)

func (p *person) Team(ctx context.Context, project id.ID) (gate.Team, error) {
	return call(ctx, p.f, "Team", project, p.in.Team)
}

func (p *person) AddMembers(ctx context.Context, project id.ID, members []id.ID, role string) error {
	_, err := call(ctx, p.f, "AddMembers", members, func(ctx context.Context, list []id.ID) (none, error) {
		return done(p.in.AddMembers(ctx, project, list, role))
	})
	return err
}

func (p *person) RemoveMember(ctx context.Context, project, member id.ID) error {
	_, err := call(ctx, p.f, "RemoveMember", member, func(ctx context.Context, n id.ID) (none, error) {
		return done(p.in.RemoveMember(ctx, project, n))
	})
	return err
}
