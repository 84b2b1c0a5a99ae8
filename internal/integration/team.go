package integration

import (
	"context"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
)

// Team is who works on a project, as it is shown inside CRM.
type Team struct {
	gate.Team
	// Others are portal members who are users of the CRM and not on the project yet;
	// empty for who may not put them on it.
	Others []gate.Ref
	May    bool // put users on it and take them off
}

// Team lists who is on a project, to those Projects shows people.
func (s *Service) Team(ctx context.Context, as access.Actor, project id.ID) (Team, error) {
	l, r, err := s.enter(ctx, as, access.View)
	if err != nil {
		return Team{}, err
	}
	var out Team
	var owners []gate.Ref
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) error {
		of, err := p.Project(ctx, project)
		if err != nil {
			return err
		}
		if out.Team, err = p.Team(ctx, project); err != nil {
			return err
		}
		if out.May = of.Rights.Users && r.Grid.Edit; out.May {
			o, err := p.Options(ctx)
			owners = o.Owners
			return err
		}
		return nil
	})
	if err != nil || !out.May {
		return out, err
	}
	owners = slices.DeleteFunc(owners, func(o gate.Ref) bool {
		return slices.ContainsFunc(out.Members, func(m gate.TeamPerson) bool { return m.ID == o.ID })
	})
	out.Others, err = s.colleagues(ctx, l, owners)
	return out, err
}

// AddToTeam puts users of the CRM on a project with a role inside it.
func (s *Service) AddToTeam(ctx context.Context, as access.Actor, project id.ID, members []id.ID, role string) error {
	l, r, err := s.enter(ctx, as, access.Edit)
	if err != nil {
		return err
	}
	if len(members) == 0 {
		return fault.Invalid("integration.fault.team").Field("members", "integration.fault.team")
	}
	team := make([]gate.TeamMember, len(members))
	for i, m := range members {
		team[i] = gate.TeamMember{Member: m, Role: role}
	}
	if err := s.checkTeam(ctx, l, team); err != nil {
		return err
	}
	return s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) error {
		return p.AddMembers(ctx, project, members, role)
	})
}

// RemoveFromTeam takes a user off a project, never its owner.
func (s *Service) RemoveFromTeam(ctx context.Context, as access.Actor, project, member id.ID) error {
	return s.editTeam(ctx, as, func(ctx context.Context, p gate.Person) error { return p.RemoveMember(ctx, project, member) })
}

// RemoveClientUser takes a client user off a project; contact and client user stay tied.
func (s *Service) RemoveClientUser(ctx context.Context, as access.Actor, project, user id.ID) error {
	return s.editTeam(ctx, as, func(ctx context.Context, p gate.Person) error { return p.RemoveClientUser(ctx, project, user) })
}

func (s *Service) editTeam(ctx context.Context, as access.Actor, fn func(context.Context, gate.Person) error) error {
	l, r, err := s.enter(ctx, as, access.Edit)
	if err != nil {
		return err
	}
	return s.personCall(ctx, l, r, fn)
}
