package portal_test

import (
	"testing"

	"musubi/internal/projects/portal"
)

// The cells that DESIGN and the specification settle; a change of the table that
// touches one of them must be meant.
func TestPermissionTable(t *testing.T) {
	const (
		none     = portal.LevelNone
		all      = portal.LevelAll
		managed  = portal.LevelManaged
		external = portal.LevelExternal
	)
	for _, c := range []struct {
		act  portal.Action
		want [6]portal.Level // owner, administrator, manager, employee, contractor, client
	}{
		{portal.ActOwn, [6]portal.Level{all, none, none, none, none, none}},
		{portal.ActAddAdmin, [6]portal.Level{all, none, none, none, none, none}},
		{portal.ActManagePeople, [6]portal.Level{all, all, none, none, none, none}},
		{portal.ActSeeAllProjects, [6]portal.Level{all, all, none, none, none, none}},
		{portal.ActAddProject, [6]portal.Level{all, all, all, all, none, none}},
		{portal.ActEditProject, [6]portal.Level{all, all, managed, managed, none, none}},
		{portal.ActTrashProject, [6]portal.Level{all, all, managed, managed, none, none}},
		{portal.ActProjectUsers, [6]portal.Level{all, all, all, none, none, none}},
		{portal.ActAddMilestone, [6]portal.Level{all, all, all, none, none, none}},
		{portal.ActViewTask, [6]portal.Level{all, all, all, all, portal.LevelRelated, external}},
		{portal.ActAddTask, [6]portal.Level{all, all, all, all, all, external}},
		{portal.ActEditTask, [6]portal.Level{all, all, all, portal.LevelInvolved, portal.LevelOwned, portal.LevelAdded}},
		{portal.ActDeleteTask, [6]portal.Level{all, all, all, portal.LevelAdded, none, none}},
		{portal.ActAssignTask, [6]portal.Level{all, all, all, all, portal.LevelSelf, none}},
		{portal.ActAddBug, [6]portal.Level{all, all, all, all, all, none}},
		{portal.ActLogTime, [6]portal.Level{all, all, all, portal.LevelSelf, portal.LevelSelf, none}},
	} {
		for i, role := range portal.Roles() {
			if got := portal.LevelOf(role, c.act); got != c.want[i] {
				t.Errorf("%s for %s: level %q, want %q", c.act, role, got, c.want[i])
			}
		}
	}
	if got := portal.LevelOf("nobody", portal.ActViewTask); got != none {
		t.Errorf("an unknown role reaches %q", got)
	}
}

func TestReach(t *testing.T) {
	for _, c := range []struct {
		level portal.Level
		facts portal.Facts
		want  bool
	}{
		{portal.LevelNone, portal.Facts{Managed: true, Added: true, Owned: true, External: true, Self: true}, false},
		{portal.LevelAll, portal.Facts{}, true},
		{portal.LevelUse, portal.Facts{Managed: true, Added: true, Owned: true}, false},
		{portal.LevelManaged, portal.Facts{Added: true, Owned: true}, false},
		{portal.LevelManaged, portal.Facts{Managed: true}, true},
		{portal.LevelRelated, portal.Facts{Unassigned: true}, false},
		{portal.LevelRelated, portal.Facts{Owned: true}, true},
		{portal.LevelInvolved, portal.Facts{Unassigned: true}, true},
		{portal.LevelInvolved, portal.Facts{Managed: true}, false},
		{portal.LevelOwned, portal.Facts{Added: true}, false},
		{portal.LevelAdded, portal.Facts{Owned: true}, false},
		{portal.LevelExternal, portal.Facts{Added: true}, false},
		{portal.LevelExternal, portal.Facts{External: true}, true},
		{portal.LevelSelf, portal.Facts{Self: true}, true},
	} {
		if got := c.level.Reaches(c.facts); got != c.want {
			t.Errorf("level %q reaches %+v: %v, want %v", c.level, c.facts, got, c.want)
		}
	}
}
