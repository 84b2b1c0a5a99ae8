package access

import (
	"context"
	"maps"
	"slices"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// ProfileKind says where a profile comes from.
type ProfileKind string

// The kinds. The administrator profile is locked; it and the standard one cannot
// be deleted; custom ones are clones.
const (
	ProfileAdministrator ProfileKind = "administrator"
	ProfileStandard      ProfileKind = "standard"
	ProfileCustom        ProfileKind = "custom"
)

// maxProfiles bounds the profiles of one organisation, so that screens and grids
// may show them all.
const maxProfiles = 200

// Profile (権限) is a set of rights given to users.
type Profile struct {
	ID          id.ID
	Name        string
	Kind        ProfileKind
	Tabs        map[string]Rights
	Permissions map[Permission]bool
	Users       int // users of any status that have it
	Version     int64
}

// ProfileChange replaces name and rights of a profile. Version is the one shown.
type ProfileChange struct {
	ID          id.ID
	Name        string
	Tabs        map[string]Rights
	Permissions map[Permission]bool
	Version     int64
}

// Locked says whether name and rights of the profile are fixed, so that nobody can
// lock the organisation out of its own set-up.
func (p Profile) Locked() bool { return p.Kind == ProfileAdministrator }

// everything fills in what the administrator profile may without having rows.
func (p *Profile) everything() {
	for _, tab := range Tabs() {
		p.Tabs[tab] = AllRights()
	}
	for _, perm := range Permissions() {
		p.Permissions[perm] = true
	}
}

// grantedBy says whether the profile gives nothing that the badge does not have, so
// that nobody hands out more than their own.
func (p Profile) grantedBy(a Actor) bool {
	for tab, r := range p.Tabs {
		if !r.within(a.Rights(tab)) {
			return false
		}
	}
	for perm, on := range p.Permissions {
		if on && !a.Allowed(perm) {
			return false
		}
	}
	return true
}

// Profiles lists the profiles: administrator, standard, then clones by name. Who
// manages users may read them.
func (s *Service) Profiles(ctx context.Context, as Actor) ([]Profile, error) {
	if err := mayManageUsers(as); err != nil {
		return nil, err
	}
	return profilesOf(ctx, s.db, as.Org(), 0)
}

// Profile gives one profile with its rights.
func (s *Service) Profile(ctx context.Context, as Actor, profile id.ID) (Profile, error) {
	if err := mayManageUsers(as); err != nil {
		return Profile{}, err
	}
	return profileByID(ctx, s.db, as.Org(), profile)
}

// CloneProfile adds a profile with the rights of another. Administrators only;
// refused while the organisation has fewer than two users.
func (s *Service) CloneProfile(ctx context.Context, as Actor, source id.ID, name string) (Profile, error) {
	var made Profile
	err := s.change(ctx, as, adminOnly, func(ctx context.Context, tx *store.Tx, as Actor) error {
		users, err := countUsers(ctx, tx, as.Org())
		if err != nil {
			return err
		}
		if users < 2 {
			return fault.Conflict("access.fault.two_users").WithCode("two_users")
		}
		all, err := profilesOf(ctx, tx, as.Org(), 0)
		if err != nil {
			return err
		}
		if len(all) >= maxProfiles {
			return fault.Conflict("access.fault.too_many").With("Max", maxProfiles)
		}
		at := slices.IndexFunc(all, func(p Profile) bool { return p.ID == source })
		if at < 0 {
			return fault.NotFound("access.fault.no_profile")
		}
		made = all[at]
		made.ID, made.Name, made.Kind, made.Users, made.Version = tx.NewID(), cleaned(name), ProfileCustom, 0, 1
		if err := checkedName(made.Name); err != nil {
			return err
		}
		if err := insertProfile(ctx, tx, as.Org(), made); err != nil {
			return taken(err, "name", "access.fault.name_taken")
		}
		if err := s.audit(ctx, tx, as, "profile.created", made.ID, made.Name); err != nil {
			return err
		}
		return s.profileCreated(ctx, tx, as.Org(), made.ID)
	})
	return given(made, err)
}

// UpdateProfile changes name and rights of a profile that is not locked, applying
// the implications of Rights.Settled. Tabs and permissions left out are unticked.
// Administrators only.
func (s *Service) UpdateProfile(ctx context.Context, as Actor, in ProfileChange) (Profile, error) {
	var p Profile
	err := s.change(ctx, as, adminOnly, func(ctx context.Context, tx *store.Tx, as Actor) error {
		var err error
		if p, err = profileByID(ctx, tx, as.Org(), in.ID); err != nil {
			return err
		}
		if p.Locked() {
			return fault.Conflict("access.fault.locked_profile").WithCode("locked_profile")
		}
		if p.Version != in.Version {
			return stale()
		}
		if err := p.apply(in); err != nil {
			return err
		}
		p.Version++
		if err := updateProfile(ctx, tx, as.Org(), p); err != nil {
			return taken(err, "name", "access.fault.name_taken")
		}
		return s.audit(ctx, tx, as, "profile.changed", p.ID, p.Name)
	})
	return given(p, err)
}

func (p *Profile) apply(in ProfileChange) error {
	p.Name = cleaned(in.Name)
	if err := checkedName(p.Name); err != nil {
		return err
	}
	tabs := map[string]Rights{}
	for tab, r := range in.Tabs {
		if !slices.Contains(Tabs(), tab) {
			return fault.Invalid("access.fault.unknown_tab")
		}
		tabs[tab] = r.Settled(p.Tabs[tab])
	}
	for perm := range in.Permissions {
		if !slices.Contains(Permissions(), perm) {
			return fault.Invalid("access.fault.unknown_permission")
		}
	}
	p.Tabs, p.Permissions = tabs, maps.Clone(in.Permissions)
	return nil
}

// DeleteProfile removes a custom profile and moves its users to another.
// Administrators only.
func (s *Service) DeleteProfile(ctx context.Context, as Actor, profile, moveTo id.ID, version int64) error {
	return s.change(ctx, as, adminOnly, func(ctx context.Context, tx *store.Tx, as Actor) error {
		p, err := profileByID(ctx, tx, as.Org(), profile)
		if err != nil {
			return err
		}
		if p.Kind != ProfileCustom {
			return fault.Conflict("access.fault.default_profile").WithCode("default_profile")
		}
		if p.Version != version {
			return stale()
		}
		if moveTo == profile {
			return fault.Invalid("access.fault.invalid").Field("move_to", "access.fault.move_to_itself")
		}
		if _, err := profileKind(ctx, tx, as.Org(), moveTo); err != nil {
			return err
		}
		if _, err := moveUsersToProfile(ctx, tx, as.Org(), profile, moveTo); err != nil {
			return err
		}
		if err := removeProfile(ctx, tx, as.Org(), profile); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "profile.deleted", profile, p.Name); err != nil {
			return err
		}
		return s.profileDeleted(ctx, tx, as.Org(), profile, moveTo)
	})
}

// taken turns the store's word for a doubled unique value into one a person
// understands, at the field where it was typed.
func taken(err error, field, key string) error {
	if store.IsDuplicate(err) {
		return fault.Conflict(key).Field(field, key).WithCode("duplicate").Because(err)
	}
	return err
}
