package portal

import (
	"time"

	"musubi/internal/id"
)

// Portal is the place where all projects of a company live.
type Portal struct {
	ID            id.ID
	Name          string
	Slug          string
	Owner         id.ID // the owner as a member
	OwnerPerson   id.ID
	OwnerName     string
	OwnerEmail    string
	PublicDefault bool // new projects are public unless said otherwise
	UserLimit     int  // members that may be active at once; zero is no limit
	TimeZone      string
	Locale        string
	Country       string // whose holidays are days off; empty is none
	Projects      int64  // those not in the bin
	CreatedAt     time.Time
	Version       int64
}

// Founder is the person a portal is made for.
type Founder struct {
	Person   id.ID
	Email    string
	Name     string
	Locale   string
	TimeZone string
}

// NewPortal is what a new portal needs. Slug empty is made from the name. The same
// Idem by the same person gives the same portal; empty makes a new one each time.
type NewPortal struct {
	Name string
	Slug string
	Idem string
}

// Settings are what owner and administrators change.
type Settings struct {
	Version       int64
	Name          string
	PublicDefault bool
	UserLimit     int
	TimeZone      string
	Locale        string
}

// Membership is a portal as one person stands in it.
type Membership struct {
	Portal Portal
	Member id.ID
	Kind   Kind
	Role   Role
	Active bool
}

// Owned says whether the person owns the portal, so their key opens it.
func (m Membership) Owned() bool { return m.Role == RoleOwner }

// Administered says whether the person administers a portal somebody else owns.
func (m Membership) Administered() bool { return m.Role == RoleAdministrator && m.Active }
