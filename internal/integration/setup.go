package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// Overview shows the set-up to administrators.
func (s *Service) Overview(ctx context.Context, as access.Actor) (Overview, error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return Overview{}, err
	}
	now, zone := s.p.DB.Now(), zoneOf(as.Organisation().TimeZone)
	o := Overview{
		Status: l.status(now), Version: l.Version, Edition: l.Edition, StartedAt: l.StartedAt,
		TrialEndsAt: l.TrialEndsAt, TrialDaysLeft: TrialDaysLeft(l.TrialEndsAt, now, zone),
		DisabledAt: l.DisabledAt, Portal: l.portal(), BoundAt: l.BoundAt,
		KeyEmail: l.KeyEmail, KeyLast4: l.KeyLast4, KeyOK: l.KeyOK,
		KeyBrokenAt: l.KeyBrokenAt, KeyReason: l.KeyReason,
		Association: l.Answer, AskNow: l.Bound() && l.Answer == AnswerNone,
	}
	if o.Status == StatusNone {
		o.Edition = as.Organisation().Edition
	}
	if !l.TrialEndsAt.IsZero() {
		o.TrialLastDay = l.TrialEndsAt.In(zone).AddDate(0, 0, -1).Format("2006-01-02")
	}
	r, err := latestRun(ctx, s.p.DB, l.Org, RunProvisioning)
	if err != nil {
		return Overview{}, err
	}
	if r.Epoch == l.Epoch {
		o.Provisioning = r.Run
	}
	if l.Bound() && l.KeyOK {
		c, err := readContact(ctx, s.p.DB, l.Org)
		if err != nil {
			return o, err
		}
		o.KeyEndsAt = c.KeyEndsAt
	}
	o.Registered, o.Refused, err = countUsers(ctx, s.p.DB, l.Org, l.Epoch)
	return o, err
}

// GetStarted begins (はじめに), or begins anew after disabling. On the free edition the
// trial clock starts, once per organisation.
func (s *Service) GetStarted(ctx context.Context, as access.Actor, version int64) (Overview, error) {
	if err := admin(as); err != nil {
		return Overview{}, err
	}
	org, err := s.p.Access.Organisation(ctx, as)
	if err != nil {
		return Overview{}, err
	}
	err = s.change(ctx, as, version, func(ctx context.Context, tx *store.Tx, l *link) error {
		if err := l.begin(tx.Now(), org.Edition, zoneOf(org.TimeZone)); err != nil {
			return err
		}
		if err := clearSteps(ctx, tx, l.Org); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, "integration.started", "")
	})
	if err != nil {
		return s.again(ctx, as, err, func(l link) bool { return l.status(s.p.DB.Now()) == StatusSettingUp })
	}
	return s.Overview(ctx, as)
}

// SaveSetup (保存) binds the portal with its grid and starts registering users. A
// second portal is refused as a conflict.
func (s *Service) SaveSetup(ctx context.Context, as access.Actor, in Setup) (Overview, error) {
	if err := s.saveSetup(ctx, as, in); err != nil {
		return s.again(ctx, as, err, func(l link) bool {
			return l.Bound() && l.Portal == in.Portal && l.BoundBy == as.User() && in.Version < l.Version
		})
	}
	return s.Overview(ctx, as)
}

func (s *Service) saveSetup(ctx context.Context, as access.Actor, in Setup) error {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return err
	}
	// The guard is asked twice: here to spare the portal a useless question, and under
	// the lock, where it counts.
	if err := l.at(in.Version); err != nil {
		return err
	}
	probe := l
	if err := probe.bind(s.p.DB.Now(), gate.Portal{ID: in.Portal}, newKey{}, as.User()); err != nil {
		return err
	}
	portal, key, err := s.keyFor(ctx, as, in.Portal, in.ChoiceVersion)
	if err != nil {
		return err
	}
	profiles, err := s.p.Access.Profiles(ctx, as)
	if err != nil {
		return err
	}
	return s.change(ctx, as, in.Version, func(ctx context.Context, tx *store.Tx, l *link) error {
		if err := l.bind(tx.Now(), portal, key, as.User()); err != nil {
			return err
		}
		if _, err := s.writeGrid(ctx, tx, l, profiles, in.Grid); err != nil {
			return err
		}
		if err := clearSteps(ctx, tx, l.Org); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, as, "integration.bound", portal.Name); err != nil {
			return err
		}
		return s.follow(ctx, tx, *l, as.User())
	})
}

// Run gives the latest run of a kind, for progress; zero ID when none ran.
func (s *Service) Run(ctx context.Context, as access.Actor, kind string) (Run, error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return Run{}, err
	}
	r, err := latestRun(ctx, s.p.DB, l.Org, kind)
	if err == nil && kind != RunRemoval && r.Epoch != l.Epoch {
		return Run{}, nil
	}
	return r.Run, err
}
