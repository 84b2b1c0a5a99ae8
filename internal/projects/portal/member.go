package portal

import (
	"musubi/internal/fault"
	"musubi/internal/id"
)

// Member is the badge of whoever acts in one portal: a member, a client user, or
// the program itself in a job. The zero value is nobody and is refused everywhere.
// It is a picture of the moment it was made; acts that guard the portal look again
// inside their transaction.
type Member struct {
	portal  id.ID
	self    id.ID
	person  id.ID
	kind    Kind
	company id.ID
	role    Role
	name    string
	email   string
	locale  string
	zone    string
	looks   bool // see ViewAs
	system  string
}

// Portal gives the portal the badge is valid in; zero for nobody.
func (m Member) Portal() id.ID { return m.portal }

// ID gives the member's own id in the portal; zero for the system.
func (m Member) ID() id.ID { return m.self }

// Person gives the person behind the member; zero while they never signed in, and
// for the system.
func (m Member) Person() id.ID { return m.person }

// Role gives the member's role; empty for the system.
func (m Member) Role() Role { return m.role }

// Client says whether this is a client user.
func (m Member) Client() bool { return m.kind == KindClient }

// CompanyID gives a client user's company; zero for others.
func (m Member) CompanyID() id.ID { return m.company }

// Name gives the member's name.
func (m Member) Name() string { return m.name }

// Email gives the member's e-mail address.
func (m Member) Email() string { return m.email }

// Locale gives the portal's language, "ja" or "en"; empty for the system.
func (m Member) Locale() string { return m.locale }

// TimeZone gives the portal's time zone by its IANA name; empty for the system.
func (m Member) TimeZone() string { return m.zone }

// System says whether the program itself acts, not a person.
func (m Member) System() bool { return m.system != "" }

// Reason says why the system acts; empty for people.
func (m Member) Reason() string { return m.system }

// Nobody says whether this is the zero badge.
func (m Member) Nobody() bool { return m.portal == 0 || (m.self == 0 && m.system == "") }

// Level gives how far the action reaches for this badge: everything for the
// system, nothing for nobody.
func (m Member) Level(act Action) Level {
	if m.looks && !looking(act) {
		return LevelNone
	}
	switch {
	case m.Nobody():
		return LevelNone
	case m.System():
		return LevelAll
	}
	return LevelOf(m.role, act)
}

// Can says whether the action is open to this badge at all, as far as it reaches.
func (m Member) Can(act Action) bool { return m.Level(act) != LevelNone }

// May says whether the action is open to this badge on an item with these facts.
// A client user acts on external items only, whatever the level says.
func (m Member) May(act Action, f Facts) bool {
	if m.Client() && !f.External {
		return false
	}
	return m.Level(act).Reaches(f)
}

// RequireKnown refuses nobody as unauthenticated.
func (m Member) RequireKnown() error {
	if m.Nobody() {
		return fault.New(fault.KindUnauthenticated, "portal.fault.signed_out")
	}
	return nil
}

// Require refuses nobody, and as forbidden whoever the action is not open to.
func (m Member) Require(act Action) error {
	if err := m.RequireKnown(); err != nil {
		return err
	}
	if !m.Can(act) {
		return forbidden(act)
	}
	return nil
}

// RequireMay is Require for one item.
func (m Member) RequireMay(act Action, f Facts) error {
	if err := m.RequireKnown(); err != nil {
		return err
	}
	if !m.May(act, f) {
		return forbidden(act)
	}
	return nil
}

// RequireSystem refuses every person; jobs and the gate's system scope alone pass.
func (m Member) RequireSystem() error {
	if err := m.RequireKnown(); err != nil {
		return err
	}
	if !m.System() {
		return fault.Forbidden("portal.fault.system_only").WithCode("system_only")
	}
	return nil
}

// forbidden names the missing right by the action, for programs that must tell.
func forbidden(act Action) error {
	return fault.Forbidden("portal.fault.forbidden").WithCode("no_" + string(act))
}
