package access

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// Activate lets a deactivated user in again; one who never accepted is invited anew.
func (s *Service) Activate(ctx context.Context, as Actor, user id.ID, version int64) (User, error) {
	return s.changeUser(ctx, as, user, version, mayManageUsers, func(ctx context.Context, tx *store.Tx, as Actor, u *User) error {
		if u.Status != Inactive {
			return nil
		}
		act := "user.activated"
		if u.PersonID == 0 {
			u.Status, act = Unconfirmed, "user.invited"
			if err := s.invite(ctx, tx, as, u); err != nil {
				return err
			}
		} else {
			u.Status = Active
		}
		return s.audit(ctx, tx, as, act, u.ID, u.Email)
	})
}

// Deactivate shuts a user out; records keep their owner, and a letter tells them.
// An invitation not yet accepted is withdrawn. The last active administrator cannot
// be deactivated.
func (s *Service) Deactivate(ctx context.Context, as Actor, user id.ID, version int64) (User, error) {
	return s.changeUser(ctx, as, user, version, mayManageUsers, func(ctx context.Context, tx *store.Tx, as Actor, u *User) error {
		if u.Status == Inactive {
			return nil
		}
		accepted := u.Status == Active
		u.Status, u.PendingEmail = Inactive, ""
		if err := s.withdraw(ctx, tx, as, *u); err != nil {
			return err
		}
		if accepted {
			if err := s.tellDeactivated(ctx, tx, as, *u); err != nil {
				return err
			}
		}
		return s.audit(ctx, tx, as, "user.deactivated", u.ID, u.Email)
	})
}

// Rename changes a user's name.
func (s *Service) Rename(ctx context.Context, as Actor, user id.ID, name string, version int64) (User, error) {
	return s.changeUser(ctx, as, user, version, mayManageUsers, func(ctx context.Context, tx *store.Tx, as Actor, u *User) error {
		from := u.Name
		u.Name = cleaned(name)
		if err := checkedName(u.Name); err != nil {
			return err
		}
		if u.Name == from {
			return nil
		}
		return s.audit(ctx, tx, as, "user.renamed", u.ID, from+" → "+u.Name)
	})
}

// Assign gives a user another profile and role. Administrators only; the last
// active administrator stays one.
func (s *Service) Assign(ctx context.Context, as Actor, user, profile, role id.ID, version int64) (User, error) {
	return s.changeUser(ctx, as, user, version, adminOnly, func(ctx context.Context, tx *store.Tx, as Actor, u *User) error {
		p, err := profileByID(ctx, tx, as.Org(), profile)
		if err != nil {
			return err
		}
		r, err := roleByID(ctx, tx, as.Org(), role)
		if err != nil {
			return err
		}
		if u.ProfileID == profile && u.RoleID == role {
			return nil
		}
		u.ProfileID, u.RoleID = profile, role
		return s.audit(ctx, tx, as, "user.assigned", u.ID, u.Email+": "+p.Name+", "+r.Name)
	})
}

// changeUser is the frame of every act on one user: the right, the user as shown,
// the act, the row, the way in, the last administrator, the hooks. An act that
// changes nothing leaves the version and fires no hook.
func (s *Service) changeUser(ctx context.Context, as Actor, user id.ID, version int64, need func(Actor) error,
	act func(ctx context.Context, tx *store.Tx, as Actor, u *User) error) (User, error) {
	var u User
	err := s.change(ctx, as, need, func(ctx context.Context, tx *store.Tx, as Actor) error {
		was, err := userByID(ctx, tx, as.Org(), user)
		if err != nil {
			return err
		}
		if was.Version != version {
			return stale()
		}
		if err := mayGive(ctx, tx, as, was.ProfileID); err != nil {
			return err
		}
		u = was
		if err := act(ctx, tx, as, &u); err != nil || u == was {
			return err
		}
		return s.saveUser(ctx, tx, as.Org(), was, &u)
	})
	return given(u, err)
}

// saveUser writes a changed user, and tells the higher rooms when what changed is
// theirs to know.
func (s *Service) saveUser(ctx context.Context, tx *store.Tx, org id.ID, was User, u *User) error {
	u.Version++
	if err := updateUser(ctx, tx, org, *u); err != nil {
		return taken(err, "email", "access.fault.email_taken")
	}
	if was.PersonID != 0 && was.PersonID != u.PersonID {
		if err := dropMembership(ctx, tx, org, was.PersonID); err != nil {
			return err
		}
	}
	if err := saveMembership(ctx, tx, org, *u); err != nil {
		return err
	}
	admins, err := activeAdministrators(ctx, tx, org)
	if err != nil {
		return err
	}
	if len(admins) == 0 {
		return fault.Conflict("access.fault.last_admin").WithCode("last_admin")
	}
	if was.Status == u.Status && was.ProfileID == u.ProfileID && was.Email == u.Email && was.Name == u.Name && was.PersonID == u.PersonID {
		return nil
	}
	return s.userChanged(ctx, tx, org, u.ID)
}

// mayGive refuses those who manage users without being administrators the people
// and profiles that have more rights than they do: a new address or a second
// account would otherwise lift them up.
func mayGive(ctx context.Context, tx *store.Tx, as Actor, profile id.ID) error {
	if as.Admin() || as.System() {
		_, err := profileKind(ctx, tx, as.Org(), profile)
		return err
	}
	p, err := profileByID(ctx, tx, as.Org(), profile)
	if err != nil {
		return err
	}
	if p.Kind == ProfileAdministrator || !p.grantedBy(as) {
		return fault.Forbidden("access.fault.more_rights").WithCode("more_rights")
	}
	return nil
}
