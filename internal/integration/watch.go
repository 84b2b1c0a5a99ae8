package integration

import (
	"context"
	"slices"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// watchBatch is how many watched projects are looked at in one call.
const watchBatch = 500

// watchRound ends the watch of projects that no mirror of the organisation follows any
// more, however the mirror went.
type watchRound struct {
	Org id.ID `json:"org"`
}

// Kind names the job in the queue.
func (watchRound) Kind() string { return "integration.watch_round" }

func (s *Service) queueWatches(ctx context.Context, tx *store.Tx, org id.ID) error {
	return s.p.Queue.Insert(ctx, tx, watchRound{Org: org}, jobs.Unique(org.String()))
}

func (s *Service) endWatches(ctx context.Context, j watchRound) error {
	l, err := readLink(ctx, s.p.DB, j.Org)
	if err != nil || l.works(s.p.DB.Now()) != nil || !l.KeyOK {
		return err
	}
	for after := id.ID(0); ; {
		var list []id.ID
		err := s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
			list, err = g.Watched(ctx, after, watchBatch)
			return err
		})
		if err == nil {
			err = s.endLoose(ctx, l, list)
		}
		if fault.HasCode(err, gate.CodeKeyRejected) {
			return nil // waits for the new key
		}
		if err != nil || len(list) < watchBatch {
			return err
		}
		after = list[len(list)-1]
	}
}

// endLoose ends the watch of those of the projects that have no mirror.
func (s *Service) endLoose(ctx context.Context, l link, list []id.ID) error {
	loose, err := unmirrored(ctx, s.p.DB, l, list)
	if err != nil || len(loose) == 0 {
		return err
	}
	if err := s.watch(ctx, l, loose, false); err != nil {
		return err
	}
	// A mirror that began meanwhile may have asked for the watch before it ended.
	still, err := unmirrored(ctx, s.p.DB, l, loose)
	if err != nil || len(still) == len(loose) {
		return err
	}
	begun := slices.DeleteFunc(loose, func(n id.ID) bool { return slices.Contains(still, n) })
	if err := s.watch(ctx, l, begun, true); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, project := range begun {
			if err := s.mirrorTouched(ctx, tx, l, "project_id", project); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) watch(ctx context.Context, l link, projects []id.ID, on bool) error {
	return s.jobCall(ctx, l, func(ctx context.Context, g gate.Session) error {
		for _, project := range projects {
			if err := g.WatchProject(ctx, project, on); err != nil && !fault.Is(err, fault.KindNotFound) {
				return err
			}
		}
		return nil
	})
}
