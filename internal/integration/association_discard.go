package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/store"
)

// discardJob bins what contacts an undone association made. It may run twice: what is in
// the bin, or has been touched, is left alone.
type discardJob struct {
	Org   id.ID `json:"org"`
	Epoch int64 `json:"epoch"`
}

// Kind names the job in the queue.
func (discardJob) Kind() string { return "integration.discard" }

// discardBatch is how many contacts one transaction looks at.
const discardBatch = 50

// discard walks the contacts that runs of the binding made and bins those that nobody
// changed, used or tied since.
func (s *Service) discard(ctx context.Context, j discardJob) error {
	runs, err := runsOf(ctx, s.p.DB, j.Org, RunAssociation, j.Epoch)
	if err != nil {
		return err
	}
	for _, run := range runs {
		var after id.ID
		for {
			contacts, last, err := madeContacts(ctx, s.p.DB, j.Org, run, after, discardBatch)
			if err != nil {
				return err
			}
			if len(contacts) == 0 {
				break
			}
			after = last
			if err := s.discardBatch(ctx, j, contacts); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) discardBatch(ctx context.Context, j discardJob, contacts []id.ID) error {
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := lockLink(ctx, tx, j.Org); err != nil {
			return err
		}
		free, err := untied(ctx, tx, j.Org, j.Epoch, contacts)
		if err != nil {
			return err
		}
		_, err = s.p.Records.DiscardIn(ctx, tx, s.system(j.Org), access.TabContacts, free)
		return err
	})
}
