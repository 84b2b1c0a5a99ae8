package integration

import (
	"context"
	"strconv"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// removalBatch is how many rows of a table one batch sweeps.
const removalBatch = 500

// Losses counts what ChangePortal and Disable would take away.
func (s *Service) Losses(ctx context.Context, as access.Actor) (Losses, error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return Losses{}, err
	}
	return countLosses(ctx, s.p.DB, l.Org, l.Epoch)
}

// Disable switches the integration off: tab and associations go at once, the rows
// are swept afterwards; the projects and everybody's sign-in live on.
func (s *Service) Disable(ctx context.Context, as access.Actor, version int64) (Overview, error) {
	err := s.change(ctx, as, version, func(ctx context.Context, tx *store.Tx, l *link) error {
		old := *l
		if err := l.disable(tx.Now()); err != nil {
			return err
		}
		if err := clearSteps(ctx, tx, l.Org); err != nil {
			return err
		}
		return s.leave(ctx, tx, as, old, *l, letterDisabled)
	})
	if err != nil {
		return s.again(ctx, as, err, func(l link) bool { return l.status(s.p.DB.Now()) == StatusDisabled })
	}
	return s.Overview(ctx, as)
}

// ChangePortal binds another portal in place of the bound one: old associations go,
// the grid and the tab stay, the association question is open again. The portal is
// one of Portals.
func (s *Service) ChangePortal(ctx context.Context, as access.Actor, portal id.ID, version int64) (Overview, error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return Overview{}, err
	}
	if err := l.at(version); err != nil {
		return Overview{}, err
	}
	probe := l
	if err := probe.rebind(s.p.DB.Now(), gate.Portal{ID: portal}, newKey{}, as.User()); err != nil {
		return Overview{}, err
	}
	st, err := readStep(ctx, s.p.DB, l.Org, stepPortal)
	if err != nil {
		return Overview{}, err
	}
	found, key, err := s.keyFor(ctx, as, portal, st.Version)
	if err != nil {
		return Overview{}, err
	}
	err = s.change(ctx, as, version, func(ctx context.Context, tx *store.Tx, l *link) error {
		old := *l
		if err := l.rebind(tx.Now(), found, key, as.User()); err != nil {
			return err
		}
		if err := clearSteps(ctx, tx, l.Org); err != nil {
			return err
		}
		if err := s.leave(ctx, tx, as, old, *l, letterPortalChanged); err != nil {
			return err
		}
		return s.follow(ctx, tx, *l, as.User())
	})
	if err != nil {
		return Overview{}, err
	}
	return s.Overview(ctx, as)
}

// leave writes what follows when a binding ends: its runs stop, its rows are swept,
// the portal is told, administrators get a letter with the numbers.
func (s *Service) leave(ctx context.Context, tx *store.Tx, as access.Actor, old, now link, letterName string) error {
	lost, err := countLosses(ctx, tx, old.Org, old.Epoch)
	if err != nil {
		return err
	}
	if err := s.keepArchive(ctx, tx, as, old, lost); err != nil {
		return err
	}
	for _, kind := range []string{RunProvisioning, RunAssociation, RunRestore} {
		if err := stopRuns(ctx, tx, old.Org, kind); err != nil {
			return err
		}
	}
	detail := old.PortalName + ": " + strconv.FormatInt(lost.Explicit, 10) + "/" + strconv.FormatInt(lost.Records, 10) +
		", " + strconv.FormatInt(lost.ClientLinks, 10) + ", " + strconv.FormatInt(lost.ContactLinks, 10)
	if err := s.audit(ctx, tx, as, "integration."+letterName, detail); err != nil {
		return err
	}
	if !old.Bound() {
		return nil
	}
	r := run{Org: old.Org, Epoch: now.Epoch, By: as.User(), Portal: old.Portal, KeySealed: old.KeySealed, KeyEmail: old.KeyEmail,
		Run: Run{ID: tx.NewID(), Kind: RunRemoval, State: RunQueued, StartedAt: tx.Now()}}
	if err := insertRun(ctx, tx, r); err != nil {
		return err
	}
	if err := s.p.Queue.Insert(ctx, tx, removalJob{Org: r.Org, Run: r.ID}); err != nil {
		return err
	}
	return s.tellAdministrators(ctx, tx, letter{Org: old.Org, Name: letterName, Unique: idem(now, letterName), Args: fault.Args{
		"Portal": old.PortalName, "NewPortal": now.PortalName, "Who": as.Name(), "Explicit": lost.Explicit,
		"Records": lost.Records, "Accounts": lost.ClientLinks, "Contacts": lost.ContactLinks}})
}

// sweepEnded sweeps what is left of bindings whose archive was let go, and of files that
// were never loaded to their end, some batches at
// a time; more says that there may be others.
func (s *Service) sweepEnded(ctx context.Context, org id.ID) (more bool, err error) {
	l, err := readLink(ctx, s.p.DB, org)
	if err != nil {
		return false, err
	}
	for range 20 {
		var n int64
		err := s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if err := dropLoading(ctx, tx, org, store.Micros(tx.Now().Add(-loadWithin))); err != nil {
				return err
			}
			n, err = sweep(ctx, tx, org, l.Epoch, removalBatch)
			return err
		})
		if err != nil || n == 0 {
			return false, err
		}
	}
	return true, nil
}

// removalStep sweeps a batch of rows of ended bindings and, when none is left, tells
// the portal. Telling is tried again until it is heard or the portal is gone.
func (s *Service) removalStep(ctx context.Context, j removalJob) error {
	r, err := readRun(ctx, s.p.DB, j.Org, j.Run)
	if err != nil || !r.Going() || r.Step != j.Step {
		return err
	}
	var swept int64
	err = s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r := r
		if swept, err = sweep(ctx, tx, r.Org, r.Epoch, removalBatch); err != nil || swept == 0 {
			return err
		}
		if err := r.advance(ctx, tx, progress{Done: swept}); err != nil {
			return err
		}
		return s.p.Queue.Insert(ctx, tx, removalJob{Org: r.Org, Run: r.ID, Step: r.Step})
	})
	if err != nil || swept > 0 {
		return late(err)
	}
	if err := s.disconnect(ctx, r); err != nil {
		return err
	}
	return late(s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r := r
		if err := r.finish(ctx, tx, RunDone, ""); err != nil {
			return err
		}
		l, err := lockLink(ctx, tx, r.Org)
		if err != nil || l.Portal != r.Portal || l.works(tx.Now()) != nil {
			return err
		}
		// The same portal was joined again meanwhile: what was just taken away there
		// belongs to the new binding.
		return s.follow(ctx, tx, l, r.By)
	}))
}

func (s *Service) disconnect(ctx context.Context, r run) error {
	key, err := s.openKey(r.Org, r.KeySealed, r.KeyEmail)
	if err != nil {
		return err
	}
	caller, err := s.caller(ctx, r.Org)
	if err != nil {
		return err
	}
	err = s.within(ctx, s.p.JobWait, func(ctx context.Context) error {
		return s.p.Door.Open(caller, key, r.Portal).Disconnect(ctx, idem(link{Org: r.Org, Epoch: r.Epoch}, "disconnect"))
	})
	if fault.HasCode(err, gate.CodeKeyRejected) || fault.Is(err, fault.KindNotFound) {
		return nil
	}
	return err
}
