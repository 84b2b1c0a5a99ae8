package work

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// ProjectClient is a client company on a project with those of its users who see it.
type ProjectClient struct {
	Company  portal.Ref
	Primary  bool
	AllUsers bool         // every present and later user of the company sees it
	Users    []portal.Ref // those put on the project by name
}

// NewClient puts a company on a project. Only the Users named, or with AllUsers
// everybody of the company, get access; a company alone opens nothing.
type NewClient struct {
	Company  id.ID
	Users    []id.ID
	AllUsers bool
}

// Clients lists the client companies of a project, the primary one first. A client
// user sees their own company alone; a contractor is refused.
func (s *Service) Clients(ctx context.Context, as portal.Member, project id.ID) ([]ProjectClient, error) {
	_, st, err := s.enter(ctx, as, project)
	if err != nil {
		return nil, err
	}
	if !as.Client() && st.level(portal.ActSeePeople) == portal.LevelNone {
		return nil, forbidden(portal.ActSeePeople)
	}
	return listClients(ctx, s.db, as, project)
}

// AddClient puts a client company on the project, or adds users to one that is
// there. Doing it again changes nothing. Code when refused: no_add_user.
func (s *Service) AddClient(ctx context.Context, as portal.Member, project id.ID, in NewClient) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, p projectRow, st stance) error {
		if err := st.require(portal.ActProjectUsers, portal.Facts{}); err != nil {
			return err
		}
		if p.Template {
			return fault.Conflict("work.fault.template_client").WithCode("template_client")
		}
		return putClient(ctx, tx, as, project, in)
	})
}

// RemoveClient takes a client company and its users off the project; the next one
// becomes primary.
func (s *Service) RemoveClient(ctx context.Context, as portal.Member, project, company id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		if err := st.require(portal.ActProjectUsers, portal.Facts{}); err != nil {
			return err
		}
		gone, err := dropClient(ctx, tx, as.Portal(), project, company)
		if err == nil && !gone {
			err = notFound()
		}
		return err
	})
}

// RemoveClientUser takes one client user off the project.
func (s *Service) RemoveClientUser(ctx context.Context, as portal.Member, project, user id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		if err := st.require(portal.ActProjectUsers, portal.Facts{}); err != nil {
			return err
		}
		n, err := dropClientUser(ctx, tx, as.Portal(), project, user)
		if err == nil && n == 0 {
			err = notFound()
		}
		return err
	})
}

// putClient checks company and users and puts them on a project whose lock is held.
func putClient(ctx context.Context, tx *store.Tx, as portal.Member, project id.ID, in NewClient) error {
	known, err := companyExists(ctx, tx, as.Portal(), in.Company)
	if err != nil {
		return err
	}
	if !known {
		return fault.Invalid("work.fault.invalid").Field("company", "work.fault.choice")
	}
	users := distinct(in.Users)
	if len(users) > 0 {
		n, err := countUsersOf(ctx, tx, as.Portal(), in.Company, users)
		if err != nil {
			return err
		}
		if n != len(users) {
			return fault.Invalid("work.fault.invalid").Field("users", "work.fault.not_client_user")
		}
	}
	if err := insertClient(ctx, tx, as.Portal(), project, in.Company, in.AllUsers); err != nil {
		return err
	}
	return insertClientUsers(ctx, tx, as.Portal(), project, in.Company, users)
}
