package work

// Kinds of changes written to the portal's outbox; the subject is the project, or the
// task that is watched.
const (
	ChangeProjectCreated  = "project_created"
	ChangeProjectRenamed  = "project_renamed"
	ChangeProjectOwner    = "project_owner"
	ChangeProjectStatus   = "project_status"
	ChangeProjectDates    = "project_dates"
	ChangeProjectTrashed  = "project_trashed"
	ChangeProjectRestored = "project_restored"
	ChangeTaskChanged     = "task_changed"
	ChangeTaskDeleted     = "task_deleted"
)
