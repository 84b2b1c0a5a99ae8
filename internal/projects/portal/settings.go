package portal

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// Get gives the portal as it stands now. Everybody in it may.
func (s *Service) Get(ctx context.Context, as Member) (Portal, error) {
	if err := as.RequireKnown(); err != nil {
		return Portal{}, err
	}
	return getPortal(ctx, s.db, as.portal)
}

// Rename changes the portal's name alone.
func (s *Service) Rename(ctx context.Context, as Member, name string, version int64) (Portal, error) {
	if err := as.Require(ActSettings); err != nil {
		return Portal{}, err
	}
	p, err := getPortal(ctx, s.db, as.portal)
	if err != nil {
		return Portal{}, err
	}
	return s.Configure(ctx, as, Settings{
		Version: version, Name: name, PublicDefault: p.PublicDefault, UserLimit: p.UserLimit,
		TimeZone: p.TimeZone, Locale: p.Locale,
	})
}

// Configure changes the settings; stale when somebody saved in between. A user limit
// below the present number shuts nobody out, it only stops new ones.
func (s *Service) Configure(ctx context.Context, as Member, in Settings) (Portal, error) {
	if err := as.Require(ActSettings); err != nil {
		return Portal{}, err
	}
	in.Name = clean(in.Name)
	bad := fault.Invalid("portal.fault.invalid")
	checkText(bad, "name", in.Name, true, MaxName)
	if knownZone(in.TimeZone) != in.TimeZone {
		bad.Field("time_zone", "portal.fault.time_zone")
	}
	if knownLocale(in.Locale) != in.Locale {
		bad.Field("locale", "portal.fault.locale")
	}
	if in.UserLimit < 0 {
		bad.Field("user_limit", "portal.fault.limit_negative")
	}
	if err := bad.OrNil(); err != nil {
		return Portal{}, err
	}
	var out Portal
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		if err := s.recheck(ctx, tx, as, ActSettings); err != nil {
			return err
		}
		before, err := getPortal(ctx, tx, as.portal)
		if err != nil {
			return err
		}
		ok, err := updatePortal(ctx, tx, as.portal, in)
		if err != nil {
			return err
		}
		if !ok {
			return stale()
		}
		if before.Name != in.Name {
			if err := s.Emit(ctx, tx, as.portal, Change{Kind: ChangePortalRenamed, Subject: as.portal}); err != nil {
				return err
			}
		}
		if err := s.audit(ctx, tx, as, "settings", as.portal, in.Name); err != nil {
			return err
		}
		out, err = getPortal(ctx, tx, as.portal)
		return err
	})
	return out, err
}

// Delete takes the portal away from everybody; the name must be typed as it is. It is
// refused while integrations use the portal. Only the owner may.
func (s *Service) Delete(ctx context.Context, as Member, name string) error {
	if err := as.Require(ActOwn); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockPortal(ctx, tx, as.portal); err != nil {
			return err
		}
		if err := s.recheck(ctx, tx, as, ActOwn); err != nil {
			return err
		}
		p, err := getPortal(ctx, tx, as.portal)
		if err != nil {
			return err
		}
		if clean(name) != p.Name {
			return fault.Invalid("portal.fault.invalid").Field("name", "portal.fault.name_differs")
		}
		if err := s.deleting(ctx, tx, as.portal); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "deleted", as.portal, p.Name); err != nil {
			return err
		}
		return deletePortal(ctx, tx, as.portal)
	})
}

// CountProjects adds delta to the portal's number of projects; work keeps it.
func (s *Service) CountProjects(ctx context.Context, tx *store.Tx, portal id.ID, delta int64) error {
	return countProjects(ctx, tx, portal, delta)
}

// recheck looks again, inside the transaction, whether the badge still holds: the
// member may have been shut out or given another role since it was made.
func (s *Service) recheck(ctx context.Context, tx *store.Tx, as Member, act Action) error {
	if as.System() {
		return nil
	}
	e, err := entrantByID(ctx, tx, tx.Now(), as.portal, as.self)
	if err != nil {
		return err
	}
	if !e.Active {
		return inactive()
	}
	return badge(as.portal, e).Require(act)
}

func stale() error { return fault.New(fault.KindStale, "portal.fault.stale") }

// knownZone gives the zone when it is one, else UTC.
func knownZone(zone string) string {
	if zone == "" || zone == "Local" {
		return "UTC"
	}
	if _, err := time.LoadLocation(zone); err != nil {
		return "UTC"
	}
	return zone
}

// knownLocale gives the language when it is one of ours, else English.
func knownLocale(l string) string {
	if l == "ja" {
		return "ja"
	}
	return "en"
}
