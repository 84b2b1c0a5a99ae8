package integration

import (
	"slices"
	"time"

	"musubi/internal/id"
)

// link is the row of facts of one organisation.
type link struct {
	Org id.ID
	Facts
	Version     int64
	TimeZone    string // of the organisation, when it began
	TrialTold   int    // 0, 1 after the warning, 2 after the end
	PortalName  string
	PortalSlug  string
	BoundAt     time.Time
	BoundBy     id.ID
	Epoch       int64 // counts bindings; rows of other tables carry it
	GridVersion int64
	KeySealed   []byte
	KeyEmail    string
	KeyLast4    string
	KeySerial   int64 // counts keys
	KeyBrokenAt time.Time
	KeyReason   string
	Answer      string
	AnswerBy    id.ID
	AnswerAt    time.Time
	ChangesSeq  int64
	ModulesOff  []string // whose records do not show their projects
}

// shows says whether the records of a module show their projects.
func (l link) shows(module string) bool { return !slices.Contains(l.ModulesOff, module) }

// status derives the status at a moment.
func (l link) status(now time.Time) Status { return Derive(l.Facts, now) }

// portal names the bound portal.
func (l link) portal() PortalRef {
	if l.Portal == 0 {
		return PortalRef{}
	}
	return PortalRef{ID: l.Portal, Name: l.PortalName, Slug: l.PortalSlug}
}
