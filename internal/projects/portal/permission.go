package portal

//go:generate go run ./permdoc ../../../docs/permissions.md

// Level says how far an action reaches for a role. Work on an item is judged by
// Facts, see Level.Reaches.
type Level string

// The levels. Whatever the level, nobody reaches an item of a project they cannot
// enter (SeeAllProjects, membership, or a public project).
const (
	LevelNone     Level = ""
	LevelAll      Level = "all"      // every item
	LevelManaged  Level = "managed"  // in projects they own or are manager of
	LevelRelated  Level = "related"  // items they made or are to do
	LevelInvolved Level = "involved" // items they made, are to do, or nobody is to do
	LevelOwned    Level = "owned"    // items they are to do
	LevelAdded    Level = "added"    // items they made
	LevelExternal Level = "external" // items marked external
	LevelSelf     Level = "self"     // only for themselves
	LevelUse      Level = "use"      // choose from, not change
)

// LevelKey gives the locale key of a level.
func LevelKey(l Level) string {
	if l == LevelNone {
		return "portal.level.none"
	}
	return "portal.level." + string(l)
}

// Action is something one may be allowed to do in a portal.
type Action string

// The actions of what is built.
const (
	ActOwn            Action = "own" // change of owner, deletion
	ActAudit          Action = "audit"
	ActServiceKey     Action = "service_key" // see and renew one's own key
	ActSettings       Action = "settings"
	ActAddAdmin       Action = "add_administrator"
	ActManagePeople   Action = "manage_people" // portal users, client companies and users
	ActSeePeople      Action = "see_people"    // the lists of users and clients
	ActSeeAllProjects Action = "see_all_projects"
	ActAddProject     Action = "add_project"
	ActEditProject    Action = "edit_project"
	ActTrashProject   Action = "trash_project"
	ActRestoreProject Action = "restore_project"
	ActGroups         Action = "groups"
	ActTemplates      Action = "templates"     // of projects
	ActProjectUsers   Action = "project_users" // add and remove users and clients of a project

	ActViewMilestone   Action = "view_milestone"
	ActAddMilestone    Action = "add_milestone"
	ActEditMilestone   Action = "edit_milestone"
	ActDeleteMilestone Action = "delete_milestone"

	ActManageTaskList Action = "manage_task_list"
	ActViewTask       Action = "view_task"
	ActAddTask        Action = "add_task"
	ActEditTask       Action = "edit_task"
	ActDeleteTask     Action = "delete_task"
	ActAssignTask     Action = "assign_task"

	ActViewBug   Action = "view_bug"
	ActAddBug    Action = "add_bug"
	ActEditBug   Action = "edit_bug"
	ActDeleteBug Action = "delete_bug"

	ActViewDocument   Action = "view_document"
	ActAddDocument    Action = "add_document"
	ActEditDocument   Action = "edit_document" // its name, and whether the customer sees it
	ActDeleteDocument Action = "delete_document"

	ActViewTime Action = "view_time" // hours worked
	ActLogTime  Action = "log_time"  // add, change and delete them
)

// Rule is one row of the permission table: an action and how far it reaches for
// owner, administrator, manager, employee, contractor and client user.
type Rule struct {
	Action Action
	Area   string
	levels [6]Level
}

// Level gives the reach for a role; none for an unknown one.
func (r Rule) Level(role Role) Level {
	for i, known := range Roles() {
		if known == role {
			return r.levels[i]
		}
	}
	return LevelNone
}

const (
	none, all, managed, related = LevelNone, LevelAll, LevelManaged, LevelRelated
	involved, owned, added      = LevelInvolved, LevelOwned, LevelAdded
	external, toSelf, use       = LevelExternal, LevelSelf, LevelUse
)

// table is the permission table, the one place that says who may do what.
// docs/permissions.md and the help page are made from it.
var table = []Rule{
	{ActOwn, "portal", [6]Level{all}},
	{ActAudit, "portal", [6]Level{all}},
	{ActServiceKey, "portal", [6]Level{toSelf, toSelf}},
	{ActSettings, "portal", [6]Level{all, all}},
	{ActAddAdmin, "portal", [6]Level{all}},
	{ActManagePeople, "portal", [6]Level{all, all}},
	{ActSeePeople, "portal", [6]Level{all, all, all, all}},

	{ActSeeAllProjects, "project", [6]Level{all, all}},
	{ActAddProject, "project", [6]Level{all, all, all, all}},
	{ActEditProject, "project", [6]Level{all, all, managed, managed}},
	{ActTrashProject, "project", [6]Level{all, all, managed, managed}},
	{ActRestoreProject, "project", [6]Level{all, all}},
	{ActGroups, "project", [6]Level{all, all, use, use}},
	{ActTemplates, "project", [6]Level{all, all, use, use}},
	{ActProjectUsers, "project", [6]Level{all, all, all}},

	{ActViewMilestone, "milestone", [6]Level{all, all, all, all, all, external}},
	{ActAddMilestone, "milestone", [6]Level{all, all, all}},
	{ActEditMilestone, "milestone", [6]Level{all, all, all}},
	{ActDeleteMilestone, "milestone", [6]Level{all, all, all}},

	{ActManageTaskList, "task", [6]Level{all, all, all, managed}},
	{ActViewTask, "task", [6]Level{all, all, all, all, related, external}},
	{ActAddTask, "task", [6]Level{all, all, all, all, all, external}},
	{ActEditTask, "task", [6]Level{all, all, all, involved, owned, added}},
	{ActDeleteTask, "task", [6]Level{all, all, all, added}},
	{ActAssignTask, "task", [6]Level{all, all, all, all, toSelf}},

	{ActViewBug, "bug", [6]Level{all, all, all, all, all, external}},
	{ActAddBug, "bug", [6]Level{all, all, all, all, all}},
	{ActEditBug, "bug", [6]Level{all, all, all, all, all}},
	{ActDeleteBug, "bug", [6]Level{all, all, all, added}},

	{ActViewDocument, "document", [6]Level{all, all, all, all, all, external}},
	{ActAddDocument, "document", [6]Level{all, all, all, all, all}},
	{ActEditDocument, "document", [6]Level{all, all, all, added, added}},
	{ActDeleteDocument, "document", [6]Level{all, all, all, added, added}},

	{ActViewTime, "time", [6]Level{all, all, all, toSelf, toSelf}},
	{ActLogTime, "time", [6]Level{all, all, all, toSelf, toSelf}},
}

// Table gives a copy of the permission table in its order.
func Table() []Rule { return append([]Rule(nil), table...) }

var byAction = func() map[Action]Rule {
	m := make(map[Action]Rule, len(table))
	for _, r := range table {
		m[r.Action] = r
	}
	return m
}()

// LevelOf gives the reach of an action for a role.
func LevelOf(role Role, act Action) Level { return byAction[act].Level(role) }

// Facts are what a level looks at on one item, from the badge's point of view.
type Facts struct {
	Managed    bool // they own the project or are its manager
	Added      bool // they made the item
	Owned      bool // they are to do it
	Unassigned bool // nobody is to do it
	External   bool // the item, or the list it is in, is marked external
	Self       bool // the act concerns nobody but themselves
}

// Reaches says whether the level covers an item with these facts. A client user's
// reach never leaves external items: their level "added" wants both.
func (l Level) Reaches(f Facts) bool {
	switch l {
	case LevelAll:
		return true
	case LevelManaged:
		return f.Managed
	case LevelRelated:
		return f.Added || f.Owned
	case LevelInvolved:
		return f.Added || f.Owned || f.Unassigned
	case LevelOwned:
		return f.Owned
	case LevelAdded:
		return f.Added
	case LevelExternal:
		return f.External
	case LevelSelf:
		return f.Self
	}
	return false
}
