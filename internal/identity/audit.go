package identity

import (
	"context"
	"time"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
)

// Tenant is the house an audit entry belongs to: an organisation, a portal, or with
// both zero the installation.
type Tenant struct {
	Org    id.ID
	Portal id.ID
}

// Entry is one security-relevant act. Act is a word; Target and Detail say of what,
// never a secret.
type Entry struct {
	ID     id.ID
	Tenant Tenant
	Actor  id.ID // the person; zero for the program
	Name   string
	Act    string
	Target id.ID
	Detail string
	At     time.Time
}

// Audit writes an entry with the act it tells of, in one transaction.
func (s *Service) Audit(ctx context.Context, tx *store.Tx, e Entry) error {
	return insertAudit(ctx, tx, e)
}

// AuditLog lists the entries of a house, the latest first. The caller's room has
// checked that the reader may.
func (s *Service) AuditLog(ctx context.Context, t Tenant, r page.Request) (page.Page[Entry], error) {
	var before id.ID
	if r.Cursor != "" {
		var err error
		if before, err = id.Parse(r.Cursor); err != nil {
			return page.Page[Entry]{}, err
		}
	}
	list, err := auditEntries(ctx, s.db, t, before, r.Limit()+1)
	if err != nil {
		return page.Page[Entry]{}, err
	}
	var out page.Page[Entry]
	if len(list) > r.Limit() {
		list = list[:r.Limit()]
		out.Next = list[len(list)-1].ID.String()
	}
	out.Items = list
	return out, nil
}
