package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/store"
)

// AccessHooks react to changes of users, profiles and edition, in their transaction.
func (s *Service) AccessHooks() access.Hooks {
	return access.Hooks{
		UserChanged: func(ctx context.Context, tx *store.Tx, org, user id.ID) error {
			l, err := readLink(ctx, tx, org)
			if err != nil || !l.Bound() {
				return err
			}
			return s.p.Queue.Insert(ctx, tx, provisionUserJob{Org: org, User: user})
		},
		ProfileDeleted: s.profileDeleted,
		EditionChanged: s.editionChanged,
	}
}

// profileDeleted forgets the profile's ticks. Its users, who may be thousands, have
// another profile now: a run registers those who are new to the portal.
func (s *Service) profileDeleted(ctx context.Context, tx *store.Tx, org, profile, _ id.ID) error {
	if err := deleteGridRow(ctx, tx, org, profile); err != nil {
		return err
	}
	if l, err := readLink(ctx, tx, org); err != nil || !l.Bound() {
		return err
	}
	l, err := lockLink(ctx, tx, org)
	if err != nil || l.works(tx.Now()) != nil {
		return err
	}
	return s.provision(ctx, tx, l, 0)
}

// editionChanged takes note of an upgrade, which brings everything back, or of a
// downgrade, which starts the trial if there never was one.
func (s *Service) editionChanged(ctx context.Context, tx *store.Tx, org id.ID, now access.Edition) error {
	if l, err := readLink(ctx, tx, org); err != nil || l.StartedAt.IsZero() {
		return err
	}
	l, err := lockLink(ctx, tx, org)
	if err != nil {
		return err
	}
	worked := l.works(tx.Now()) == nil
	l.changeEdition(tx.Now(), now)
	if err := saveLink(ctx, tx, &l); err != nil {
		return err
	}
	if !worked && l.works(tx.Now()) == nil {
		return s.follow(ctx, tx, l, 0) // those who arrived meanwhile, and what stood still
	}
	return nil
}

// recordDeleted hides the ties of a record that goes to the bin: the project stays,
// and so does the client.
func (s *Service) recordDeleted(ctx context.Context, tx *store.Tx, org id.ID, module string, rec id.ID) error {
	l, err := readLink(ctx, tx, org)
	if err != nil || l.Epoch == 0 {
		return err
	}
	if err := s.taskTouched(ctx, tx, l, module, rec); err != nil {
		return err
	}
	return hideRecord(ctx, tx, l, module, rec, true)
}

// recordRestored shows the ties of a record that came back.
func (s *Service) recordRestored(ctx context.Context, tx *store.Tx, org id.ID, module string, rec id.ID) error {
	l, err := readLink(ctx, tx, org)
	if err != nil || l.Epoch == 0 {
		return err
	}
	if err := s.mirrorTouched(ctx, tx, l, "record_id", rec); err != nil {
		return err
	}
	return hideRecord(ctx, tx, l, module, rec, false)
}

// recordsPurged takes away what ties records that are deleted for good: the projects
// stay, and so do the clients. What rules did is history and stays too.
func (s *Service) recordsPurged(ctx context.Context, tx *store.Tx, org id.ID, module string, records []id.ID, limit int) (more bool, err error) {
	l, err := readLink(ctx, tx, org)
	if err != nil || l.Epoch == 0 {
		return false, err
	}
	return forgetRecords(ctx, tx, l, module, records, limit)
}

// recordUpdated looks after a tied contact or deal, which may have another account
// now. What the record holds is read after the transaction.
func (s *Service) recordUpdated(ctx context.Context, tx *store.Tx, org id.ID, before, after record.Record) error {
	l, err := readLink(ctx, tx, org)
	if err != nil || l.Epoch == 0 {
		return err
	}
	if err := s.triggerRules(ctx, tx, l, &before, []record.Record{after}); err != nil {
		return err
	}
	if err := s.taskTouched(ctx, tx, l, after.Module, after.ID); err != nil {
		return err
	}
	if err := s.mirrorTouched(ctx, tx, l, "record_id", after.ID); err != nil {
		return err
	}
	if after.Module != access.TabContacts && after.Module != access.TabDeals {
		return nil
	}
	if found, err := tied(ctx, tx, l, after.ID); err != nil || !found {
		return err
	}
	return s.p.Queue.Insert(ctx, tx, movedJob{Org: org, Module: after.Module, Record: after.ID})
}

// recordsMade lets rules see new records.
func (s *Service) recordsMade(ctx context.Context, tx *store.Tx, org id.ID, made []record.Record) error {
	l, err := readLink(ctx, tx, org)
	if err != nil || l.Epoch == 0 {
		return err
	}
	return s.triggerRules(ctx, tx, l, nil, made)
}

// RecordHook reacts to changes of records, in their transaction.
func (s *Service) RecordHook() record.Hook {
	return record.Hook{AfterCreate: s.recordsMade, AfterUpdate: s.recordUpdated, AfterDelete: s.recordDeleted, AfterRestore: s.recordRestored, BeforePurge: s.recordsPurged, Merging: s.recordsMerging}
}
