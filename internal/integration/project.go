package integration

import (
	"context"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// ProjectView is one project as CRM shows it. Rights of the project are already the
// intersection of both gates; Rights.Modules hold the grid's second level.
type ProjectView struct {
	Project gate.Project
	Rights  Rights
	Records []RecordRef // records it belongs to that the viewer may see
}

// ProjectEdit changes a project at the version it was read.
type ProjectEdit struct {
	Project id.ID
	Version int64
	Patch   gate.ProjectPatch
}

// Associate puts existing projects on a record.
type Associate struct {
	Idem     string
	Module   string
	Record   id.ID
	Projects []id.ID
	Contacts []id.ID // become client users
	Known    []id.ID // contacts who only belong to the projects, without access
}

// Associated is the outcome for one project; Problem is nil when it went well.
type Associated struct {
	Project id.ID
	Name    string
	Problem *fault.Error
}

// maxAssociate is how many projects one submit associates at most.
const maxAssociate = 50

// Project gives one project with the rights both gates leave.
func (s *Service) Project(ctx context.Context, as access.Actor, project id.ID) (ProjectView, error) {
	l, r, err := s.enter(ctx, as, access.View)
	if err != nil {
		return ProjectView{Rights: r}, err
	}
	out := ProjectView{Rights: r}
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		out.Project, err = p.Project(ctx, project)
		return err
	})
	if err != nil {
		return out, err
	}
	bothGates(&out.Project, r)
	out.Records, err = s.recordsOf(ctx, as, l, out.Project)
	return out, err
}

// recordsOf gives the records a project belongs to, as far as the viewer sees them.
func (s *Service) recordsOf(ctx context.Context, as access.Actor, l link, p gate.Project) ([]RecordRef, error) {
	links, err := projectLinks(ctx, s.p.DB, l, "project_id", p.ID)
	if err != nil {
		return nil, err
	}
	by := map[string][]id.ID{}
	for _, e := range links {
		by[e.Module] = append(by[e.Module], e.Record)
	}
	companies := make([]id.ID, len(p.Clients))
	for i, c := range p.Clients {
		companies[i] = c.ID
	}
	accounts, err := accountsOf(ctx, s.p.DB, l, companies)
	if err != nil {
		return nil, err
	}
	by[access.TabAccounts] = append(by[access.TabAccounts], accounts...)
	var out []RecordRef
	for _, module := range []string{access.TabAccounts, access.TabDeals, access.TabContacts} {
		list := by[module]
		slices.Sort(list)
		refs, err := s.visible(ctx, as, module, slices.Compact(list))
		if err != nil {
			return nil, err
		}
		out = append(out, refs...)
	}
	return out, nil
}

// PickProjects lists the projects the person sees that are not on the record yet. A
// page may hold fewer than asked: those that come to the record by themselves are
// left out of it.
func (s *Service) PickProjects(ctx context.Context, as access.Actor, module string, record id.ID, q ListQuery) (page.Page[gate.Project], error) {
	l, r, err := s.enter(ctx, as, access.Create)
	if err != nil {
		return page.Page[gate.Project]{}, err
	}
	if err := l.offered(module); err != nil {
		return page.Page[gate.Project]{}, err
	}
	rec, err := s.record(ctx, as, module, record)
	if err != nil {
		return page.Page[gate.Project]{}, err
	}
	src, err := s.sources(ctx, as, l, rec)
	if err != nil {
		return page.Page[gate.Project]{}, err
	}
	var found page.Page[gate.Project]
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		ask := q.ask()
		ask.Any = true
		for _, e := range src.explicit {
			if e.Record == rec.ID {
				ask.Exclude = append(ask.Exclude, e.Project)
			}
		}
		found, err = p.Projects(ctx, ask)
		return err
	})
	found.Items = slices.DeleteFunc(found.Items, func(p gate.Project) bool {
		return src.client.Company != 0 && !slices.Contains(src.exclude, p.ID) &&
			slices.ContainsFunc(p.Clients, func(c gate.Ref) bool { return c.ID == src.client.Company })
	})
	return found, err
}

// AssociateExisting puts projects on a record, one outcome per project. The account's
// client becomes a client of each, which Projects must allow the person.
func (s *Service) AssociateExisting(ctx context.Context, as access.Actor, in Associate) ([]Associated, error) {
	l, r, err := s.enter(ctx, as, access.Create)
	if err != nil {
		return nil, err
	}
	if err := l.offered(in.Module); err != nil {
		return nil, err
	}
	if len(in.Projects) == 0 || len(in.Projects) > maxAssociate {
		return nil, fault.Invalid("integration.fault.pick_projects").With("Max", maxAssociate).
			Field("projects", "integration.fault.pick_projects", fault.Args{"Max": maxAssociate})
	}
	rec, err := s.ready(ctx, as, in.Module, in.Record)
	if err != nil {
		return nil, err
	}
	if err := s.checkKnown(ctx, as, rec, in.Known); err != nil {
		return nil, err
	}
	tie, err := s.ensureClient(ctx, as, l, rec, in.Contacts, formIdem(as, in.Idem))
	if err != nil {
		return nil, err
	}
	out := make([]Associated, 0, len(in.Projects))
	for _, project := range in.Projects {
		one := Associated{Project: project}
		err := s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) error {
			found, err := p.Project(ctx, project)
			if err != nil {
				return err
			}
			one.Name = found.Name
			key := formIdem(as, in.Idem) + ":" + project.String() + ":" + digest(tie.users)
			if hasClient(found, tie) {
				return nil
			}
			return p.AddClient(ctx, key, project, tie.company.ID, tie.users)
		})
		if err == nil {
			err = s.keepTie(ctx, as, l, rec, tie, in.Known, project)
		}
		if one.Problem = fault.As(err); err != nil && one.Problem == nil {
			return out, err
		}
		out = append(out, one)
	}
	return out, nil
}

func hasClient(p gate.Project, t tie) bool {
	if !slices.ContainsFunc(p.Clients, func(c gate.Ref) bool { return c.ID == t.company.ID }) {
		return false
	}
	for _, u := range t.users {
		if !slices.Contains(p.ClientUsers, u) {
			return false
		}
	}
	return true
}

// BroughtUsers lists the client users of a project who came with a record: the contact
// itself, or the contacts of the record's account. Disassociating can take them off, so
// they are named to who may.
func (s *Service) BroughtUsers(ctx context.Context, as access.Actor, module string, record, project id.ID) ([]gate.Ref, error) {
	l, r, err := s.enter(ctx, as, access.Edit)
	if err != nil {
		return nil, err
	}
	rec, err := s.record(ctx, as, module, record)
	if err != nil {
		return nil, err
	}
	by, of := "account_id", rec.Account
	if module == access.TabContacts {
		by, of = "contact_id", rec.ID
	}
	if of == 0 {
		return nil, nil
	}
	links, err := contactLinks(ctx, s.p.DB, l, by, []id.ID{of})
	if err != nil || len(links) == 0 {
		return nil, err
	}
	var found gate.Project
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		found, err = p.Project(ctx, project)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !found.Rights.Users {
		return nil, nil
	}
	var ids []id.ID
	for _, c := range links {
		if slices.Contains(found.ClientUsers, c.User) {
			ids = append(ids, c.User)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var out []gate.Ref
	err = s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) error {
		users, err := g.ClientUsers(ctx, ids)
		for _, u := range users {
			out = append(out, gate.Ref{ID: u.ID, Name: u.Name})
		}
		return err
	})
	return out, err
}

// Disassociate takes a project off a record: an explicit association is deleted, a
// derived one is excluded from now on. The project itself lives on, and its client
// users too, unless users takes those off that came with the record.
func (s *Service) Disassociate(ctx context.Context, as access.Actor, module string, record, project id.ID, users bool) error {
	l, r, err := s.enter(ctx, as, access.Edit)
	if err != nil {
		return err
	}
	if users {
		brought, err := s.BroughtUsers(ctx, as, module, record, project)
		if err != nil {
			return err
		}
		err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) error {
			for _, u := range brought {
				if err := p.RemoveClientUser(ctx, project, u.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	rec, err := s.record(ctx, as, module, record)
	if err != nil {
		return err
	}
	src, err := s.sources(ctx, as, l, rec)
	if err != nil {
		return err
	}
	var found gate.Project
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		found, err = p.Project(ctx, project)
		return err
	})
	if err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.same(ctx, tx, l); err != nil {
			return err
		}
		if _, err := deleteProjectLink(ctx, tx, l, record, project); err != nil {
			return err
		}
		followed, err := dropMirror(ctx, tx, l, record, project)
		if err != nil {
			return err
		}
		if followed > 0 {
			if err := s.queueWatches(ctx, tx, l.Org); err != nil {
				return err
			}
		}
		if src.derives(rec, found) {
			return exclude(ctx, tx, l, record, project, as.User())
		}
		return nil
	})
}

// UpdateProject changes a project; stale when somebody saved in between.
func (s *Service) UpdateProject(ctx context.Context, as access.Actor, in ProjectEdit) (gate.Project, error) {
	l, r, err := s.enter(ctx, as, access.Edit)
	if err != nil {
		return gate.Project{}, err
	}
	var out gate.Project
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		out, err = p.UpdateProject(ctx, in.Project, in.Version, in.Patch)
		return err
	})
	bothGates(&out, r)
	return out, err
}

// TrashProject moves a project to the bin for everybody.
func (s *Service) TrashProject(ctx context.Context, as access.Actor, idem string, project id.ID) error {
	l, r, err := s.enter(ctx, as, access.Delete)
	if err != nil {
		return err
	}
	return s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) error {
		return p.TrashProject(ctx, formIdem(as, idem), project)
	})
}

// same refuses to write what belongs to a binding that ended meanwhile.
func (s *Service) same(ctx context.Context, tx *store.Tx, l link) error {
	cur, err := lockLink(ctx, tx, l.Org)
	if err == nil && cur.Epoch != l.Epoch {
		return fault.Conflict("integration.fault.portal_gone").WithCode("portal_gone")
	}
	return err
}

// ProjectOptions gives what the form of an existing project offers.
func (s *Service) ProjectOptions(ctx context.Context, as access.Actor) (gate.Options, error) {
	l, r, err := s.enter(ctx, as, access.Edit)
	if err != nil {
		return gate.Options{}, err
	}
	var out gate.Options
	err = s.personCall(ctx, l, r, func(ctx context.Context, p gate.Person) (err error) {
		out, err = p.Options(ctx)
		return err
	})
	return out, err
}
