package portal

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/mail"
	"musubi/internal/page"
)

// AuditLog lists the security-relevant acts in the portal, the latest first. Only the
// owner may.
func (s *Service) AuditLog(ctx context.Context, as Member, r page.Request) (page.Page[identity.Entry], error) {
	if err := as.Require(ActAudit); err != nil {
		return page.Page[identity.Entry]{}, err
	}
	return s.people.AuditLog(ctx, identity.Tenant{Portal: as.portal}, r)
}

// Letters lists the letters the portal sent, the latest first, for whoever manages
// people.
func (s *Service) Letters(ctx context.Context, as Member, r page.Request) (page.Page[mail.Message], error) {
	if err := as.Require(ActManagePeople); err != nil {
		return page.Page[mail.Message]{}, err
	}
	return s.letters.List(ctx, mail.Tenant{Portal: as.portal}, r)
}

// LettersLeave says whether letters go out by mail. Where they do not, somebody has to
// hand over what the outbox keeps. Everybody in the portal may know.
func (s *Service) LettersLeave(as Member) (bool, error) {
	if err := as.RequireKnown(); err != nil {
		return false, err
	}
	return s.letters.Delivers(), nil
}

// Letter gives one of the portal's letters with its text.
func (s *Service) Letter(ctx context.Context, as Member, letter id.ID) (mail.Message, error) {
	if err := as.Require(ActManagePeople); err != nil {
		return mail.Message{}, err
	}
	return s.letters.Get(ctx, mail.Tenant{Portal: as.portal}, letter)
}

// LetterFile gives a file of one of the portal's letters by its place.
func (s *Service) LetterFile(ctx context.Context, as Member, letter id.ID, place int) (mail.Attachment, error) {
	if err := as.Require(ActManagePeople); err != nil {
		return mail.Attachment{}, err
	}
	return s.letters.Attachment(ctx, mail.Tenant{Portal: as.portal}, letter, place)
}
