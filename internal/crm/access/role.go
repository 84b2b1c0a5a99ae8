package access

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// maxRoles bounds the tree of one organisation, so that a screen may show it whole
// and moving a branch stays one short transaction.
const maxRoles = 500

// Role (役職) is one place in the tree of superiors. Who holds it sees what the
// holders of every role below it own.
type Role struct {
	ID       id.ID
	ParentID id.ID // zero for the top
	Name     string
	Depth    int // 0 at the top; Roles lists parents before their children
	Users    int
	Version  int64
}

// Roles lists the role tree, parents before children, siblings by name. Who manages
// users may read it.
func (s *Service) Roles(ctx context.Context, as Actor) ([]Role, error) {
	if err := mayManageUsers(as); err != nil {
		return nil, err
	}
	all, err := rolesOf(ctx, s.db, as.Org())
	if err != nil {
		return nil, err
	}
	return asTree(all), nil
}

// asTree orders roles depth first, keeping the order of siblings.
func asTree(all []Role) []Role {
	below := map[id.ID][]Role{}
	for _, r := range all {
		below[r.ParentID] = append(below[r.ParentID], r)
	}
	tree := make([]Role, 0, len(all))
	var add func(parent id.ID, depth int)
	add = func(parent id.ID, depth int) {
		for _, r := range below[parent] {
			r.Depth = depth
			tree = append(tree, r)
			add(r.ID, depth+1)
		}
	}
	add(0, 0)
	return tree
}

// CreateRole adds a role below another. Administrators only.
func (s *Service) CreateRole(ctx context.Context, as Actor, parent id.ID, name string) (Role, error) {
	var r Role
	err := s.change(ctx, as, adminOnly, func(ctx context.Context, tx *store.Tx, as Actor) error {
		above, err := roleByID(ctx, tx, as.Org(), parent)
		if err != nil {
			return err
		}
		all, err := rolesOf(ctx, tx, as.Org())
		if err != nil {
			return err
		}
		if len(all) >= maxRoles {
			return fault.Conflict("access.fault.too_many").With("Max", maxRoles)
		}
		r = Role{ID: tx.NewID(), ParentID: parent, Name: cleaned(name), Depth: above.Depth + 1, Version: 1}
		if err := checkedName(r.Name); err != nil {
			return err
		}
		if err := insertRole(ctx, tx, as.Org(), r); err != nil {
			return taken(err, "name", "access.fault.name_taken")
		}
		return s.audit(ctx, tx, as, "role.created", r.ID, r.Name)
	})
	return given(r, err)
}

// RenameRole changes a role's name. Administrators only.
func (s *Service) RenameRole(ctx context.Context, as Actor, role id.ID, name string, version int64) (Role, error) {
	var r Role
	err := s.change(ctx, as, adminOnly, func(ctx context.Context, tx *store.Tx, as Actor) error {
		var err error
		if r, err = roleAt(ctx, tx, as, role, version); err != nil {
			return err
		}
		r.Name = cleaned(name)
		if err := checkedName(r.Name); err != nil {
			return err
		}
		r.Version++
		if err := renameRole(ctx, tx, as.Org(), r); err != nil {
			return taken(err, "name", "access.fault.name_taken")
		}
		return s.audit(ctx, tx, as, "role.renamed", r.ID, r.Name)
	})
	return given(r, err)
}

// MoveRole hangs a role with everything below it under another; a circle is
// refused, and the top stays the top. Administrators only.
func (s *Service) MoveRole(ctx context.Context, as Actor, role, parent id.ID, version int64) (Role, error) {
	var r Role
	err := s.change(ctx, as, adminOnly, func(ctx context.Context, tx *store.Tx, as Actor) error {
		var err error
		if r, err = roleAt(ctx, tx, as, role, version); err != nil {
			return err
		}
		if r.ParentID == 0 {
			return fault.Conflict("access.fault.top_role").WithCode("top_role")
		}
		if err := notBelow(ctx, tx, as, role, parent); err != nil {
			return err
		}
		if err := rehangRole(ctx, tx, as.Org(), role, parent); err != nil {
			return err
		}
		if r, err = roleByID(ctx, tx, as.Org(), role); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, "role.moved", role, r.Name)
	})
	return given(r, err)
}

// DeleteRole removes a role; its users and the roles below it go to moveTo, which
// must not itself lie below. Administrators only.
func (s *Service) DeleteRole(ctx context.Context, as Actor, role, moveTo id.ID, version int64) error {
	return s.change(ctx, as, adminOnly, func(ctx context.Context, tx *store.Tx, as Actor) error {
		r, err := roleAt(ctx, tx, as, role, version)
		if err != nil {
			return err
		}
		if r.ParentID == 0 {
			return fault.Conflict("access.fault.top_role").WithCode("top_role")
		}
		if err := notBelow(ctx, tx, as, role, moveTo); err != nil {
			return err
		}
		children, err := childRoles(ctx, tx, as.Org(), role)
		if err != nil {
			return err
		}
		for _, child := range children {
			if err := rehangRole(ctx, tx, as.Org(), child, moveTo); err != nil {
				return err
			}
		}
		if _, err := moveUsersToRole(ctx, tx, as.Org(), role, moveTo); err != nil {
			return err
		}
		if err := removeRole(ctx, tx, as.Org(), role); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, "role.deleted", role, r.Name)
	})
}

func roleAt(ctx context.Context, tx *store.Tx, as Actor, role id.ID, version int64) (Role, error) {
	r, err := roleByID(ctx, tx, as.Org(), role)
	if err == nil && r.Version != version {
		return r, stale()
	}
	return r, err
}

// notBelow refuses a target that does not exist, is the role itself or lies below.
func notBelow(ctx context.Context, tx *store.Tx, as Actor, role, target id.ID) error {
	if _, err := roleByID(ctx, tx, as.Org(), target); err != nil {
		return err
	}
	below, err := isBelow(ctx, tx, as.Org(), role, target)
	if err != nil {
		return err
	}
	if below || role == target {
		return fault.Conflict("access.fault.role_circle").WithCode("role_circle")
	}
	return nil
}
