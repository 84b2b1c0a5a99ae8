package bulk

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/importer"
	"musubi/internal/store"
)

// undoer takes back what came in with a user's badge: what was made goes to the bin,
// what was changed gets its earlier values.
type undoer struct {
	as      access.Actor
	access  *access.Service
	records *record.Service
}

// Begin leaves a trace in the audit log.
func (u undoer) Begin(ctx context.Context, tx *store.Tx, r importer.Run) error {
	return u.access.NoteImportUndo(ctx, tx, u.as, r.FileName, r.Effects())
}

// Undo takes effects back in their order: what was changed first, since the lines that
// changed a record come after the one that made it.
func (u undoer) Undo(ctx context.Context, tx *store.Tx, list []importer.Effect) error {
	made := map[string][]id.ID{}
	problems := make([]error, len(list))
	for i, e := range list {
		if e.Act == importer.Created {
			made[e.Module] = append(made[e.Module], e.Subject)
			continue
		}
		problems[i] = u.records.RevertIn(ctx, tx, u.as, e.Module, e.Subject, e.Changes)
	}
	refused := map[id.ID]error{}
	for module, ids := range made {
		found, err := u.records.DeleteMany(ctx, tx, u.as, module, ids)
		if reason(err) != nil {
			for _, n := range ids { // the module as a whole is closed to the user
				refused[n] = err
			}
			continue
		}
		if err != nil {
			return err
		}
		for n, problem := range found {
			refused[n] = problem
		}
	}
	for i := range list {
		e, err := &list[i], problems[i]
		if e.Act == importer.Created {
			err = refused[e.Subject]
		}
		e.Fate = importer.Undone
		if err == nil {
			continue
		}
		if e.Reasons = reason(err); e.Reasons == nil {
			return err
		}
		e.Fate = importer.Kept
	}
	return nil
}

// reason gives what a person can read of a refusal; nil for what is none.
func reason(err error) []fault.Field {
	f := fault.As(err)
	if f == nil {
		return nil
	}
	switch f.Kind {
	case fault.KindInvalid, fault.KindConflict, fault.KindForbidden:
		if len(f.Fields) > 0 {
			return f.Fields
		}
		return []fault.Field{{Key: f.Key, Args: f.Args}}
	case fault.KindNotFound: // in the bin, deleted for good, or hidden from this user
		return []fault.Field{{Key: "bulk.undo_gone"}}
	}
	return nil
}
