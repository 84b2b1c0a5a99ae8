package servicekey

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/store"
)

// holder is the person a key belongs to, as they are now.
type holder struct {
	email    string
	emailKey string
	active   bool
}

// holder reads a key's person; nobody for an unknown one, after the same look-up.
func (s *Service) holder(ctx context.Context, person id.ID) (holder, error) {
	found, err := s.people.Profiles(ctx, s.db, []id.ID{person})
	p := found[person]
	return holder{email: p.Email, emailKey: emailKey(p.Email), active: p.Accepted && p.Active}, err
}

func emailKey(email string) string { return identity.EmailKey(email) }

func personID(p identity.Person) id.ID { return p.ID() }

// audit writes what a person did with their key in a portal; person is zero when the
// program did.
func (s *Service) audit(ctx context.Context, tx *store.Tx, in, person id.ID, act, detail string) error {
	return s.people.Audit(ctx, tx, identity.Entry{
		Tenant: identity.Tenant{Portal: in}, Actor: person, Act: act, Target: person, Detail: detail,
	})
}
