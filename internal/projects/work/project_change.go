package work

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// UpdateProject changes the fields that are set; stale when version is not the
// present one. Code when refused: no_edit_project.
func (s *Service) UpdateProject(ctx context.Context, as portal.Member, project id.ID, version int64, patch ProjectPatch) (Project, error) {
	err := s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, old projectRow, st stance) error {
		if err := st.require(portal.ActEditProject, portal.Facts{}); err != nil {
			return err
		}
		if old.Version != version {
			return stale()
		}
		fields, err := listFields(ctx, tx, as.Portal())
		if err != nil {
			return err
		}
		statuses, err := projectStatuses(ctx, tx, as.Portal())
		if err != nil {
			return err
		}
		p, err := patch.apply(old, fields, statuses)
		if err != nil {
			return err
		}
		if p.Owner.ID != old.Owner.ID || p.Group.ID != old.Group.ID {
			if err := checkPlaces(ctx, tx, as, p); err != nil {
				return err
			}
		}
		if p.Status != old.Status {
			if err := holdStatus(ctx, tx, as.Portal(), Status{Key: p.Status}); err != nil {
				return err
			}
		}
		if err := keepStrict(ctx, tx, as, old, p); err != nil {
			return err
		}
		return s.saveProject(ctx, tx, as, old, p)
	})
	if err != nil {
		return Project{}, err
	}
	return s.Project(ctx, as, project)
}

func (s *Service) saveProject(ctx context.Context, tx *store.Tx, as portal.Member, old, p projectRow) error {
	if err := updateProject(ctx, tx, as, p); err != nil {
		return err
	}
	if err := rename(ctx, tx, as.Portal(), 0, kindProject, p.ID, old.nameKey, fold(p.Name)); err != nil {
		return err
	}
	var kinds []string
	if p.Name != old.Name {
		kinds = append(kinds, ChangeProjectRenamed)
	}
	if p.Owner.ID != old.Owner.ID {
		if err := putMembers(ctx, tx, as.Portal(), p.ID, []id.ID{p.Owner.ID}, RoleManager); err != nil {
			return err
		}
		kinds = append(kinds, ChangeProjectOwner)
	}
	if p.Status != old.Status {
		kinds = append(kinds, ChangeProjectStatus)
	}
	if p.StartDate != old.StartDate || p.EndDate != old.EndDate {
		kinds = append(kinds, ChangeProjectDates)
	}
	return s.tell(ctx, tx, as, p, 0, kinds...)
}

// apply gives the project after the patch, checked as far as no database is needed.
func (patch ProjectPatch) apply(p projectRow, fields []Field, statuses []ProjectStatus) (projectRow, error) {
	c := newCheck()
	if patch.Name != nil {
		p.Name = line(*patch.Name)
	}
	if patch.Owner != nil {
		p.Owner = portal.Ref{ID: *patch.Owner}
	}
	if patch.Group != nil {
		p.Group = portal.Ref{ID: *patch.Group}
	}
	if patch.Status != nil {
		st := c.status("status", choices(statuses), *patch.Status)
		p.Status, p.Closed = st.Key, st.Closed
	}
	if patch.StartDate != nil {
		p.StartDate = *patch.StartDate
	}
	if patch.EndDate != nil {
		p.EndDate = *patch.EndDate
	}
	if patch.Overview != nil {
		p.Overview = rich(text(*patch.Overview))
	}
	if patch.Public != nil {
		p.Public = *patch.Public
	}
	if patch.Strict != nil {
		p.Strict = *patch.Strict
	}
	if patch.Budget != nil {
		p.Budget = *patch.Budget
	}
	c.project(p)
	if len(patch.Custom) > 0 {
		p.held = c.custom(fields, p.held, patch.Custom)
	}
	return p, c.ok()
}

// keepStrict refuses to make a project strict, or a strict one shorter, while work
// lies outside its dates.
func keepStrict(ctx context.Context, tx *store.Tx, as portal.Member, old, p projectRow) error {
	same := old.Strict && p.StartDate == old.StartDate && p.EndDate == old.EndDate
	if !p.Strict || same {
		return nil
	}
	out, err := outside(ctx, tx, as.Portal(), p.ID, p.StartDate, p.EndDate)
	if err == nil && out {
		err = fault.Conflict("work.fault.work_outside").WithCode("work_outside")
	}
	return err
}

// TrashProject moves the project to the bin for everybody; one already there stays
// there. Code when refused: no_delete_project.
func (s *Service) TrashProject(ctx context.Context, as portal.Member, project id.ID) error {
	return s.inside(ctx, as, project, true, func(ctx context.Context, tx *store.Tx, p projectRow, st stance) error {
		if err := st.require(portal.ActTrashProject, portal.Facts{}); err != nil {
			return err
		}
		if !p.TrashedAt.IsZero() {
			return nil
		}
		return s.setTrashed(ctx, tx, as, p, true)
	})
}

// RestoreProject takes the project out of the bin.
func (s *Service) RestoreProject(ctx context.Context, as portal.Member, project id.ID) (Project, error) {
	err := s.inside(ctx, as, project, true, func(ctx context.Context, tx *store.Tx, p projectRow, st stance) error {
		if err := st.require(portal.ActRestoreProject, portal.Facts{}); err != nil {
			return err
		}
		if p.TrashedAt.IsZero() {
			return nil
		}
		return s.setTrashed(ctx, tx, as, p, false)
	})
	if err != nil {
		return Project{}, err
	}
	return s.Project(ctx, as, project)
}

func (s *Service) setTrashed(ctx context.Context, tx *store.Tx, as portal.Member, p projectRow, trashed bool) error {
	if err := setTrashed(ctx, tx, as, p.ID, trashed); err != nil {
		return err
	}
	delta, kind := int64(1), ChangeProjectRestored
	if trashed {
		delta, kind = -1, ChangeProjectTrashed
	}
	return s.tell(ctx, tx, as, p, delta, kind)
}
