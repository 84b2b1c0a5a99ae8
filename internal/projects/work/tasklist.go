package work

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// TaskList holds tasks. Its flag is that of its tasks: External ones are seen by
// client users. Default is the list tasks land in; it cannot be deleted.
type TaskList struct {
	TaskListInput
	Default bool
	Tasks   Count // zero for who sees only related tasks
	Rights  ItemRights
}

// TaskListInput is what a task-list form holds. ID and Version are for updates.
type TaskListInput struct {
	ID        id.ID
	Version   int64
	Name      string
	External  bool
	Milestone id.ID
}

// TaskLists lists the task lists the badge sees, the default one first.
func (s *Service) TaskLists(ctx context.Context, as portal.Member, project id.ID) ([]TaskList, error) {
	_, st, err := s.enter(ctx, as, project)
	if err != nil {
		return nil, err
	}
	return listTaskLists(ctx, s.db, st, project, 0)
}

// TaskList gives one task list.
func (s *Service) TaskList(ctx context.Context, as portal.Member, project, list id.ID) (TaskList, error) {
	_, st, err := s.enter(ctx, as, project)
	if err != nil {
		return TaskList{}, err
	}
	return findTaskList(ctx, s.db, st, project, list)
}

// CreateTaskList adds a task list.
func (s *Service) CreateTaskList(ctx context.Context, as portal.Member, project id.ID, idem string, in TaskListInput) (TaskList, error) {
	made, err := s.onceInside(ctx, as, project, "list", idem, func(ctx context.Context, tx *store.Tx, made id.ID, _ projectRow, st stance) error {
		if err := st.require(portal.ActManageTaskList, portal.Facts{}); err != nil {
			return err
		}
		in.ID = made
		if err := in.check(ctx, tx, as, project); err != nil {
			return err
		}
		return insertTaskList(ctx, tx, as, project, in, false)
	})
	if err != nil {
		return TaskList{}, err
	}
	return s.TaskList(ctx, as, project, made)
}

// UpdateTaskList changes a task list at in.Version; its tasks follow its flag.
func (s *Service) UpdateTaskList(ctx context.Context, as portal.Member, project id.ID, in TaskListInput) (TaskList, error) {
	err := s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		old, err := findTaskList(ctx, tx, st, project, in.ID)
		if err != nil {
			return err
		}
		if err := st.require(portal.ActManageTaskList, portal.Facts{}); err != nil {
			return err
		}
		if old.Version != in.Version {
			return stale()
		}
		if err := in.check(ctx, tx, as, project); err != nil {
			return err
		}
		if err := updateTaskList(ctx, tx, as, in); err != nil {
			return err
		}
		if old.External == in.External {
			return nil
		}
		d, err := turnTasks(ctx, tx, as.Portal(), in.ID, in.External)
		if err != nil {
			return err
		}
		return bump(ctx, tx, as.Portal(), project, d)
	})
	if err != nil {
		return TaskList{}, err
	}
	return s.TaskList(ctx, as, project, in.ID)
}

// DeleteTaskList deletes an empty task list that is not the default one.
func (s *Service) DeleteTaskList(ctx context.Context, as portal.Member, project, list id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		old, err := findTaskList(ctx, tx, st, project, list)
		if err != nil {
			return err
		}
		if err := st.require(portal.ActManageTaskList, portal.Facts{}); err != nil {
			return err
		}
		if old.Default {
			return fault.Conflict("work.fault.default_list").WithCode("default_list")
		}
		if old.Tasks != (Count{}) {
			return fault.Conflict("work.fault.list_not_empty").WithCode("list_not_empty")
		}
		return deleteTaskList(ctx, tx, as.Portal(), list)
	})
}

// check cleans and checks a task list against the project it is in.
func (in *TaskListInput) check(ctx context.Context, tx *store.Tx, as portal.Member, project id.ID) error {
	c := newCheck()
	in.Name = line(in.Name)
	c.name("name", in.Name, MaxName)
	if in.Milestone != 0 {
		known, err := milestoneExists(ctx, tx, as.Portal(), project, in.Milestone)
		if err != nil {
			return err
		}
		if !known {
			c.bad("milestone", "work.fault.choice")
		}
	}
	return c.ok()
}

func (st stance) listRights(l TaskList) ItemRights {
	may := st.may(portal.ActManageTaskList, portal.Facts{External: l.External})
	return ItemRights{Edit: may, Delete: may && !l.Default && l.Tasks == (Count{})}
}

// insertDefaultList gives a new project the list tasks land in, named in the
// language of whoever makes the project.
func insertDefaultList(ctx context.Context, tx *store.Tx, as portal.Member, project id.ID) error {
	name := locale.T(locale.With(ctx, locale.For(as.Locale(), as.TimeZone())), "work.list.default")
	return insertTaskList(ctx, tx, as, project, TaskListInput{ID: tx.NewID(), Name: name}, true)
}
