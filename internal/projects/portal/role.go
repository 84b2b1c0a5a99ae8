package portal

// Role is what somebody is in a portal; the permission table gives it its rights.
type Role string

// The roles. A portal has one owner; RoleClient is every client user.
const (
	RoleOwner         Role = "owner"
	RoleAdministrator Role = "administrator"
	RoleManager       Role = "manager"
	RoleEmployee      Role = "employee"
	RoleContractor    Role = "contractor"
	RoleClient        Role = "client"
)

// Roles lists all roles in the order of the permission table.
func Roles() []Role {
	return []Role{RoleOwner, RoleAdministrator, RoleManager, RoleEmployee, RoleContractor, RoleClient}
}

// Assignable lists the roles a member can be given by invitation or change of
// role. The owner's moves only by TransferOwner.
func Assignable() []Role {
	return []Role{RoleAdministrator, RoleManager, RoleEmployee, RoleContractor}
}

// Valid says whether r is a known role.
func (r Role) Valid() bool {
	switch r {
	case RoleOwner, RoleAdministrator, RoleManager, RoleEmployee, RoleContractor, RoleClient:
		return true
	}
	return false
}

// assignable says whether a member can be given r.
func (r Role) assignable() bool {
	return r.Valid() && r != RoleOwner && r != RoleClient
}

// Kind says on which side of a portal somebody stands.
type Kind string

// The kinds of people in a portal. One address is never both.
const (
	KindMember Kind = "member"
	KindClient Kind = "client"
)
