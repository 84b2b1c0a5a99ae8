package work

import (
	"context"
	"time"

	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// BinDays is how many days a project lies in the bin before it is deleted for good.
const BinDays = 60

// purgeChunk is how many rows of a kind one transaction deletes of a project.
const purgeChunk = 200

// Register tells the queue what empties the bin. The program calls it while it is put
// together.
func (s *Service) Register(q *jobs.Queue) {
	s.queue = q
	jobs.Register(q, s.purgeRound)
	jobs.Register(q, s.purgeBatch)
	q.Periodic(binRound{}, 24*time.Hour)
}

// Until is when a project in the bin is deleted for good.
func (p Project) Until() time.Time { return p.TrashedAt.AddDate(0, 0, BinDays) }

// Binned gives a project in the bin to who may restore it.
func (s *Service) Binned(ctx context.Context, as portal.Member, project id.ID) (Project, error) {
	if err := as.RequireKnown(); err != nil {
		return Project{}, err
	}
	row, err := findProject(ctx, s.db, as, project, true)
	if err != nil {
		return Project{}, err
	}
	if err := stanceOf(as, row).require(portal.ActRestoreProject, portal.Facts{}); err != nil {
		return Project{}, err
	}
	if row.TrashedAt.IsZero() {
		return Project{}, notFound()
	}
	return row.Project, nil
}

// PurgeProject deletes a project in the bin for good, with everything in it. Who may
// restore it may. It is gone from the bin at once; its content goes behind.
func (s *Service) PurgeProject(ctx context.Context, as portal.Member, project id.ID) error {
	return s.inside(ctx, as, project, true, func(ctx context.Context, tx *store.Tx, p projectRow, st stance) error {
		if err := st.require(portal.ActRestoreProject, portal.Facts{}); err != nil {
			return err
		}
		if p.TrashedAt.IsZero() {
			return notFound()
		}
		return s.condemn(ctx, tx, as.Portal(), p.ID, p.nameKey, p.Template)
	})
}

// EmptyBin deletes every project for good that lies in the bin now. Who may restore
// projects may.
func (s *Service) EmptyBin(ctx context.Context, as portal.Member) error {
	if err := as.RequireKnown(); err != nil {
		return err
	}
	if as.Looks() {
		return looksOnly()
	}
	if !as.Can(portal.ActRestoreProject) {
		return forbidden(portal.ActRestoreProject)
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.queue.Insert(ctx, tx, purging{Portal: as.Portal(), Until: store.Micros(tx.Now())})
	})
}

// condemn takes a project that is held out of the bin and out of everybody's sight.
func (s *Service) condemn(ctx context.Context, tx *store.Tx, in, project id.ID, nameKey string, template bool) error {
	if err := setPurging(ctx, tx, in, project); err != nil {
		return err
	}
	if err := rename(ctx, tx, in, 0, kindProject, project, nameKey, ""); err != nil {
		return err
	}
	if !template {
		if err := s.portals.Emit(ctx, tx, in, portal.Change{Kind: ChangeProjectDeleted, Subject: project}); err != nil {
			return err
		}
	}
	return s.queue.Insert(ctx, tx, purging{Portal: in, Project: project})
}

// binRound looks through the bins of all portals, one after the other.
type binRound struct{}

// Kind names the job in the queue.
func (binRound) Kind() string { return "work.purge_round" }

func (s *Service) purgeRound(ctx context.Context, _ binRound) error {
	until := store.Micros(s.db.Now().AddDate(0, 0, -BinDays))
	for after := id.ID(0); ; {
		portals, err := portalsAfter(ctx, s.db, after, 200)
		if err != nil || len(portals) == 0 {
			return err
		}
		for _, in := range portals {
			due, err := binnedBefore(ctx, s.db, in, until, 1)
			if err != nil {
				return err
			}
			if len(due) == 0 {
				continue
			}
			err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				return s.queue.Insert(ctx, tx, purging{Portal: in, Until: until}, jobs.Unique(in.String()))
			})
			if err != nil {
				return err
			}
		}
		after = portals[len(portals)-1]
	}
}

// purging deletes what is left of a project; without one it takes those out of the bin
// that lie there since a time or longer.
type purging struct {
	Portal  id.ID `json:"portal"`
	Project id.ID `json:"project,omitempty"`
	Until   int64 `json:"until,omitempty"`
}

// Kind names the job in the queue.
func (purging) Kind() string { return "work.purge" }

// purgeBatch does some of the work and asks for the next in the same transaction.
func (s *Service) purgeBatch(ctx context.Context, p purging) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if p.Project == 0 {
			return s.condemnDue(ctx, tx, p)
		}
		held, err := purgingStill(ctx, tx, p.Portal, p.Project)
		if err != nil || !held {
			return err
		}
		files, err := dropDocuments(ctx, tx, p.Portal, p.Project, purgeChunk)
		if err != nil {
			return err
		}
		if err := s.files.Drop(ctx, tx, p.Portal, files...); err != nil {
			return err
		}
		more, err := dropContent(ctx, tx, p.Portal, p.Project, purgeChunk)
		if err != nil {
			return err
		}
		if more || len(files) > 0 {
			return s.queue.Insert(ctx, tx, p)
		}
		return dropProject(ctx, tx, p.Portal, p.Project)
	})
}

// condemnDue takes the next project out of the bin that has lain there long enough.
func (s *Service) condemnDue(ctx context.Context, tx *store.Tx, p purging) error {
	list, err := binnedBefore(ctx, tx, p.Portal, p.Until, 1)
	if err != nil || len(list) == 0 {
		return err
	}
	due := list[0]
	if err := lock(ctx, tx, p.Portal, due.id); err != nil {
		return err
	}
	if held, err := binnedStill(ctx, tx, p.Portal, due.id); err != nil {
		return err
	} else if held {
		if err := s.condemn(ctx, tx, p.Portal, due.id, due.nameKey, due.template); err != nil {
			return err
		}
	}
	return s.queue.Insert(ctx, tx, p)
}
