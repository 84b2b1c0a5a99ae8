package integration

import (
	"time"

	"musubi/internal/id"
)

// Where a tie came from.
const (
	SourceMatched = "matched" // by the association run
	SourceManual  = "manual"  // by a person
	SourceProject = "project" // with a project made or associated in CRM
)

// clientLink ties a client company to an account: every project of the client, also
// a later one, shows on the account.
type clientLink struct {
	Company id.ID
	Account id.ID
	Name    string // of the client, as last heard
	Source  string
	By      id.ID
	At      time.Time
}

// contactLink ties a client user to a contact. Account is the contact's own.
type contactLink struct {
	User    id.ID
	Contact id.ID
	Company id.ID
	Account id.ID
	Source  string
	By      id.ID
	At      time.Time
}

// projectLink is a project somebody associated with a record. Account is the
// account of a contact or deal.
type projectLink struct {
	Record  id.ID
	Project id.ID
	Module  string
	Account id.ID
	By      id.ID
	At      time.Time
}
