package portal

import (
	"context"
	"strconv"
	"strings"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/store"
)

// Create makes a portal owned by the signed-in person.
func (s *Service) Create(ctx context.Context, p identity.Person, in NewPortal) (Portal, error) {
	f := founderOf(p)
	if f.Person == 0 {
		return Portal{}, fault.New(fault.KindUnauthenticated, "portal.fault.signed_out")
	}
	return s.CreateFor(ctx, f, in)
}

// CreateFor makes a portal for a founder vouched for by the caller: the gate, the
// command line and the demo. A bad name is invalid at "name".
func (s *Service) CreateFor(ctx context.Context, f Founder, in NewPortal) (Portal, error) {
	if f.Person == 0 || f.Email == "" {
		return Portal{}, fault.New(fault.KindUnauthenticated, "portal.fault.signed_out")
	}
	in.Name, in.Slug = clean(in.Name), strings.TrimSpace(in.Slug)
	bad := fault.Invalid("portal.fault.invalid")
	checkText(bad, "name", in.Name, true, MaxName)
	if in.Slug != "" && !validSlug(in.Slug) {
		bad.Field("slug", "portal.fault.slug")
	}
	if err := bad.OrNil(); err != nil {
		return Portal{}, err
	}
	var made id.ID
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		var err error
		made, err = s.found(ctx, tx, f, in)
		return err
	})
	if store.IsDuplicate(err) {
		// Somebody took the slug, or the same request came twice, at this very moment.
		err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			var err error
			made, err = s.found(ctx, tx, f, in)
			return err
		})
	}
	if err != nil {
		return Portal{}, err
	}
	return getPortal(ctx, s.db, made)
}

func (s *Service) found(ctx context.Context, tx *store.Tx, f Founder, in NewPortal) (id.ID, error) {
	founding := ""
	if in.Idem != "" {
		founding = f.Person.String() + ":" + in.Idem
		if there, err := foundedPortal(ctx, tx, founding); err != nil || there != 0 {
			return there, err
		}
	}
	p := Portal{
		ID: tx.NewID(), Name: in.Name, Owner: tx.NewID(), OwnerPerson: f.Person,
		Locale: knownLocale(f.Locale), TimeZone: knownZone(f.TimeZone), CreatedAt: tx.Now(),
	}
	p.Country = countryOf(p)
	var err error
	if p.Slug, err = freeSlug(ctx, tx, in.Slug, in.Name, p.ID); err != nil {
		return 0, err
	}
	if err := insertPortal(ctx, tx, p, founding); err != nil {
		return 0, err
	}
	owner := keyedPerson{emailKey: emailKey(f.Email), Person: Person{
		ID: p.Owner, PersonID: f.Person, Kind: KindMember, Role: RoleOwner, Email: f.Email,
		Name: personName(f.Name, f.Email), Active: true, AddedAt: tx.Now(),
	}}
	if err := insertPeople(ctx, tx, p.ID, []keyedPerson{owner}); err != nil {
		return 0, err
	}
	as := badge(p.ID, entrant{Person: owner.Person, zone: p.TimeZone, locale: p.Locale})
	return p.ID, s.audit(ctx, tx, as, "created", p.ID, p.Name)
}

// freeSlug takes the wished slug or makes one of the name that nobody has.
func freeSlug(ctx context.Context, tx *store.Tx, wish, name string, portal id.ID) (string, error) {
	if wish != "" {
		taken, err := slugTaken(ctx, tx, wish)
		if err == nil && taken {
			err = fault.Invalid("portal.fault.invalid").Field("slug", "portal.fault.slug_taken")
		}
		return wish, err
	}
	base := slugOf(name)
	if base == "" {
		return "portal-" + strconv.FormatInt(int64(portal), 36), nil
	}
	taken, err := slugTaken(ctx, tx, base)
	if err != nil || !taken {
		return base, err
	}
	return base + "-" + strconv.FormatInt(int64(portal), 36), nil
}

// personName falls back to the part of the address before the @.
func personName(name, email string) string {
	if name = clean(name); name != "" {
		return cut(name, MaxName)
	}
	local, _, _ := strings.Cut(email, "@")
	return cut(clean(local), MaxName)
}

func cut(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit])
	}
	return s
}
