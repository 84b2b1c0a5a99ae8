package work

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// Group is a shelf for projects.
type Group struct {
	ID       id.ID
	Name     string
	Projects int64 // outside the bin that the badge can enter
	Version  int64
}

// Groups lists the portal's project groups by name, for those who may choose one.
func (s *Service) Groups(ctx context.Context, as portal.Member) ([]Group, error) {
	if err := as.RequireKnown(); err != nil {
		return nil, err
	}
	if !as.Can(portal.ActGroups) {
		return nil, forbidden(portal.ActGroups)
	}
	return listGroups(ctx, s.db, as)
}

// CreateGroup adds a project group.
func (s *Service) CreateGroup(ctx context.Context, as portal.Member, name string) (Group, error) {
	g := Group{Name: line(name), Version: 1}
	if err := ownsGroups(as); err != nil {
		return Group{}, err
	}
	if err := checkGroup(g); err != nil {
		return Group{}, err
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		g.ID = tx.NewID()
		return insertGroup(ctx, tx, as.Portal(), g)
	})
	if err != nil {
		return Group{}, sameName(err)
	}
	return g, nil
}

// RenameGroup renames a group at version.
func (s *Service) RenameGroup(ctx context.Context, as portal.Member, group id.ID, name string, version int64) (Group, error) {
	g := Group{ID: group, Name: line(name), Version: version + 1}
	if err := ownsGroups(as); err != nil {
		return Group{}, err
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		known, err := groupExists(ctx, tx, as.Portal(), group)
		if err != nil {
			return err
		}
		if !known {
			return notFound()
		}
		if err := checkGroup(g); err != nil {
			return err
		}
		n, err := renameGroup(ctx, tx, as.Portal(), g, version)
		if err == nil && n == 0 {
			err = stale()
		}
		return err
	})
	if err != nil {
		return Group{}, sameName(err)
	}
	return g, nil
}

// DeleteGroup deletes a group; its projects stay, in no group.
func (s *Service) DeleteGroup(ctx context.Context, as portal.Member, group id.ID) error {
	if err := ownsGroups(as); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := deleteGroup(ctx, tx, as.Portal(), group)
		if err == nil && n == 0 {
			err = notFound()
		}
		return err
	})
}

// ownsGroups refuses whoever only chooses groups.
func ownsGroups(as portal.Member) error {
	if err := as.RequireKnown(); err != nil {
		return err
	}
	if as.Level(portal.ActGroups) != portal.LevelAll {
		return forbidden(portal.ActGroups)
	}
	return nil
}

func checkGroup(g Group) error {
	c := newCheck()
	c.name("name", g.Name, MaxName)
	return c.ok()
}

func sameName(err error) error {
	if store.IsDuplicate(err) {
		return fault.Conflict("work.fault.group_exists").Field("name", "work.fault.group_exists")
	}
	return err
}
