package portal

import (
	"time"

	"musubi/internal/id"
)

// Kinds of changes written here; work adds its own.
const (
	ChangePortalRenamed     = "portal_renamed"
	ChangeOwner             = "owner_changed"
	ChangeMemberAdded       = "member_added"
	ChangeMemberRole        = "member_role"
	ChangeMemberDeactivated = "member_deactivated"
	ChangeMemberActivated   = "member_activated"
	ChangeMemberRemoved     = "member_removed"
	ChangeClientAdded       = "client_added"
	ChangeClientRenamed     = "client_renamed"
	ChangeClientRemoved     = "client_removed"
	ChangeClientUserAdded   = "client_user_added"
	ChangeClientUserMoved   = "client_user_moved"
	ChangeClientUserRemoved = "client_user_removed"
)

// Change is one entry of a portal's outbox. Seq rises by one per portal; Emit sets
// Seq and At.
type Change struct {
	Seq     int64
	Kind    string
	Subject id.ID
	Detail  string // JSON or empty; never a secret
	At      time.Time
}
