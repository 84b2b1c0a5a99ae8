package gate

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
)

// person is one linked member of a local portal.
type person struct {
	session *session
	member  id.ID
}

// enter verifies key, link and membership, in that order, and gives the member's
// badge: from here on Projects decides as if the member had come by its front door.
func (p *person) enter(ctx context.Context) (portal.Member, *work.Service, error) {
	s := p.session
	if _, _, err := s.admit(ctx); err != nil {
		return portal.Member{}, nil, err
	}
	ok, err := s.door.linked(ctx, s.portal, s.caller.Org, p.member)
	if err == nil && !ok {
		err = fault.Forbidden("gate.not_member")
	}
	if err != nil {
		return portal.Member{}, nil, notMember(err)
	}
	as, err := s.door.portals.EnterMember(ctx, s.portal, p.member)
	return as, s.door.work, notMember(err)
}

func (p *person) Rights(ctx context.Context) (Rights, error) {
	as, _, err := p.enter(ctx)
	if err != nil {
		return Rights{}, err
	}
	return Rights{Role: string(as.Role()), CreateProject: as.Can(portal.ActAddProject), AddUser: as.Can(portal.ActProjectUsers)}, nil
}

func (p *person) Projects(ctx context.Context, q ProjectQuery) (page.Page[Project], error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return page.Page[Project]{}, err
	}
	list, err := w.Projects(ctx, as, work.Query{
		Any: q.Any, Companies: q.Companies, ClientUsers: q.ClientUsers, IDs: q.IDs, Exclude: q.Exclude,
		Search: q.Search, Status: q.Status, Sort: q.Sort, Desc: q.Desc, Page: q.Page,
	})
	return mapPage(list, projectValue), err
}

func (p *person) Project(ctx context.Context, project id.ID) (Project, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Project{}, err
	}
	out, err := w.Project(ctx, as, project)
	if err == nil && out.Template {
		return Project{}, fault.NotFound("work.fault.not_found") // nobody outside hears of templates
	}
	return projectValue(out), err
}

func (p *person) CreateProject(ctx context.Context, idem string, in NewProject) (Project, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Project{}, err
	}
	public := &in.Public
	if !in.Public {
		public = nil // the portal's own default
	}
	team := make([]work.TeamMember, len(in.Team))
	for i, t := range in.Team {
		team[i] = work.TeamMember{Member: t.Member, Role: work.ProjectRole(t.Role)}
	}
	out, err := w.CreateProject(ctx, as, idem, work.NewProject{
		Name: in.Name, Owner: in.Owner, Group: in.Group, Status: in.Status, StartDate: in.StartDate, EndDate: in.EndDate,
		Overview: in.Overview, Public: public, Company: in.Company, Users: in.Users, Team: team,
		Template: in.Template, Anchor: in.Anchor, Workdays: in.Workdays, Shift: in.Shift, Custom: in.Custom, Budget: in.Budget,
	})
	return projectValue(out), err
}

func (p *person) UpdateProject(ctx context.Context, project id.ID, version int64, c ProjectPatch) (Project, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Project{}, err
	}
	out, err := w.UpdateProject(ctx, as, project, version, c.inside())
	return projectValue(out), err
}

func (c ProjectPatch) inside() work.ProjectPatch {
	return work.ProjectPatch{
		Name: c.Name, Owner: c.Owner, Group: c.Group, Status: c.Status, StartDate: c.StartDate, EndDate: c.EndDate,
		Overview: c.Overview, Public: c.Public, Custom: c.Custom, Budget: c.Budget,
	}
}

func (p *person) TrashProject(ctx context.Context, _ string, project id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.TrashProject(ctx, as, project)
}

func (p *person) AddClient(ctx context.Context, _ string, project, company id.ID, users []id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.AddClient(ctx, as, project, work.NewClient{Company: company, Users: users})
}

func (p *person) RemoveClientUser(ctx context.Context, project, user id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.RemoveClientUser(ctx, as, project, user)
}

func (p *person) Options(ctx context.Context) (Options, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Options{}, err
	}
	owners, err := w.Owners(ctx, as)
	if err != nil {
		return Options{}, err
	}
	groups, err := w.Groups(ctx, as)
	if err != nil {
		return Options{}, err
	}
	out := Options{Owners: refs(owners)}
	for _, g := range groups {
		out.Groups = append(out.Groups, Ref{ID: g.ID, Name: g.Name})
	}
	statuses, err := w.ProjectStatuses(ctx, as)
	if err != nil {
		return Options{}, err
	}
	for _, s := range statuses {
		out.Statuses = append(out.Statuses, ProjectStatus{Key: s.Key, Name: s.Name, Closed: s.Closed})
	}
	fields, err := w.Fields(ctx, as)
	if err != nil {
		return Options{}, err
	}
	out.Fields = fieldValues(fields)
	templates, err := w.Templates(ctx, as)
	for _, t := range templates {
		out.Templates = append(out.Templates, Ref{ID: t.ID, Name: t.Name})
	}
	return out, err
}

func (p *person) Members(ctx context.Context, project id.ID) ([]Ref, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return nil, err
	}
	list, err := w.Assignable(ctx, as, project)
	return refs(list), err
}
