package work

import (
	"context"

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

// WatchProject has every act in a project written to the portal's outbox, or no more.
// System only, like WatchTask.
func (s *Service) WatchProject(ctx context.Context, as portal.Member, project id.ID, on bool) error {
	if err := as.RequireSystem(); err != nil {
		return err
	}
	return s.inside(ctx, as, project, true, func(ctx context.Context, tx *store.Tx, _ projectRow, _ stance) error {
		return watchProject(ctx, tx, as.Portal(), project, on)
	})
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
