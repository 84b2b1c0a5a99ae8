package work

// Kinds of changes written to the portal's outbox; the subject is the project, or the
// task that is watched. A project that is watched tells of every act in it.
const (
	ChangeProjectCreated  = "project_created"
	ChangeProjectRenamed  = "project_renamed"
	ChangeProjectOwner    = "project_owner"
	ChangeProjectStatus   = "project_status"
	ChangeProjectDates    = "project_dates"
	ChangeProjectTrashed  = "project_trashed"
	ChangeProjectDeleted  = "project_deleted" // for good
	ChangeProjectRestored = "project_restored"
	ChangeProjectChanged  = "project_changed"
	ChangeTaskChanged     = "task_changed"
	ChangeTaskDeleted     = "task_deleted"
)
