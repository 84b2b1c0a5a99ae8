package integration

import (
	"context"
	"fmt"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/store"
)

// discardJob works one slice of the run that bins what contacts an undone association
// made. It names no step: whoever takes it goes on where the last committed batch ended,
// and of two who do only one commits.
type discardJob struct {
	Org id.ID `json:"org"`
	Run id.ID `json:"run"`
}

// Kind names the job in the queue.
func (discardJob) Kind() string { return "integration.discard" }

// discardBatch is how many contacts one transaction looks at.
const discardBatch = 50

// startDiscard begins to bin what contacts the runs of the binding made.
func (s *Service) startDiscard(ctx context.Context, tx *store.Tx, l link, by id.ID) error {
	r, err := startRun(ctx, tx, l, RunDiscard, by)
	if err != nil {
		return err
	}
	total, err := countMade(ctx, tx, r)
	if err != nil {
		return err
	}
	if r.Cursor = (discardPlace{}).String(); total == 0 {
		return r.finish(ctx, tx, RunDone, "")
	}
	if err := setRunCursor(ctx, tx, r, total); err != nil {
		return err
	}
	return s.p.Queue.Insert(ctx, tx, discardJob{Org: l.Org, Run: r.ID}, jobs.Unique(r.ID.String()))
}

// discardPlace is how far the run is: a run that made contacts, and the last of its
// outcomes that was looked at.
type discardPlace struct{ run, after id.ID }

// String is the cursor of the run.
func (p discardPlace) String() string { return fmt.Sprintf("%d %d", p.run, p.after) }

func readDiscardPlace(text string) (p discardPlace, err error) {
	if _, err = fmt.Sscanf(text, "%d %d", &p.run, &p.after); err != nil {
		err = fault.Internal(err)
	}
	return p, err
}

// discard works batches off until the slice is over, then hands on.
func (s *Service) discard(ctx context.Context, j discardJob) error {
	began := time.Now()
	for {
		r, err := readRun(ctx, s.p.DB, j.Org, j.Run)
		if err != nil || !r.Going() {
			return err
		}
		handOn := time.Since(began) > s.slice
		ended, err := s.discardBatch(ctx, r, handOn)
		if err != nil || ended || handOn {
			return late(err)
		}
	}
}

// discardBatch bins those of the next contacts that nobody changed, used or tied since;
// Failed counts those that stay.
func (s *Service) discardBatch(ctx context.Context, r run, handOn bool) (ended bool, err error) {
	at, err := readDiscardPlace(r.Cursor)
	if err != nil {
		return false, err
	}
	contacts, last, err := madeContacts(ctx, s.p.DB, r.Org, at.run, at.after, s.discards)
	if err != nil {
		return false, err
	}
	if at.after = last; len(contacts) < s.discards {
		at.after = 0
		if at.run, err = nextMaker(ctx, s.p.DB, r, at.run); err != nil {
			return false, err
		}
		ended = at.run == 0
	}
	if err := s.p.DB.Reserve(ctx, len(contacts)); err != nil { // timelines
		return false, err
	}
	return ended, s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r := r
		now, err := lockLink(ctx, tx, r.Org)
		if err != nil {
			return err
		}
		free, err := untied(ctx, tx, r.Org, []int64{r.Epoch, now.Epoch}, contacts)
		if err != nil {
			return err
		}
		gone, err := s.p.Records.DiscardIn(ctx, tx, s.system(r.Org), access.TabContacts, free)
		if err != nil {
			return err
		}
		if err := r.advance(ctx, tx, progress{Cursor: at.String(), Done: int64(len(contacts)), Failed: int64(len(contacts) - gone)}); err != nil {
			return err
		}
		switch {
		case ended:
			return r.finish(ctx, tx, RunDone, "")
		case handOn:
			return s.p.Queue.Insert(ctx, tx, discardJob{Org: r.Org, Run: r.ID})
		}
		return nil
	})
}
