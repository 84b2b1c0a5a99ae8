package gate

import (
	"context"
	"log/slog"

	"musubi/internal/id"
	"musubi/internal/page"
)

// Codes of the faults a caller must tell apart. Every other fault passes through
// with the kind and key Projects gave it.
const (
	// CodeKeyRejected is the only answer that means "this key does not open this
	// portal any more". A time-out or a lost answer never means it.
	CodeKeyRejected = "key_rejected"
	// CodeNotMember says the person acted for is no active member of the portal,
	// or is not linked to the calling organisation.
	CodeNotMember = "not_member"
	// CodeNoCreateProject, CodeNoEditProject, CodeNoDeleteProject and CodeNoAddUser
	// name the missing right in Projects (the second gate).
	CodeNoCreateProject = "no_create_project"
	CodeNoEditProject   = "no_edit_project"
	CodeNoDeleteProject = "no_delete_project"
	CodeNoAddUser       = "no_add_user"
	// The conflicts of one address inside a portal.
	CodeAlreadyMember = "already_member"
	CodeAlreadyClient = "already_client"
	CodeOtherCompany  = "other_company"
	// ProblemInvalidEmail is an address that cannot be one.
	ProblemInvalidEmail = "invalid_email"
)

// Key is a service key with the e-mail address it belongs to. It hides itself
// from logs.
type Key struct {
	Secret string `json:"secret"`
	Email  string `json:"email"`
}

// String hides the secret.
func (k Key) String() string { return "service key of " + k.Email }

// LogValue hides the secret from slog.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// Caller is the organisation that knocks, as the key page of Projects shows it.
type Caller struct {
	Org  id.ID  `json:"org"`
	Name string `json:"name"`
}

// Visitor is a signed-in person of this installation, vouched for by the caller:
// the single sign-on behind "my own portals".
type Visitor struct {
	Person id.ID  `json:"person"`
	Email  string `json:"email"`
	Name   string `json:"name"`
	Locale string `json:"locale"`
	// TimeZone is for a portal the visitor makes; empty is that of the locale.
	TimeZone string `json:"time_zone"`
}

// Portal is what a key may learn of a portal.
type Portal struct {
	ID         id.ID  `json:"id"`
	Name       string `json:"name"`
	Slug       string `json:"slug"`
	OwnerName  string `json:"owner_name"`
	OwnerEmail string `json:"owner_email"`
	Projects   int64  `json:"projects"`
	// KeyEndsAt is when the key that was shown stops working because there is a new one,
	// microseconds UTC; zero for a key without an end. Only Check tells it.
	KeyEndsAt int64 `json:"key_ends_at"`
}

// Mine lists a visitor's portals: those owned, which can be joined, and those
// only administered, where the owner's key is needed.
type Mine struct {
	Owned        []Portal `json:"owned"`
	Administered []Portal `json:"administered"`
}

// Door is Projects as another room sees it.
type Door interface {
	// Mine lists the portals the visitor owns and those they administer.
	Mine(ctx context.Context, v Visitor) (Mine, error)
	// CreatePortal makes a portal owned by the visitor; the same idem gives the
	// same portal. Invalid faults name the field "name".
	CreatePortal(ctx context.Context, v Visitor, idem, name string) (Portal, error)
	// OwnKey gives the visitor's own key, made on demand, for a portal they own;
	// otherwise a forbidden fault.
	OwnKey(ctx context.Context, v Visitor, portal id.ID) (Key, error)
	// Owned lists the portals a typed key opens. A wrong secret, a wrong e-mail and
	// a deactivated person give the same CodeKeyRejected after the same work; too
	// many wrong ones give KindTooMany.
	Owned(ctx context.Context, c Caller, key Key) ([]Portal, error)
	// Open prepares a session; it does no I/O. Every call on the session verifies
	// the key against the present state of the portal.
	Open(c Caller, key Key, portal id.ID) Session
}

// Session is the audited system scope of one organisation inside one portal,
// for set-up, provisioning and association. Each write is idempotent by idem.
type Session interface {
	// Check verifies the key and describes the portal.
	Check(ctx context.Context) (Portal, error)
	// Connect records the organisation as connected (the key page lists it).
	Connect(ctx context.Context, idem string) error
	// Disconnect forgets the organisation and unlinks its people. It is accepted
	// with a key that is no longer valid, since it only takes away.
	Disconnect(ctx context.Context, idem string) error
	// Provision makes each newcomer a portal user (role Employee) or finds the
	// existing one, whose role stays, and links them to this organisation, so that
	// As may name them. One outcome per newcomer, in order.
	Provision(ctx context.Context, idem string, batch []Newcomer) ([]Provisioned, error)
	// Foresee says what Provision would answer now, and changes nothing; nobody is
	// linked, and who would be new has no member.
	Foresee(ctx context.Context, batch []Newcomer) ([]Provisioned, error)
	// Clients streams the client companies with their client users in order of id.
	// limit is in companies, 1 to 5000.
	Clients(ctx context.Context, cursor string, limit int) (ClientBatch, error)
	// FindClients searches client companies by name for a picker; "" lists the first.
	FindClients(ctx context.Context, query string, limit int) ([]Company, error)
	// Companies describes client companies by id; unknown ids are left out.
	Companies(ctx context.Context, ids []id.ID) ([]Company, error)
	// ClientUsers describes client users by id; unknown and removed ones are left out.
	ClientUsers(ctx context.Context, ids []id.ID) ([]ClientUser, error)
	// Projects names projects outside the bin by id, 200 at most; unknown ones are
	// left out.
	Projects(ctx context.Context, ids []id.ID) ([]Ref, error)
	// Fields lists the portal's own fields of projects.
	Fields(ctx context.Context) ([]Field, error)
	// EnsureClient finds or makes a client company by id or, when ID is zero, by
	// name, and its users by e-mail. Per-user conflicts are reported, not fatal.
	EnsureClient(ctx context.Context, idem string, spec ClientSpec) (ClientEnsured, error)
	// Changes gives what happened in the portal after sequence since, oldest first.
	Changes(ctx context.Context, since int64, limit int) ([]Change, error)
	// Task gives one task of a project.
	Task(ctx context.Context, project, task id.ID) (Task, error)
	// SaveTask creates when t.ID is zero (idempotent by idem), else updates at t.Version.
	SaveTask(ctx context.Context, idem string, project id.ID, t TaskInput) (Task, error)
	// WatchTask has Changes tell of a task and of its comments, or no more.
	WatchTask(ctx context.Context, project, task id.ID, on bool) error
	// TaskComments lists the comments on a task, the latest first.
	TaskComments(ctx context.Context, project, task id.ID, r page.Request) (page.Page[Comment], error)
	// SaveTaskComment creates when in.ID is zero (idempotent by idem), else changes the
	// body at in.Version.
	SaveTaskComment(ctx context.Context, idem string, project, task id.ID, in CommentInput) (Comment, error)
	// Glance gives what a project shows outside.
	Glance(ctx context.Context, project id.ID) (Glance, error)
	// SetProject changes a project at its version; stale when somebody saved in between.
	SetProject(ctx context.Context, project id.ID, version int64, patch ProjectPatch) (Project, error)
	// WatchProject has Changes tell of every act in a project, or no more.
	WatchProject(ctx context.Context, project id.ID, on bool) error
	// Watched lists the projects this organisation watches, by id after one, 1000 at most.
	Watched(ctx context.Context, after id.ID, limit int) ([]id.ID, error)
	// As acts for one linked member; the member's own rights decide.
	As(member id.ID) Person
}

// Newcomer is a CRM user to become a portal user. Ref is the caller's own id.
type Newcomer struct {
	Ref    string `json:"ref"`
	Person id.ID  `json:"person"`
	Email  string `json:"email"`
	Name   string `json:"name"`
	Locale string `json:"locale"`
}

// Outcomes of provisioning one newcomer.
const (
	OutcomeCreated  = "created"
	OutcomeExisting = "existing"  // role and profile stay as they were
	OutcomeIsClient = "is_client" // the address is a client user of this portal
	OutcomeLimit    = "limit"     // the portal's user limit is reached
	OutcomeInactive = "inactive"  // a deactivated user of the portal; stays so
)

// Provisioned is the outcome for one newcomer; Member is zero where refused.
type Provisioned struct {
	Ref     string `json:"ref"`
	Member  id.ID  `json:"member"`
	Outcome string `json:"outcome"`
	Role    string `json:"role"`
}

// Company is a client company.
type Company struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
}

// ClientUser is a person of a client company. Projects counts those they see.
type ClientUser struct {
	ID     id.ID  `json:"id"`
	Email  string `json:"email"`
	Name   string `json:"name"`
	Active bool   `json:"active"`
}

// Client is a client company with its users, and by what else it can be told apart.
type Client struct {
	Company
	Phone   string       `json:"phone"`
	Website string       `json:"website"`
	Email   string       `json:"email"`
	Users   []ClientUser `json:"users"`
}

// ClientBatch is one part of the stream; Next is empty after the last.
type ClientBatch struct {
	Clients []Client `json:"clients"`
	Next    string   `json:"next"`
	Total   int64    `json:"total"` // companies in the portal, for progress
}

// ClientSpec names a client company (ID, else Name) and people to be its users.
type ClientSpec struct {
	ID    id.ID           `json:"id"`
	Name  string          `json:"name"`
	Users []NewClientUser `json:"users"`
}

// NewClientUser is a contact to become a client user. Ref is the caller's id.
type NewClientUser struct {
	Ref   string `json:"ref"`
	Email string `json:"email"`
	Name  string `json:"name"`
}

// ClientEnsured tells which company and users now exist. Problem is empty or one
// of CodeAlreadyMember, CodeOtherCompany, "invalid_email".
type ClientEnsured struct {
	Company Company             `json:"company"`
	Users   []ClientUserEnsured `json:"users"`
}

// ClientUserEnsured is the outcome for one NewClientUser.
type ClientUserEnsured struct {
	Ref     string `json:"ref"`
	ID      id.ID  `json:"id"`
	Problem string `json:"problem"`
}

// Kinds of Change the bridge reacts to.
const (
	ChangeProjectTrashed    = "project_trashed"
	ChangeProjectDeleted    = "project_deleted" // for good
	ChangeProjectRestored   = "project_restored"
	ChangeProjectRenamed    = "project_renamed"
	ChangeMemberDeactivated = "member_deactivated"
	ChangeMemberActivated   = "member_activated"
	ChangeMemberRemoved     = "member_removed"
	ChangeClientRenamed     = "client_renamed"
	ChangeClientRemoved     = "client_removed"
	ChangeOwner             = "owner_changed"
	ChangePortalRenamed     = "portal_renamed"
	// A watched project, or something in it.
	ChangeProjectChanged = "project_changed"
	// A watched task, or what is said about it.
	ChangeTaskChanged = "task_changed"
	ChangeTaskDeleted = "task_deleted"
)

// Change is one entry of the portal's outbox. Seq rises without gaps per portal.
type Change struct {
	Seq     int64  `json:"seq"`
	Kind    string `json:"kind"`
	Subject id.ID  `json:"subject"`
	At      int64  `json:"at"` // microseconds UTC
}
