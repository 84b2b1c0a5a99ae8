package gate

import (
	"context"
	"io"

	"musubi/internal/id"
	"musubi/internal/page"
)

// Person is one linked member acting in the portal. Every method answers with
// what that member may see or do in Projects, whatever the caller's own rules.
type Person interface {
	// Rights says what the member may do in the portal as a whole.
	Rights(ctx context.Context) (Rights, error)
	// Projects lists visible projects; see ProjectQuery.
	Projects(ctx context.Context, q ProjectQuery) (page.Page[Project], error)
	// Project gives one visible project with the member's rights in it.
	Project(ctx context.Context, project id.ID) (Project, error)
	// CreateProject makes a project and makes client its client company (the first
	// one of a project is its primary client). The same idem gives the same project.
	CreateProject(ctx context.Context, idem string, in NewProject) (Project, error)
	// UpdateProject changes the fields that are set. A version other than the
	// present one is a stale fault.
	UpdateProject(ctx context.Context, project id.ID, version int64, p ProjectPatch) (Project, error)
	// TrashProject moves the project to the bin for everybody.
	TrashProject(ctx context.Context, idem string, project id.ID) error
	// AddClient puts a client company, and those of its users named, on the project.
	AddClient(ctx context.Context, idem string, project, company id.ID, users []id.ID) error
	// RemoveClientUser takes a client user off the project; one who is not on it stays so.
	RemoveClientUser(ctx context.Context, project, user id.ID) error
	// Options gives what the project form offers.
	Options(ctx context.Context) (Options, error)
	// Members lists the users of a project who can own its work.
	Members(ctx context.Context, project id.ID) ([]Ref, error)
	// Team lists who is on a project and which clients see it, to who may see people.
	Team(ctx context.Context, project id.ID) (Team, error)
	// AddMembers puts active members on a project; those there already get the role.
	AddMembers(ctx context.Context, project id.ID, members []id.ID, role string) error
	// RemoveMember takes a member off a project, never its owner.
	RemoveMember(ctx context.Context, project, member id.ID) error

	TaskLists(ctx context.Context, project id.ID) ([]TaskList, error)
	Tasks(ctx context.Context, project id.ID, q WorkQuery) (page.Page[Task], error)
	Task(ctx context.Context, project, task id.ID) (Task, error)
	// SaveTask creates when t.ID is zero (idempotent by idem), else updates at t.Version.
	SaveTask(ctx context.Context, idem string, project id.ID, t TaskInput) (Task, error)
	DeleteTask(ctx context.Context, project, task id.ID) error

	// PlaceTask makes a task part of another one of its list, or with zero of none.
	PlaceTask(ctx context.Context, project, task, parent id.ID) error
	// AddPredecessor and RemovePredecessor say what a task waits for.
	AddPredecessor(ctx context.Context, project, task, before id.ID) error
	RemovePredecessor(ctx context.Context, project, task, before id.ID) error
	// TaskInner gives what a task is made of and what it waits for.
	TaskInner(ctx context.Context, project, task id.ID) (Inner, error)
	// AddChecklistLine adds a line at the end of a task's checklist and gives its id.
	AddChecklistLine(ctx context.Context, idem string, project, task id.ID, words string) (id.ID, error)
	// TickChecklistLine says that a line is done, or that it is not.
	TickChecklistLine(ctx context.Context, project, task, line id.ID, done bool) error
	DeleteChecklistLine(ctx context.Context, project, task, line id.ID) error

	Milestones(ctx context.Context, project id.ID, q WorkQuery) (page.Page[Milestone], error)
	Milestone(ctx context.Context, project, milestone id.ID) (Milestone, error)
	// SaveMilestone creates or updates like SaveTask.
	SaveMilestone(ctx context.Context, idem string, project id.ID, m MilestoneInput) (Milestone, error)
	DeleteMilestone(ctx context.Context, project, milestone id.ID) error

	Bugs(ctx context.Context, project id.ID, q WorkQuery) (page.Page[Bug], error)
	Bug(ctx context.Context, project, bug id.ID) (Bug, error)
	// SaveBug creates or updates like SaveTask.
	SaveBug(ctx context.Context, idem string, project id.ID, b BugInput) (Bug, error)
	DeleteBug(ctx context.Context, project, bug id.ID) error

	// TimeSheet lists the hours the member may see: everybody's, or their own.
	TimeSheet(ctx context.Context, project id.ID, q TimeQuery) (TimeSheet, error)
	TimeLog(ctx context.Context, project, entry id.ID) (TimeLog, error)
	// SaveTimeLog creates or updates like SaveTask.
	SaveTimeLog(ctx context.Context, idem string, project id.ID, in TimeInput) (TimeLog, error)
	DeleteTimeLog(ctx context.Context, project, entry id.ID) error

	// Documents lists the documents of a project that the member sees, the latest first.
	Documents(ctx context.Context, project id.ID, r page.Request) (DocumentList, error)
	Document(ctx context.Context, project, document id.ID) (Document, error)
	// DocumentPart gives what a document holds from an offset on, DocumentPartSize bytes
	// at most and none at its end.
	DocumentPart(ctx context.Context, project, document id.ID, offset int64) ([]byte, error)
	// AddDocument reads content to its end and adds it (idempotent by idem); what breaks
	// off leaves nothing.
	AddDocument(ctx context.Context, idem string, project id.ID, in DocumentInput, content io.Reader) (Document, error)
	// SaveDocument renames in.ID at in.Version, and says whether clients see it.
	SaveDocument(ctx context.Context, project id.ID, in DocumentInput) (Document, error)
	DeleteDocument(ctx context.Context, project, document id.ID) error

	// Comments lists what was said about an item (ItemTask, ItemBug), the latest first.
	Comments(ctx context.Context, project id.ID, kind string, item id.ID, r page.Request) (page.Page[Comment], error)
	// SaveComment creates or changes like SaveTask.
	SaveComment(ctx context.Context, idem string, project id.ID, kind string, item id.ID, in CommentInput) (Comment, error)
	DeleteComment(ctx context.Context, project id.ID, kind string, item, comment id.ID) error
}

// Rights are a member's rights in the portal as a whole.
type Rights struct {
	Role          string `json:"role"`
	CreateProject bool   `json:"create_project"`
	AddUser       bool   `json:"add_user"`
}

// ProjectRights are a member's rights inside one project.
type ProjectRights struct {
	Edit         bool `json:"edit"`
	Trash        bool `json:"trash"`
	Users        bool `json:"users"`     // put people on it and take them off
	SeeUsers     bool `json:"see_users"` // see who is on it
	AddTask      bool `json:"add_task"`
	AddMilestone bool `json:"add_milestone"`
	AddBug       bool `json:"add_bug"`
	CommentTask  bool `json:"comment_task"`
	CommentBug   bool `json:"comment_bug"`
	SeeDocuments bool `json:"see_documents"`
	AddDocument  bool `json:"add_document"`
	SeeTime      bool `json:"see_time"`
	LogTime      bool `json:"log_time"`
	LogForOthers bool `json:"log_for_others"`
}

// Ref names a thing.
type Ref struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
}

// Count is an open/closed pair.
type Count struct {
	Open   int64 `json:"open"`
	Closed int64 `json:"closed"`
}

// Sort columns of Projects.
const (
	SortName     = "name"
	SortModified = "modified"
	SortEnd      = "end_date"
)

// ProjectQuery asks for projects. Any says "all visible ones"; otherwise a project
// matches when its client is in Companies, a client user of it is in ClientUsers,
// or it is in IDs, and it is not in Exclude. Size of each list: at most 5000.
type ProjectQuery struct {
	Any         bool         `json:"any"`
	Companies   []id.ID      `json:"companies"`
	ClientUsers []id.ID      `json:"client_users"`
	IDs         []id.ID      `json:"ids"`
	Exclude     []id.ID      `json:"exclude"`
	Search      string       `json:"search"`
	Status      string       `json:"status"` // "", "open" or "closed"
	Sort        string       `json:"sort"`
	Desc        bool         `json:"desc"`
	Page        page.Request `json:"page"`
}

// Project is a project as CRM shows it. Dates are YYYY-MM-DD or "".
type Project struct {
	ID     id.ID  `json:"id"`
	Key    string `json:"key"`
	Name   string `json:"name"`
	Owner  Ref    `json:"owner"`
	Group  Ref    `json:"group"`
	Status string `json:"status"` // status key; Projects' own labels
	// StatusName is what the portal calls the status, "" for the word of its key;
	// StatusColour is one of its colours, or "".
	StatusName   string        `json:"status_name"`
	StatusColour string        `json:"status_colour"`
	Closed       bool          `json:"closed"`
	StartDate    string        `json:"start_date"`
	EndDate      string        `json:"end_date"`
	Overview     string        `json:"overview"` // sanitised HTML
	Public       bool          `json:"public"`
	Percent      int           `json:"percent"`
	Tasks        Count         `json:"tasks"`
	Milestones   Count         `json:"milestones"`
	Bugs         Count         `json:"bugs"`
	Clients      []Ref         `json:"clients"`      // first is the primary client
	ClientUsers  []id.ID       `json:"client_users"` // filled in lists asked by ClientUsers and in Project
	Custom       []CustomValue `json:"custom"`       // the portal's own fields, in Project alone
	// Minutes worked on it and those that are charged; zero without the right to see hours.
	Minutes         int64         `json:"minutes"`
	MinutesBillable int64         `json:"minutes_billable"`
	Budget          int64         `json:"budget"` // minutes it may take, 0 without
	Rights          ProjectRights `json:"rights"`
	Version         int64         `json:"version"`
	ModifiedAt      int64         `json:"modified_at"` // microseconds UTC
}

// NewProject is a project to make. Owner zero is the acting member. Company zero
// means no client.
type NewProject struct {
	Name      string  `json:"name"`
	Owner     id.ID   `json:"owner"`
	Group     id.ID   `json:"group"`
	Status    string  `json:"status"`
	StartDate string  `json:"start_date"`
	EndDate   string  `json:"end_date"`
	Overview  string  `json:"overview"`
	Public    bool    `json:"public"`
	Company   id.ID   `json:"company"`
	Users     []id.ID `json:"users"` // client users of Company
	// Team are members put on the project beside its owner and its maker.
	Team []TeamMember `json:"team"`
	// Template gives the team and the work; its dates count from the start, or from
	// the end with AnchorEnd, in working days of the portal or in all days.
	Template id.ID  `json:"template"`
	Anchor   string `json:"anchor"`
	Workdays bool   `json:"workdays"`
	// Shift moves the anchored end by days, working ones with Workdays; another end that
	// it would pass is dropped.
	Shift  int   `json:"shift,omitempty"`
	Budget int64 `json:"budget"` // in minutes
	// Custom are values of the portal's own fields.
	Custom map[id.ID]string `json:"custom"`
}

// TeamMember is a member with the role inside one project: RoleManager or RoleMember.
type TeamMember struct {
	Member id.ID  `json:"member"`
	Role   string `json:"role"`
}

// The roles inside a project.
const (
	RoleManager = "manager"
	RoleMember  = "member"
)

// The ends of a project from which a template's dates count.
const (
	AnchorStart = "start"
	AnchorEnd   = "end"
)

// ProjectPatch changes what is not nil.
type ProjectPatch struct {
	Name      *string `json:"name,omitempty"`
	Owner     *id.ID  `json:"owner,omitempty"`
	Group     *id.ID  `json:"group,omitempty"`
	Status    *string `json:"status,omitempty"`
	StartDate *string `json:"start_date,omitempty"`
	EndDate   *string `json:"end_date,omitempty"`
	Overview  *string `json:"overview,omitempty"`
	Public    *bool   `json:"public,omitempty"`
	Budget    *int64  `json:"budget,omitempty"`
	// Custom are values of those of the portal's own fields that change.
	Custom map[id.ID]string `json:"custom,omitempty"`
}

// ProjectStatus is a status a project can have. Without a Name it has the word of its
// key.
type ProjectStatus struct {
	Key    string `json:"key"`
	Name   string `json:"name"`
	Closed bool   `json:"closed"`
}

// Options are what the project form offers: owners, groups, status keys, templates.
type Options struct {
	Owners    []Ref           `json:"owners"`
	Groups    []Ref           `json:"groups"`
	Statuses  []ProjectStatus `json:"statuses"`
	Templates []Ref           `json:"templates"`
	Fields    []Field         `json:"fields"`
}

// WorkQuery filters tasks, milestones or bugs of a project.
type WorkQuery struct {
	Status string       `json:"status"` // "", "open" or "closed"
	Mine   bool         `json:"mine"`
	Search string       `json:"search"`
	Page   page.Request `json:"page"`
}

// TaskList groups tasks; External ones are seen by client users.
type TaskList struct {
	ID       id.ID  `json:"id"`
	Name     string `json:"name"`
	External bool   `json:"external"`
}

// ItemRights are a member's rights on one task, milestone or bug.
type ItemRights struct {
	Edit   bool `json:"edit"`
	Delete bool `json:"delete"`
}

// TaskInput is what a task form holds. List zero is the project's default list.
type TaskInput struct {
	ID          id.ID   `json:"id"`
	Version     int64   `json:"version"`
	List        id.ID   `json:"list"`
	Title       string  `json:"title"`
	Description string  `json:"description"`
	Owners      []id.ID `json:"owners"`
	Status      string  `json:"status"`
	Priority    string  `json:"priority"`
	StartDate   string  `json:"start_date"`
	DueDate     string  `json:"due_date"`
	Percent     int     `json:"percent"`
	// Parent is, for a new task, the one it is part of; PlaceTask puts another elsewhere.
	Parent id.ID `json:"parent"`
	// Whole closes with a task what is open below it; without, such a task stays open.
	Whole bool `json:"whole"`
}

// Task is a task as shown. Number is the printed one, like "WEB-T12".
type Task struct {
	TaskInput
	Number     string     `json:"number"`
	ListName   string     `json:"list_name"`
	OwnerRefs  []Ref      `json:"owner_refs"`
	Closed     bool       `json:"closed"`
	External   bool       `json:"external"`
	Checklist  Count      `json:"checklist"` // its lines
	Subtasks   Count      `json:"subtasks"`
	ParentRef  Ref        `json:"parent_ref"`
	Early      bool       `json:"early"` // it starts before something it waits for ends
	Overdue    bool       `json:"overdue"`
	Rights     ItemRights `json:"rights"`
	ModifiedAt int64      `json:"modified_at"`
}

// MilestoneInput is what a milestone form holds.
type MilestoneInput struct {
	ID        id.ID  `json:"id"`
	Version   int64  `json:"version"`
	Name      string `json:"name"`
	Owner     id.ID  `json:"owner"`
	StartDate string `json:"start_date"`
	EndDate   string `json:"end_date"`
	Status    string `json:"status"`
	External  bool   `json:"external"`
}

// Milestone is a milestone as shown.
type Milestone struct {
	MilestoneInput
	OwnerRef   Ref        `json:"owner_ref"`
	Closed     bool       `json:"closed"`
	Rights     ItemRights `json:"rights"`
	ModifiedAt int64      `json:"modified_at"`
}

// BugInput is what a bug form holds.
type BugInput struct {
	ID             id.ID  `json:"id"`
	Version        int64  `json:"version"`
	Title          string `json:"title"`
	Description    string `json:"description"`
	Assignee       id.ID  `json:"assignee"`
	Status         string `json:"status"`
	Severity       string `json:"severity"`
	Classification string `json:"classification"`
	DueDate        string `json:"due_date"`
	External       bool   `json:"external"`
}

// Bug is a bug as shown.
type Bug struct {
	BugInput
	Number      string     `json:"number"`
	AssigneeRef Ref        `json:"assignee_ref"`
	ReporterRef Ref        `json:"reporter_ref"`
	Closed      bool       `json:"closed"`
	Rights      ItemRights `json:"rights"`
	ModifiedAt  int64      `json:"modified_at"`
}
