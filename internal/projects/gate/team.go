package gate

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/projects/work"
)

// Team is who works on a project and which clients look on.
type Team struct {
	Members []TeamPerson `json:"members"`
	Clients []TeamClient `json:"clients"` // the primary one first
}

// TeamPerson is a portal member put on a project.
type TeamPerson struct {
	Ref
	Role       string `json:"role"` // RoleManager or RoleMember
	PortalRole string `json:"portal_role"`
	Owner      bool   `json:"owner"` // of the project
	Active     bool   `json:"active"`
}

// TeamClient is a client company on a project with those of its users who see it.
type TeamClient struct {
	Company  Ref   `json:"company"`
	Primary  bool  `json:"primary"`
	AllUsers bool  `json:"all_users"` // every present and later user sees it
	Users    []Ref `json:"users"`     // those put on it by name
}

func (p *person) Team(ctx context.Context, project id.ID) (Team, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Team{}, err
	}
	members, err := w.Members(ctx, as, project)
	if err != nil {
		return Team{}, err
	}
	clients, err := w.Clients(ctx, as, project)
	if err != nil {
		return Team{}, err
	}
	out := Team{Members: make([]TeamPerson, len(members)), Clients: make([]TeamClient, len(clients))}
	for i, m := range members {
		out.Members[i] = TeamPerson{Ref: Ref{ID: m.ID, Name: m.Name}, Role: string(m.Role), PortalRole: string(m.PortalRole), Owner: m.Owner, Active: m.Active}
	}
	for i, c := range clients {
		out.Clients[i] = TeamClient{Company: ref(c.Company), Primary: c.Primary, AllUsers: c.AllUsers, Users: refs(c.Users)}
	}
	return out, nil
}

func (p *person) AddMembers(ctx context.Context, project id.ID, members []id.ID, role string) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.AddMembers(ctx, as, project, members, work.ProjectRole(role))
}

func (p *person) RemoveMember(ctx context.Context, project, member id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.RemoveMember(ctx, as, project, member)
}
