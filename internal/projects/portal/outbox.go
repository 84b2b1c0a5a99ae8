package portal

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/store"
)

// maxChanges bounds one answer of Changes.
const maxChanges = 1000

// Emit numbers changes under the portal's row lock and writes them to the outbox; hooks
// hear of them once. Call it late in the transaction: the lock is held until it ends.
func (s *Service) Emit(ctx context.Context, tx *store.Tx, portal id.ID, changes ...Change) error {
	if len(changes) == 0 {
		return nil
	}
	first, err := nextSeqs(ctx, tx, portal, len(changes))
	if err != nil {
		return err
	}
	if err := insertChanges(ctx, tx, portal, first, changes); err != nil {
		return err
	}
	return s.changed(ctx, tx, portal)
}

// Changes gives up to limit entries after sequence since, oldest first. System only.
func (s *Service) Changes(ctx context.Context, as Member, since int64, limit int) ([]Change, error) {
	if err := as.RequireSystem(); err != nil {
		return nil, err
	}
	if limit <= 0 || limit > maxChanges {
		limit = maxChanges
	}
	return changesAfter(ctx, s.db, as.portal, since, limit)
}
