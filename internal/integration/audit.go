package integration

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/store"
)

// audit writes an act of a person into the organisation's log.
func (s *Service) audit(ctx context.Context, tx *store.Tx, as access.Actor, act, detail string) error {
	return s.p.People.Audit(ctx, tx, identity.Entry{
		Tenant: identity.Tenant{Org: as.Org()}, Actor: as.Person(), Act: act, Detail: detail})
}

// auditSystem writes what the program found out by itself.
func (s *Service) auditSystem(ctx context.Context, tx *store.Tx, org id.ID, act, detail string) error {
	return s.p.People.Audit(ctx, tx, identity.Entry{Tenant: identity.Tenant{Org: org}, Act: act, Detail: detail})
}
