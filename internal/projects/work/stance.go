package work

import (
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
)

// Rights are what a badge may do in one project, so that faces show what the
// domain will allow.
type Rights struct {
	Edit         bool
	Trash        bool
	Restore      bool
	Users        bool // put members and clients on it and take them off
	SeeUsers     bool
	TaskLists    bool // make task lists
	AddTask      bool
	Assign       bool // tasks to others
	AddMilestone bool
	AddBug       bool
	Comment      bool // on what they see
	SeeDocuments bool
	AddDocument  bool
	SeeTime      bool // hours worked, at least their own
	LogTime      bool
	LogForOthers bool
}

// ItemRights are what a badge may do with one task list, task, milestone or bug.
type ItemRights struct {
	Edit   bool
	Delete bool
}

// stance is how a badge stands in one project it can enter.
type stance struct {
	as    portal.Member
	role  ProjectRole // "" when not put on it
	owner bool
}

func stanceOf(as portal.Member, p projectRow) stance {
	return stance{as: as, role: p.role, owner: as.ID() != 0 && p.Owner.ID == as.ID()}
}

// managed says whether the badge manages the project: owns it or is its manager.
func (st stance) managed() bool { return st.owner || st.role == RoleManager }

// visitor says whether the badge is only in because the project is public; a
// visitor looks and touches nothing.
func (st stance) visitor() bool {
	return !seesAll(st.as) && !st.as.Client() && !st.owner && st.role == ""
}

// seesAll says whether the badge enters every project of its portal.
func seesAll(as portal.Member) bool { return as.Level(portal.ActSeeAllProjects) == portal.LevelAll }

// looking are the acts that change nothing.
func looking(act portal.Action) bool {
	switch act {
	case portal.ActViewTask, portal.ActViewMilestone, portal.ActViewBug, portal.ActViewDocument, portal.ActSeePeople:
		return true
	}
	return false
}

// level gives the reach of an action in this project. Who manages the project has
// there the reach of a manager, if that is more than their own role gives.
func (st stance) level(act portal.Action) portal.Level {
	switch {
	case seesAll(st.as) || st.as.Client():
		return st.as.Level(act)
	case st.visitor() && !looking(act):
		return portal.LevelNone
	case st.managed():
		return portal.LevelOf(portal.RoleManager, act)
	}
	return st.as.Level(act)
}

// may says whether an action is open on an item with these facts.
func (st stance) may(act portal.Action, f portal.Facts) bool {
	if st.as.Client() && !f.External {
		return false
	}
	f.Managed = st.managed()
	return st.level(act).Reaches(f)
}

// require is may as an error.
func (st stance) require(act portal.Action, f portal.Facts) error {
	if !st.may(act, f) {
		return forbidden(act)
	}
	return nil
}

func (st stance) rights() Rights {
	none := portal.Facts{}
	return Rights{
		Edit:         st.may(portal.ActEditProject, none),
		Trash:        st.may(portal.ActTrashProject, none),
		Restore:      st.may(portal.ActRestoreProject, none),
		Users:        st.may(portal.ActProjectUsers, none),
		SeeUsers:     st.level(portal.ActSeePeople) != portal.LevelNone,
		TaskLists:    st.may(portal.ActManageTaskList, none),
		AddTask:      st.level(portal.ActAddTask) != portal.LevelNone,
		Assign:       st.level(portal.ActAssignTask) == portal.LevelAll,
		AddMilestone: st.may(portal.ActAddMilestone, none),
		AddBug:       st.level(portal.ActAddBug) != portal.LevelNone,
		Comment:      !st.visitor(),
		SeeDocuments: st.level(portal.ActViewDocument) != portal.LevelNone,
		AddDocument:  st.may(portal.ActAddDocument, none) && !st.as.Looks(),
		SeeTime:      st.level(portal.ActViewTime) != portal.LevelNone,
		LogTime:      st.level(portal.ActLogTime) != portal.LevelNone && !st.as.Looks(),
		LogForOthers: st.level(portal.ActLogTime) == portal.LevelAll,
	}
}

// mine says whether the id is the badge's own; the system has none.
func (st stance) mine(n id.ID) bool { return n != 0 && n == st.as.ID() }

// forbidden names the missing right, for programs that must tell.
func forbidden(act portal.Action) error {
	switch act {
	case portal.ActAddProject:
		return fault.Forbidden("work.fault.no_create_project").WithCode("no_create_project")
	case portal.ActEditProject:
		return fault.Forbidden("work.fault.no_edit_project").WithCode("no_edit_project")
	case portal.ActTrashProject:
		return fault.Forbidden("work.fault.no_delete_project").WithCode("no_delete_project")
	case portal.ActProjectUsers:
		return fault.Forbidden("work.fault.no_add_user").WithCode("no_add_user")
	}
	return fault.Forbidden("work.fault.forbidden").WithCode("no_" + string(act))
}

// looksOnly refuses a badge that only looks.
func looksOnly() error { return fault.Forbidden("work.fault.forbidden").WithCode("looks_only") }

func notFound() error { return fault.NotFound("work.fault.not_found") }

func stale() error { return fault.New(fault.KindStale, "work.fault.stale") }
