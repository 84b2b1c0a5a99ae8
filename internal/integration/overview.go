package integration

import (
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/id"
)

// Answers to the association question.
const (
	AnswerNone = ""
	AnswerYes  = "yes"
	AnswerNo   = "no"
)

// Overview is what the set-up page shows an administrator.
type Overview struct {
	Status        Status
	Version       int64 // what every act on the link must carry
	Edition       access.Edition
	StartedAt     time.Time
	TrialEndsAt   time.Time // zero without a trial
	TrialLastDay  string    // YYYY-MM-DD, in the organisation's time zone
	TrialDaysLeft int
	DisabledAt    time.Time

	Portal      PortalRef // zero until bound
	BoundAt     time.Time
	KeyEmail    string
	KeyLast4    string
	KeyOK       bool
	KeyBrokenAt time.Time
	KeyEndsAt   time.Time // the owner has a new key already, and the one in use ends then
	KeyReason   string    // why the key broke, a word for integration.key.reason.*

	Association string // AnswerNone, AnswerYes or AnswerNo
	AskNow      bool   // the association question is open

	Provisioning Run // the latest; zero ID when none ran
	Refused      int // users that could not be registered
	Registered   int
}

// PortalRef names the bound portal.
type PortalRef struct {
	ID   id.ID
	Name string
	Slug string
}

// Kinds of Run.
const (
	RunProvisioning = "provisioning"
	RunAssociation  = "association"
	RunRemoval      = "removal"
	RunRestore      = "restore"
	RunDiscard      = "discard" // bins what contacts an undone association made; Failed are those that stay
)

// States of a Run.
const (
	RunQueued  = "queued"
	RunRunning = "running"
	RunDone    = "done"
	RunFailed  = "failed"  // see Error; an administrator may start it again
	RunStopped = "stopped" // its binding ended or its key was rejected
)

// Run is a long piece of background work with its progress.
type Run struct {
	ID         id.ID
	Kind       string
	State      string
	Total      int64 // 0 while unknown
	Done       int64
	Failed     int64
	StartedAt  time.Time
	FinishedAt time.Time
	Error      string // a locale key, empty while all is well
}

// Going says whether the run still has work to do.
func (r Run) Going() bool { return r.State == RunQueued || r.State == RunRunning }

// Losses count what changing the portal or disabling takes away. Explicit are
// associations people made; the links are what shows projects by themselves.
type Losses struct {
	Explicit     int64 // record and project pairs
	Records      int64 // records they stand on
	ClientLinks  int64 // accounts tied to a client
	ContactLinks int64 // contacts tied to a client user
	Exclusions   int64
	Tasks        int64 // tasks kept the same on both sides
}
