package integration

import (
	"context"
	"strings"

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
	LayerModule  = "module"  // the profile's ticks inside a project
	LayerItem    = "item"    // what Projects shows them of the project
)

// Question asks why a CRM user sees a project or, with an Item, a task, milestone, bug or
// document in it. Module says which. A zero Project asks for the way into the portal alone.
type Question struct {
	User    id.ID
	Project id.ID
	Module  string
	Item    id.ID
}

// ExplainModules lists the modules whose items can be asked for.
func ExplainModules() []string {
	return []string{ModuleTasks, ModuleMilestones, ModuleBugs, ModuleDocuments}
}

// Verdict is what one layer says about a user and a project. Asked is false for layers
// behind one that said no. Word tells apart why: a status, an outcome, a role, or a
// profile's name.
type Verdict struct {
	Layer  string
	Asked  bool
	Passed bool
	Word   string
	Rights access.Rights // of LayerGrid and LayerModule, and of LayerProject as far as it goes
}

// Explanation says why a CRM user sees a project in CRM, or does not.
type Explanation struct {
	User     access.User
	Profile  string
	Project  gate.Ref // zero when only the way into the portal was asked for
	Item     string   // its title; empty when the project alone was
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
// Administrators only; what is asked for must be something the administrator sees.
func (s *Service) Explain(ctx context.Context, as access.Actor, q Question) (Explanation, error) {
	l, mine, err := s.standing(ctx, as)
	if err != nil {
		return Explanation{}, err
	}
	if err := admin(as); err != nil {
		return Explanation{}, err
	}
	u, err := s.p.Access.User(ctx, as, q.User)
	if err != nil {
		return Explanation{}, err
	}
	profile, err := s.p.Access.Profile(ctx, as, u.ProfileID)
	if err != nil {
		return Explanation{}, err
	}
	out := Explanation{User: u, Profile: profile.Name}
	if q.Project != 0 && mine.Open() {
		if out.Project, out.Item, err = s.seenProject(ctx, l, mine, q); err != nil {
			return Explanation{}, err
		}
	}
	row := GridRow{Locked: true, Rights: access.AllRights()}
	if profile.Kind != access.ProfileAdministrator {
		rows, err := gridRows(ctx, s.p.DB, as.Org())
		if err != nil {
			return Explanation{}, err
		}
		row = rows[u.ProfileID]
	}
	listed, err := userOf(ctx, s.p.DB, l.Org, l.Epoch, q.User)
	if err != nil {
		return Explanation{}, err
	}
	status := l.status(s.p.DB.Now())
	out.add(Verdict{Layer: LayerUser, Passed: u.Status == access.Active, Word: string(u.Status)})
	out.add(Verdict{Layer: LayerStatus, Passed: status.Shown(), Word: string(status)})
	out.add(Verdict{Layer: LayerGrid, Passed: row.Rights.View, Word: profile.Name, Rights: row.Rights})
	out.add(Verdict{Layer: LayerKey, Passed: status != StatusKeyInvalid})
	out.add(Verdict{Layer: LayerMember, Passed: listed.Member != 0 && !listed.Refused, Word: listed.Outcome})
	if out.Project.ID == 0 {
		return out, nil
	}
	there := Verdict{Layer: LayerProject}
	if out.Shown() {
		if there, err = s.asMember(ctx, l, listed.Member, q.Project, row.Rights); err != nil {
			return Explanation{}, err
		}
	}
	out.add(there)
	if q.Item == 0 {
		return out, nil
	}
	inside := row.Module(q.Module)
	out.add(Verdict{Layer: LayerModule, Passed: inside.View, Word: profile.Name, Rights: inside})
	sees := false
	if out.Shown() {
		if sees, err = s.memberSees(ctx, l, listed.Member, q); err != nil {
			return Explanation{}, err
		}
	}
	out.add(Verdict{Layer: LayerItem, Passed: sees, Word: there.Word})
	return out, nil
}

// add appends what a layer says; behind one that said no it is not asked.
func (e *Explanation) add(v Verdict) {
	v.Asked = e.Shown()
	v.Passed = v.Passed && v.Asked
	e.Verdicts = append(e.Verdicts, v)
}

// seenProject names a project, and an item of it that is asked for, as the administrator
// sees them.
func (s *Service) seenProject(ctx context.Context, l link, mine Rights, q Question) (gate.Ref, string, error) {
	var p gate.Project
	item := ""
	err := s.personCall(ctx, l, mine, func(ctx context.Context, g gate.Person) (err error) {
		if p, err = g.Project(ctx, q.Project); err == nil && q.Item != 0 {
			item, err = itemTitle(ctx, g, q)
		}
		return err
	})
	return gate.Ref{ID: p.ID, Name: p.Name}, item, err
}

// itemTitle names what is asked for, as far as a member sees it.
func itemTitle(ctx context.Context, g gate.Person, q Question) (string, error) {
	switch q.Module {
	case ModuleTasks:
		t, err := g.Task(ctx, q.Project, q.Item)
		return t.Title, err
	case ModuleMilestones:
		m, err := g.Milestone(ctx, q.Project, q.Item)
		return m.Name, err
	case ModuleBugs:
		b, err := g.Bug(ctx, q.Project, q.Item)
		return b.Title, err
	case ModuleDocuments:
		d, err := g.Document(ctx, q.Project, q.Item)
		return d.Name, err
	}
	return "", fault.NotFound("integration.fault.no_record")
}

// memberSees asks Projects in the place of a member whether an item is theirs to see.
func (s *Service) memberSees(ctx context.Context, l link, member id.ID, q Question) (bool, error) {
	err := s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) error {
		_, err := itemTitle(ctx, g.As(member), q)
		return err
	})
	if fault.Is(err, fault.KindNotFound) || fault.Is(err, fault.KindForbidden) && !fault.HasCode(err, gate.CodeKeyRejected) {
		return false, nil
	}
	return err == nil, err
}

// asMember asks Projects in the place of a member: their role, and whether the project
// is theirs to see. The answer is Projects' own, not a guess from this side.
func (s *Service) asMember(ctx context.Context, l link, member, project id.ID, grid access.Rights) (Verdict, error) {
	v := Verdict{Layer: LayerProject}
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

// FoundItem is something in a project, for a picker.
type FoundItem struct {
	Module string
	ID     id.ID
	Title  string
}

// FindItems searches a project for what the administrator sees in it.
func (s *Service) FindItems(ctx context.Context, as access.Actor, project id.ID, query string) ([]FoundItem, error) {
	if err := admin(as); err != nil {
		return nil, err
	}
	l, r, err := s.enter(ctx, as, access.View)
	if err != nil {
		return nil, err
	}
	var out []FoundItem
	if project == 0 {
		return out, nil // none is chosen yet
	}
	err = s.personCall(ctx, l, r, func(ctx context.Context, g gate.Person) error {
		q := gate.WorkQuery{Search: query, Page: page.Request{Size: maxFound}}
		tasks, err := g.Tasks(ctx, project, q)
		if err != nil {
			return err
		}
		for _, t := range tasks.Items {
			out = append(out, FoundItem{ModuleTasks, t.ID, t.Title})
		}
		stones, err := g.Milestones(ctx, project, q)
		if err != nil {
			return err
		}
		for _, m := range stones.Items {
			out = append(out, FoundItem{ModuleMilestones, m.ID, m.Name})
		}
		bugs, err := g.Bugs(ctx, project, q)
		if err != nil {
			return err
		}
		for _, b := range bugs.Items {
			out = append(out, FoundItem{ModuleBugs, b.ID, b.Title})
		}
		documents, err := g.Documents(ctx, project, page.Request{Size: page.MaxSize})
		for _, d := range documents.Items {
			if strings.Contains(strings.ToLower(d.Name), strings.ToLower(query)) {
				out = append(out, FoundItem{ModuleDocuments, d.ID, d.Name})
			}
		}
		return err
	})
	return out, err
}
