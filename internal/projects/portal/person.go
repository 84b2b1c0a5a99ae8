package portal

import (
	"time"

	"musubi/internal/id"
	"musubi/internal/page"
)

// Person is somebody in a portal: a member or a client user.
type Person struct {
	ID       id.ID
	PersonID id.ID // zero until they first sign in
	Kind     Kind
	Company  id.ID // of a client user
	Role     Role
	Email    string
	Name     string
	Active   bool
	Removed  bool   // from the portal; only PeopleByID gives such a person
	EndsOn   string // a contractor's last day, YYYY-MM-DD or ""
	AddedAt  time.Time
	Version  int64
}

// NewMember is a member to invite. EndsOn is for contractors.
type NewMember struct {
	Email  string
	Name   string
	Role   Role
	EndsOn string
	Locale string
}

// NewClientUser is a client user to invite.
type NewClientUser struct {
	Email  string
	Name   string
	Locale string
}

// PeopleFilter narrows a list of people. Search finds parts of name and address;
// Company is for client users; Active nil is both.
type PeopleFilter struct {
	Search  string
	Role    Role
	Company id.ID
	Active  *bool
	Page    page.Request
}

// Company is a client company.
type Company struct {
	ID         id.ID
	Name       string
	Phone      string
	Website    string
	Email      string
	Street     string
	City       string
	State      string
	PostalCode string
	Country    string
	Users      int64 // client users, active or not; filled in lists and by Company
	CreatedAt  time.Time
	Version    int64
}

// Ref names somebody or something.
type Ref struct {
	ID   id.ID
	Name string
}
