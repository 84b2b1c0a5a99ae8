package access

import (
	"context"
	"strconv"

	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/mail"
	"musubi/internal/page"
	"musubi/internal/store"
)

// AuditLog lists the security-relevant acts in the organisation, the latest first.
// Administrators only.
func (s *Service) AuditLog(ctx context.Context, as Actor, r page.Request) (page.Page[identity.Entry], error) {
	if err := as.RequireAdmin(); err != nil {
		return page.Page[identity.Entry]{}, err
	}
	return s.people.AuditLog(ctx, identity.Tenant{Org: as.Org()}, r)
}

// Letters lists what the organisation sent, the latest first; without a server for
// mail, this outbox is where letters are read. Administrators only.
func (s *Service) Letters(ctx context.Context, as Actor, r page.Request) (page.Page[mail.Message], error) {
	if err := as.RequireAdmin(); err != nil {
		return page.Page[mail.Message]{}, err
	}
	return s.letters.List(ctx, mail.Tenant{Org: as.Org()}, r)
}

// LettersLeave says whether letters go out by mail. Where they do not, somebody has to
// hand over what the outbox keeps. Everybody in the organisation may know.
func (s *Service) LettersLeave(as Actor) (bool, error) {
	if err := as.RequireKnown(); err != nil {
		return false, err
	}
	return s.letters.Delivers(), nil
}

// Letter gives one letter of the organisation with its text. Administrators only.
func (s *Service) Letter(ctx context.Context, as Actor, letter id.ID) (mail.Message, error) {
	if err := as.RequireAdmin(); err != nil {
		return mail.Message{}, err
	}
	return s.letters.Get(ctx, mail.Tenant{Org: as.Org()}, letter)
}

// LetterFile gives a file of one of the organisation's letters by its place.
// Administrators only.
func (s *Service) LetterFile(ctx context.Context, as Actor, letter id.ID, place int) (mail.Attachment, error) {
	if err := as.RequireAdmin(); err != nil {
		return mail.Attachment{}, err
	}
	return s.letters.Attachment(ctx, mail.Tenant{Org: as.Org()}, letter, place)
}

// NoteMerge writes into the audit log that records were made one, in the transaction
// that does it.
func (s *Service) NoteMerge(ctx context.Context, tx *store.Tx, as Actor, master id.ID, detail string) error {
	if err := as.RequireKnown(); err != nil {
		return err
	}
	return s.audit(ctx, tx, as, "merged", master, detail)
}

// NoteExport writes into the audit log that somebody took records out as a file.
func (s *Service) NoteExport(ctx context.Context, as Actor, module string, rows int) error {
	if err := as.RequirePermission(Export); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.audit(ctx, tx, as, "exported", 0, module+": "+strconv.Itoa(rows))
	})
}

// NoteImportUndo writes into the audit log that somebody takes a whole import back.
func (s *Service) NoteImportUndo(ctx context.Context, tx *store.Tx, as Actor, file string, rows int64) error {
	if err := as.RequirePermission(Import); err != nil {
		return err
	}
	return s.audit(ctx, tx, as, "import_undone", 0, file+": "+strconv.FormatInt(rows, 10))
}

// NotePurge writes into the audit log that somebody deleted records of the bin for
// good: which one, or of which module all.
func (s *Service) NotePurge(ctx context.Context, tx *store.Tx, as Actor, what string) error {
	if err := as.RequireKnown(); err != nil {
		return err
	}
	return s.audit(ctx, tx, as, "purged", 0, what)
}
