package access

import (
	"maps"

	"musubi/internal/fault"
	"musubi/internal/id"
)

// Actor is the badge of whoever acts in one organisation: a signed-in person, or
// the system itself in a job. The zero value is nobody and is refused everywhere.
// It is a picture of the moment it was made; acts that guard the organisation (who
// is administrator) look again inside their transaction.
type Actor struct {
	org    Organisation
	user   User
	admin  bool
	tabs   map[string]Rights
	perms  map[Permission]bool
	share  map[string]Sharing
	below  []id.ID // see Scope
	system string
}

// Org gives the organisation the badge is valid in; zero for nobody.
func (a Actor) Org() id.ID { return a.org.ID }

// Organisation gives the organisation as it stood when the badge was made. A system
// badge carries nothing but its id.
func (a Actor) Organisation() Organisation { return a.org }

// User gives the user's id in the organisation; zero for the system.
func (a Actor) User() id.ID { return a.user.ID }

// Person gives the person behind the user; zero for the system.
func (a Actor) Person() id.ID { return a.user.PersonID }

// Profile gives the id of the user's profile; zero for the system.
func (a Actor) Profile() id.ID { return a.user.ProfileID }

// Role gives the id of the user's role; zero for the system.
func (a Actor) Role() id.ID { return a.user.RoleID }

// Name gives the user's name.
func (a Actor) Name() string { return a.user.Name }

// Email gives the user's e-mail address.
func (a Actor) Email() string { return a.user.Email }

// Locale gives the user's language; empty for the system.
func (a Actor) Locale() string { return a.user.Locale }

// Admin says whether the user's profile is the administrator profile.
func (a Actor) Admin() bool { return a.admin }

// System says whether the program itself acts, not a person.
func (a Actor) System() bool { return a.system != "" }

// Reason says why the system acts; empty for people.
func (a Actor) Reason() string { return a.system }

// Nobody says whether this is the zero badge.
func (a Actor) Nobody() bool { return a.org.ID == 0 || (a.user.ID == 0 && a.system == "") }

// Can says whether the badge has the right in the tab. Administrators and the
// system have every right.
func (a Actor) Can(tab string, right Right) bool {
	if a.Nobody() {
		return false
	}
	return a.admin || a.System() || a.tabs[tab].Allow(right)
}

// Allowed says whether the badge has the permission.
func (a Actor) Allowed(p Permission) bool {
	if a.Nobody() {
		return false
	}
	return a.admin || a.System() || a.perms[p]
}

// Rights gives the badge's rights in the tab.
func (a Actor) Rights(tab string) Rights {
	return Rights{
		View: a.Can(tab, View), Create: a.Can(tab, Create),
		Edit: a.Can(tab, Edit), Delete: a.Can(tab, Delete),
	}
}

// Require refuses nobody as unauthenticated and everybody else without the right
// in the tab as forbidden.
func (a Actor) Require(tab string, right Right) error {
	if err := a.RequireKnown(); err != nil {
		return err
	}
	if !a.Can(tab, right) {
		return fault.Forbidden(or(missing[right], "access.fault.permission")).WithCode("no_right")
	}
	return nil
}

// missing names the message for each right somebody lacks.
var missing = map[Right]string{
	View:   "access.fault.no_view",
	Create: "access.fault.no_create",
	Edit:   "access.fault.no_edit",
	Delete: "access.fault.no_delete",
}

// RequirePermission refuses who lacks the permission.
func (a Actor) RequirePermission(p Permission) error {
	if err := a.RequireKnown(); err != nil {
		return err
	}
	if !a.Allowed(p) {
		return fault.Forbidden("access.fault.permission").WithCode("no_permission")
	}
	return nil
}

// RequireAdmin refuses everybody but administrators and the system.
func (a Actor) RequireAdmin() error {
	if err := a.RequireKnown(); err != nil {
		return err
	}
	if !a.admin && !a.System() {
		return fault.Forbidden("access.fault.admin_only").WithCode("admin_only")
	}
	return nil
}

// RequireSystem refuses every person; jobs alone pass.
func (a Actor) RequireSystem() error {
	if err := a.RequireKnown(); err != nil {
		return err
	}
	if !a.System() {
		return fault.Forbidden("access.fault.system_only").WithCode("system_only")
	}
	return nil
}

// RequireKnown refuses nobody.
func (a Actor) RequireKnown() error {
	if a.Nobody() {
		return fault.New(fault.KindUnauthenticated, "access.fault.signed_out")
	}
	return nil
}

// TabRights gives a copy of the rights the profile names, for screens that show them.
func (a Actor) TabRights() map[string]Rights { return maps.Clone(a.tabs) }
