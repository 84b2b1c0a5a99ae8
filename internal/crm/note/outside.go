package note

import (
	"context"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// Outside is a note that another room brings: By is the user who wrote it there, or
// zero with their name.
type Outside struct {
	ID     id.ID // zero makes a new one
	Body   string
	By     id.ID
	ByName string
}

// Bring makes or changes a note in the caller's transaction. Hooks do not hear of it:
// what was brought need not be taken back. System only.
func (s *Service) Bring(ctx context.Context, tx *store.Tx, as access.Actor, module string, of id.ID, in Outside) (Note, error) {
	if err := as.RequireSystem(); err != nil {
		return Note{}, err
	}
	if err := s.records.Visible(ctx, tx, as, module, of); err != nil {
		return Note{}, err
	}
	n := Note{Body: strings.TrimSpace(in.Body), By: in.By, ByName: in.ByName, Version: 1}
	if err := n.check(); err != nil {
		return Note{}, err
	}
	if in.ID == 0 {
		n.ID, n.At, n.Changed = tx.NewID(), tx.Now(), tx.Now()
		return n, insertNote(ctx, tx, as.Org(), of, module, n)
	}
	now, err := noteByID(ctx, tx, as.Org(), of, in.ID)
	if err != nil {
		return Note{}, err
	}
	now.Title, now.Body, now.Changed = "", n.Body, tx.Now()
	saved, err := updateNote(ctx, tx, as.Org(), of, now)
	if err == nil && !saved {
		err = fault.New(fault.KindStale, "crm.fault.stale").WithCode("stale")
	}
	return now, err
}
