package portal

import (
	"context"
	"strings"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/store"
)

// audit writes who did what in the portal; for the system, why.
func (s *Service) audit(ctx context.Context, tx *store.Tx, as Member, act string, target id.ID, detail string) error {
	if as.System() {
		detail = strings.TrimSpace(detail + " (" + as.system + ")")
	}
	return s.people.Audit(ctx, tx, identity.Entry{
		Tenant: identity.Tenant{Portal: as.portal}, Actor: as.person, Name: as.name,
		Act: "portal." + act, Target: target, Detail: detail,
	})
}

// founderOf takes what a portal needs to know of a signed-in person.
func founderOf(p identity.Person) Founder {
	return Founder{Person: p.ID(), Email: p.Email(), Name: p.Name(), Locale: p.Locale(), TimeZone: p.TimeZone()}
}

func emailKey(email string) string { return identity.EmailKey(email) }

// checkEmail notes an address that cannot be one.
func checkEmail(f *fault.Error, email string) { identity.CheckEmail(f, "email", email) }

func validEmail(email string) bool {
	bad := fault.Invalid("portal.fault.invalid")
	checkEmail(bad, email)
	return bad.OrNil() == nil
}
