package work

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// WatchTask has the changes of a task and of its comments written to the portal's
// outbox, or no more. System only: a task is watched while something outside follows it.
func (s *Service) WatchTask(ctx context.Context, as portal.Member, project, task id.ID, on bool) error {
	if err := as.RequireSystem(); err != nil {
		return err
	}
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		if _, err := findTask(ctx, tx, st, project, task); err != nil {
			return err
		}
		return watchTask(ctx, tx, as.Portal(), task, on)
	})
}

// WatchProject has every act in a project written to the portal's outbox for somebody
// outside, or no more; while others watch it too it goes on. System only, like WatchTask.
func (s *Service) WatchProject(ctx context.Context, as portal.Member, project id.ID, who string, on bool) error {
	if err := as.RequireSystem(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lock(ctx, tx, as.Portal(), project); err != nil {
			return err
		}
		if _, err := findProject(ctx, tx, as, project, true); err != nil {
			return err
		}
		write := dropWatcher
		if on {
			write = addWatcher
		}
		if err := write(ctx, tx, as.Portal(), project, who); err != nil {
			return err
		}
		return noteWatched(ctx, tx, as.Portal(), project)
	})
}

// Watched lists up to limit projects that somebody outside watches, by id after one.
// System only.
func (s *Service) Watched(ctx context.Context, as portal.Member, who string, after id.ID, limit int) ([]id.ID, error) {
	if err := as.RequireSystem(); err != nil {
		return nil, err
	}
	return watchedBy(ctx, s.db, as.Portal(), who, after, limit)
}

// Unwatch ends everything somebody outside watches. System only.
func (s *Service) Unwatch(ctx context.Context, as portal.Member, who string) error {
	const batch = 200
	for after := id.ID(0); ; {
		list, err := s.Watched(ctx, as, who, after, batch)
		if err != nil {
			return err
		}
		for _, project := range list {
			if err := s.WatchProject(ctx, as, project, who, false); err != nil && !fault.Is(err, fault.KindNotFound) {
				return err
			}
			after = project
		}
		if len(list) < batch {
			return nil
		}
	}
}

// acted says that something happened in a project that is watched.
func (s *Service) acted(ctx context.Context, tx *store.Tx, as portal.Member, p projectRow) error {
	if !p.watched {
		return nil
	}
	return s.portals.Emit(ctx, tx, as.Portal(), portal.Change{Kind: ChangeProjectChanged, Subject: p.ID})
}

// tellTask says that a watched task changed or is gone.
func (s *Service) tellTask(ctx context.Context, tx *store.Tx, as portal.Member, t taskRow, kind string) error {
	if !t.watched {
		return nil
	}
	return s.portals.Emit(ctx, tx, as.Portal(), portal.Change{Kind: kind, Subject: t.ID})
}
