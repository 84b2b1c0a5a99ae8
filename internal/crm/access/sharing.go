package access

import (
	"context"
	"slices"

	"musubi/internal/fault"
	"musubi/internal/store"
)

// SharingDefault is what everybody may do with a module's records of others.
// Version is the one shown; it guards SetSharing.
type SharingDefault struct {
	Module  string
	Sharing Sharing
	Version int64
}

// SharingDefaults lists the default of every shared module. Administrators only.
func (s *Service) SharingDefaults(ctx context.Context, as Actor) ([]SharingDefault, error) {
	if err := as.RequireAdmin(); err != nil {
		return nil, err
	}
	all, err := sharingOf(ctx, s.db, as.Org())
	if err != nil {
		return nil, err
	}
	var list []SharingDefault
	for _, m := range SharedModules() {
		list = append(list, defaultOf(all, m))
	}
	return list, nil
}

// SetSharing changes one default. Administrators only.
func (s *Service) SetSharing(ctx context.Context, as Actor, in SharingDefault) (SharingDefault, error) {
	var d SharingDefault
	err := s.change(ctx, as, adminOnly, func(ctx context.Context, tx *store.Tx, as Actor) error {
		if !slices.Contains(SharedModules(), in.Module) || !in.Sharing.valid() {
			return fault.Invalid("access.fault.sharing")
		}
		all, err := sharingOf(ctx, tx, as.Org())
		if err != nil {
			return err
		}
		d = defaultOf(all, in.Module)
		if d.Sharing == in.Sharing {
			return nil
		}
		if d.Version != in.Version {
			return stale()
		}
		from := d.Sharing
		d.Sharing, d.Version = in.Sharing, d.Version+1
		if err := saveSharing(ctx, tx, as.Org(), d); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, "sharing.changed", as.Org(), in.Module+": "+string(from)+" → "+string(d.Sharing))
	})
	return given(d, err)
}

func defaultOf(all map[string]SharingDefault, module string) SharingDefault {
	if d, ok := all[module]; ok {
		return d
	}
	return SharingDefault{Module: module, Sharing: SharingPrivate}
}
