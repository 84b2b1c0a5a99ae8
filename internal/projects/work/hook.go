package work

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// hook keeps projects true to the portal: who leaves it leaves its projects.
func (s *Service) hook() {
	s.portals.AddHooks(portal.Hooks{
		PersonRemoved:   dropPerson,
		ClientUserMoved: dropOtherCompanies,
		CompanyRemoved:  dropCompany,
	})
}

func dropCompany(ctx context.Context, tx *store.Tx, in, company id.ID) error {
	projects, err := projectsOf(ctx, tx, in, company)
	if err != nil {
		return err
	}
	for _, project := range projects {
		if err := lock(ctx, tx, in, project); err != nil {
			return err
		}
		if _, err := dropClient(ctx, tx, in, project, company); err != nil {
			return err
		}
	}
	return nil
}
