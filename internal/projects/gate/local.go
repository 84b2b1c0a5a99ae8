package gate

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/servicekey"
	"musubi/internal/projects/work"
	"musubi/internal/store"
)

// Local is the Door into the portals of this very process.
type Local struct {
	db      *store.DB
	portals *portal.Service
	work    *work.Service
	keys    *servicekey.Service
}

var _ Door = (*Local)(nil)

// NewLocal makes the door.
func NewLocal(db *store.DB, portals *portal.Service, works *work.Service, keys *servicekey.Service) *Local {
	return &Local{db: db, portals: portals, work: works, keys: keys}
}

// Mine lists the portals the visitor owns and those they administer.
func (l *Local) Mine(ctx context.Context, v Visitor) (Mine, error) {
	list, err := l.portals.MembershipsOf(ctx, v.Person, v.Email)
	if err != nil {
		return Mine{}, err
	}
	var m Mine
	for _, in := range list {
		switch {
		case in.Owned():
			m.Owned = append(m.Owned, portalValue(in.Portal))
		case in.Administered():
			m.Administered = append(m.Administered, portalValue(in.Portal))
		}
	}
	return m, nil
}

// CreatePortal makes a portal owned by the visitor.
func (l *Local) CreatePortal(ctx context.Context, v Visitor, idem, name string) (Portal, error) {
	zone := v.TimeZone
	if zone == "" {
		zone = "UTC"
		if v.Locale == "ja" {
			zone = "Asia/Tokyo"
		}
	}
	p, err := l.portals.CreateFor(ctx,
		portal.Founder{Person: v.Person, Email: v.Email, Name: v.Name, Locale: v.Locale, TimeZone: zone},
		portal.NewPortal{Name: name, Idem: idem})
	return portalValue(p), err
}

// OwnKey gives the visitor's own key for a portal they own.
func (l *Local) OwnKey(ctx context.Context, v Visitor, in id.ID) (Key, error) {
	secret, email, err := l.keys.Own(ctx, v.Person, in)
	return Key{Secret: secret, Email: email}, err
}

// Owned lists the portals a typed key opens.
func (l *Local) Owned(ctx context.Context, c Caller, key Key) ([]Portal, error) {
	who, err := l.keys.Verify(ctx, c.knocking(), key.Secret, key.Email)
	if err != nil {
		return nil, err
	}
	list, err := l.portals.MembershipsOf(ctx, who.Person(), who.Email())
	if err != nil {
		return nil, err
	}
	var owned []Portal
	for _, in := range list {
		if in.Owned() {
			owned = append(owned, portalValue(in.Portal))
		}
	}
	return owned, nil
}

// Open prepares a session.
func (l *Local) Open(c Caller, key Key, in id.ID) Session {
	return &session{door: l, caller: c, key: key, portal: in}
}

func (c Caller) knocking() servicekey.Caller {
	return servicekey.Caller{Org: c.Org.String(), Name: c.Name}
}

func portalValue(p portal.Portal) Portal {
	return Portal{ID: p.ID, Name: p.Name, Slug: p.Slug, OwnerName: p.OwnerName, OwnerEmail: p.OwnerEmail, Projects: p.Projects}
}

// notMember turns the refusal of a badge into the one answer the bridge shows.
func notMember(err error) error {
	if fault.Is(err, fault.KindNotFound) || fault.Is(err, fault.KindForbidden) {
		return fault.Forbidden("gate.not_member").WithCode(CodeNotMember).Because(err)
	}
	return err
}
