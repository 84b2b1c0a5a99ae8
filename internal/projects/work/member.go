package work

import (
	"context"
	"slices"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// ProjectRole is what a member is inside one project. Labels: "work.role.<role>".
type ProjectRole string

// The roles inside a project. A manager has there the reach the permission table
// gives the portal role manager; a member keeps that of their own role.
const (
	RoleManager ProjectRole = "manager"
	RoleMember  ProjectRole = "member"
)

// ProjectMember is a portal member put on a project.
type ProjectMember struct {
	ID         id.ID
	Name       string
	PortalRole portal.Role
	Role       ProjectRole
	Active     bool
	Owner      bool // of the project
	AddedAt    time.Time
}

// TeamMember is a portal member to be put on a new project.
type TeamMember struct {
	Member id.ID
	Role   ProjectRole
}

// putTeam puts the members that were chosen on a new project; its managers stay so.
func putTeam(ctx context.Context, tx *store.Tx, as portal.Member, p projectRow, managers []id.ID, team []TeamMember) error {
	if len(team) == 0 {
		return nil
	}
	p.role = RoleManager // whoever makes a project manages it
	if err := stanceOf(as, p).require(portal.ActProjectUsers, portal.Facts{}); err != nil {
		return err
	}
	by := map[ProjectRole][]id.ID{}
	var all []id.ID
	for _, t := range team {
		if t.Role != RoleManager && t.Role != RoleMember || len(team) > maxLinks {
			return fault.Invalid("work.fault.invalid").Field("team", "work.fault.choice")
		}
		if all = append(all, t.Member); !slices.Contains(managers, t.Member) {
			by[t.Role] = append(by[t.Role], t.Member)
		}
	}
	all = distinct(all)
	able, err := activeMembers(ctx, tx, as.Portal(), all)
	if err != nil {
		return err
	}
	if len(able) != len(all) {
		return fault.Invalid("work.fault.invalid").Field("team", "work.fault.not_member")
	}
	for _, role := range []ProjectRole{RoleMember, RoleManager} { // who is named twice manages
		if list := distinct(by[role]); len(list) > 0 {
			if err := putMembers(ctx, tx, as.Portal(), p.ID, list, role); err != nil {
				return err
			}
		}
	}
	return nil
}

// Members lists the members put on a project by name, for those who see people.
func (s *Service) Members(ctx context.Context, as portal.Member, project id.ID) ([]ProjectMember, error) {
	p, st, err := s.enter(ctx, as, project)
	if err != nil {
		return nil, err
	}
	if st.level(portal.ActSeePeople) == portal.LevelNone {
		return nil, forbidden(portal.ActSeePeople)
	}
	return listMembers(ctx, s.db, as.Portal(), p)
}

// Assignable lists who can be given work in the project by this badge: its active
// members and the portal's owner and administrators, or only oneself, or nobody.
func (s *Service) Assignable(ctx context.Context, as portal.Member, project id.ID) ([]portal.Ref, error) {
	_, st, err := s.enter(ctx, as, project)
	if err != nil {
		return nil, err
	}
	switch st.level(portal.ActAssignTask) {
	case portal.LevelAll:
		return listAssignable(ctx, s.db, as.Portal(), project, nil)
	case portal.LevelSelf:
		return listAssignable(ctx, s.db, as.Portal(), project, []id.ID{as.ID()})
	}
	return nil, nil
}

// Owners lists who can own a project: the portal's active members. It is for those
// who may make or edit projects.
func (s *Service) Owners(ctx context.Context, as portal.Member) ([]portal.Ref, error) {
	if err := as.RequireKnown(); err != nil {
		return nil, err
	}
	if !as.Can(portal.ActAddProject) && !as.Can(portal.ActEditProject) {
		return nil, forbidden(portal.ActAddProject)
	}
	return listActiveMembers(ctx, s.db, as.Portal())
}

// AddMembers puts active portal members on the project; those there already get
// the role. Code when refused: no_add_user.
func (s *Service) AddMembers(ctx context.Context, as portal.Member, project id.ID, members []id.ID, role ProjectRole) error {
	if err := as.RequireKnown(); err != nil {
		return err
	}
	members = distinct(members)
	if role != RoleManager && role != RoleMember || len(members) == 0 || len(members) > maxLinks {
		return fault.Invalid("work.fault.invalid").Field("members", "work.fault.choice")
	}
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, p projectRow, st stance) error {
		if err := st.require(portal.ActProjectUsers, portal.Facts{}); err != nil {
			return err
		}
		able, err := activeMembers(ctx, tx, as.Portal(), members)
		if err != nil {
			return err
		}
		if len(able) != len(members) {
			return fault.Invalid("work.fault.invalid").Field("members", "work.fault.not_member")
		}
		for _, m := range members {
			if m == p.Owner.ID && role != RoleManager {
				return fault.Conflict("work.fault.owner_stays").WithCode("owner_stays")
			}
		}
		return putMembers(ctx, tx, as.Portal(), project, members, role)
	})
}

// RemoveMember takes a member off the project, never its owner.
func (s *Service) RemoveMember(ctx context.Context, as portal.Member, project, member id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, p projectRow, st stance) error {
		if err := st.require(portal.ActProjectUsers, portal.Facts{}); err != nil {
			return err
		}
		if member == p.Owner.ID {
			return fault.Conflict("work.fault.owner_stays").WithCode("owner_stays")
		}
		n, err := dropMember(ctx, tx, as.Portal(), project, member)
		if err == nil && n == 0 {
			err = notFound()
		}
		return err
	})
}

// enter finds a project outside the bin with the badge's stance in it, for reading.
func (s *Service) enter(ctx context.Context, as portal.Member, project id.ID) (projectRow, stance, error) {
	if err := as.RequireKnown(); err != nil {
		return projectRow{}, stance{}, err
	}
	p, err := findProject(ctx, s.db, as, project, false)
	return p, stanceOf(as, p), err
}
