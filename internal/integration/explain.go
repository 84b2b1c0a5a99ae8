package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
)

// Layers between a CRM user and a project, in the order they are asked.
const (
	LayerUser    = "user"    // active in CRM
	LayerStatus  = "status"  // the integration is on
	LayerGrid    = "grid"    // the profile's ticks
	LayerKey     = "key"     // the key opens the portal
	LayerMember  = "member"  // registered and active in the portal
	LayerProject = "project" // what Projects itself shows them
)

// Verdict is what one layer says about a user and a project. Asked is false for layers
// behind one that said no. Word tells apart why: a status, an outcome, a role, or a
// profile's name.
type Verdict struct {
	Layer  string
	Asked  bool
	Passed bool
	Word   string
	Rights access.Rights // of LayerGrid, and of LayerProject as far as it goes
}

// Explanation says why a CRM user sees a project in CRM, or does not.
type Explanation struct {
	User     access.User
	Profile  string
	Project  gate.Ref // zero when only the way into the portal was asked for
	Verdicts []Verdict
}

// Shown says whether every layer that counts lets the user through.
func (e Explanation) Shown() bool {
	for _, v := range e.Verdicts {
		if !v.Passed {
			return false
		}
	}
	return true
}

// Explain asks every layer between a CRM user and a project, in the user's place.
// Administrators only; the project must be one the administrator sees. A zero project
// asks for the way into the portal alone.
func (s *Service) Explain(ctx context.Context, as access.Actor, user, project id.ID) (Explanation, error) {
	l, mine, err := s.standing(ctx, as)
	if err != nil {
		return Explanation{}, err
	}
	if err := admin(as); err != nil {
		return Explanation{}, err
	}
	u, err := s.p.Access.User(ctx, as, user)
	if err != nil {
		return Explanation{}, err
	}
	profile, err := s.p.Access.Profile(ctx, as, u.ProfileID)
	if err != nil {
		return Explanation{}, err
	}
	out := Explanation{User: u, Profile: profile.Name}
	if project != 0 && mine.Open() {
		if out.Project, err = s.seenProject(ctx, l, mine, project); err != nil {
			return Explanation{}, err
		}
	}
	grid := access.AllRights()
	if profile.Kind != access.ProfileAdministrator {
		rows, err := gridRows(ctx, s.p.DB, as.Org())
		if err != nil {
			return Explanation{}, err
		}
		grid = rows[u.ProfileID].Rights
	}
	listed, err := userOf(ctx, s.p.DB, l.Org, l.Epoch, user)
	if err != nil {
		return Explanation{}, err
	}
	status := l.status(s.p.DB.Now())
	layers := []Verdict{
		{Layer: LayerUser, Passed: u.Status == access.Active, Word: string(u.Status)},
		{Layer: LayerStatus, Passed: status.Shown(), Word: string(status)},
		{Layer: LayerGrid, Passed: grid.View, Word: profile.Name, Rights: grid},
		{Layer: LayerKey, Passed: status != StatusKeyInvalid},
		{Layer: LayerMember, Passed: listed.Member != 0 && !listed.Refused, Word: listed.Outcome},
	}
	for _, v := range layers {
		v.Asked = out.Shown()
		v.Passed = v.Passed && v.Asked
		out.Verdicts = append(out.Verdicts, v)
	}
	if out.Project.ID == 0 {
		return out, nil
	}
	last := Verdict{Layer: LayerProject, Asked: out.Shown()}
	if last.Asked {
		if last, err = s.asMember(ctx, l, listed.Member, project, grid); err != nil {
			return Explanation{}, err
		}
	}
	out.Verdicts = append(out.Verdicts, last)
	return out, nil
}

// seenProject names a project the administrator sees.
func (s *Service) seenProject(ctx context.Context, l link, mine Rights, project id.ID) (gate.Ref, error) {
	var p gate.Project
	err := s.personCall(ctx, l, mine, func(ctx context.Context, g gate.Person) (err error) {
		p, err = g.Project(ctx, project)
		return err
	})
	return gate.Ref{ID: p.ID, Name: p.Name}, err
}

// asMember asks Projects in the place of a member: their role, and whether the project
// is theirs to see. The answer is Projects' own, not a guess from this side.
func (s *Service) asMember(ctx context.Context, l link, member, project id.ID, grid access.Rights) (Verdict, error) {
	v := Verdict{Layer: LayerProject, Asked: true}
	err := s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) error {
		who := g.As(member)
		rights, err := who.Rights(ctx)
		if err != nil {
			return err
		}
		v.Word = rights.Role
		p, err := who.Project(ctx, project)
		if err != nil {
			return err
		}
		v.Passed = true
		v.Rights = access.Rights{View: true, Create: rights.CreateProject && grid.Create, Edit: p.Rights.Edit && grid.Edit, Delete: p.Rights.Trash && grid.Delete}
		return nil
	})
	switch {
	case err == nil:
	case fault.HasCode(err, gate.CodeKeyRejected):
		return v, err
	case fault.HasCode(err, gate.CodeNotMember):
		v.Word = gate.CodeNotMember
	case !fault.Is(err, fault.KindNotFound) && !fault.Is(err, fault.KindForbidden):
		return v, err
	}
	return v, nil
}

// FindProjects searches the projects the administrator sees, for a picker.
func (s *Service) FindProjects(ctx context.Context, as access.Actor, query string) ([]gate.Ref, error) {
	if err := admin(as); err != nil {
		return nil, err
	}
	l, r, err := s.enter(ctx, as, access.View)
	if err != nil {
		return nil, err
	}
	var out []gate.Ref
	err = s.personCall(ctx, l, r, func(ctx context.Context, g gate.Person) error {
		list, err := g.Projects(ctx, gate.ProjectQuery{Any: true, Search: query, Sort: gate.SortName, Page: page.Request{Size: maxFound}})
		for _, p := range list.Items {
			out = append(out, gate.Ref{ID: p.ID, Name: p.Name})
		}
		return err
	})
	return out, err
}
