package work

import (
	"context"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

const (
	// MaxSubtaskLevels bounds how deep tasks lie below one that is part of none.
	MaxSubtaskLevels = 3
	// MaxSubtasks bounds how many there are below it, on all levels.
	MaxSubtasks = 100
)

// PlaceTask makes a task part of another one of its list, with what is part of it, or
// with parent zero of none any more.
func (s *Service) PlaceTask(ctx context.Context, as portal.Member, project, task, parent id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		old, err := mayEditTask(ctx, tx, st, project, task)
		if err != nil || old.Parent == parent {
			return err
		}
		t := old
		t.Parent = parent
		if parent != 0 {
			up, err := parentOf(ctx, tx, st, project, parent)
			if err != nil {
				return err
			}
			if up.List != t.List {
				return refuseParent("work.fault.parent_list")
			}
			if err := roomBelow(ctx, tx, as.Portal(), project, up, task); err != nil {
				return err
			}
		}
		if err := setParent(ctx, tx, as.Portal(), task, parent); err != nil {
			return err
		}
		sound, err := ordered(ctx, tx, as.Portal(), project)
		if err != nil {
			return err
		}
		if !sound {
			return refuseParent("work.fault.parent_order")
		}
		return saveTask(ctx, tx, as.Portal(), project, &old, &t)
	})
}

// parentOf finds the task another one is to be part of; it takes the right to edit it.
func parentOf(ctx context.Context, tx *store.Tx, st stance, project, parent id.ID) (taskRow, error) {
	t, err := mayEditTask(ctx, tx, st, project, parent)
	if fault.Is(err, fault.KindNotFound) {
		err = refuseParent("work.fault.choice")
	}
	return t, err
}

func refuseParent(key string) error {
	return fault.Invalid("work.fault.invalid").Field("parent", key, fault.Args{"Levels": MaxSubtaskLevels, "Limit": MaxSubtasks})
}

// roomBelow checks that a task, zero for a new one, can be put below another one with all
// that is below it.
func roomBelow(ctx context.Context, tx *store.Tx, in, project id.ID, up taskRow, task id.ID) error {
	above, err := ancestors(ctx, tx, in, project, up)
	if err != nil {
		return err
	}
	levels := len(above) + 2 // those above, up itself, and the task
	coming := 1
	if task != 0 {
		for _, n := range append(above, up.ID) {
			if n == task {
				return refuseParent("work.fault.parent_loop")
			}
		}
		below, depth, err := descendants(ctx, tx, in, project, task)
		if err != nil {
			return err
		}
		levels, coming = levels+depth, coming+len(below)
	}
	if levels > MaxSubtaskLevels+1 {
		return refuseParent("work.fault.parent_deep")
	}
	top := up.ID
	if len(above) > 0 {
		top = above[len(above)-1]
	}
	there, _, err := descendants(ctx, tx, in, project, top)
	if err != nil {
		return err
	}
	for _, n := range there {
		if n == task {
			coming = 0 // it is there already
		}
	}
	if len(there)+coming > MaxSubtasks {
		return refuseParent("work.fault.parent_full")
	}
	return nil
}

// ancestors gives what a task is part of, the nearest first.
func ancestors(ctx context.Context, q store.Querier, in, project id.ID, t taskRow) ([]id.ID, error) {
	var out []id.ID
	for next := t.Parent; next != 0 && len(out) <= MaxSubtaskLevels; {
		out = append(out, next)
		var err error
		if next, err = parentID(ctx, q, in, project, next); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// descendants gives what is part of a task, level by level, and how many levels there are.
func descendants(ctx context.Context, q store.Querier, in, project, task id.ID) ([]id.ID, int, error) {
	var out []id.ID
	depth := 0
	for level := []id.ID{task}; depth <= MaxSubtaskLevels; depth++ {
		next, err := childrenOf(ctx, q, in, project, level)
		if err != nil || len(next) == 0 {
			return out, depth, err
		}
		out, level = append(out, next...), next
	}
	return out, depth, nil
}

// withSubtasks does to what is part of a task what was done to the task: moved into
// another list, or closed. It takes the right to edit each that changes. Where the system
// closes a task, what is below stays open: whoever did it outside saw none of that.
func (s *Service) withSubtasks(ctx context.Context, tx *store.Tx, st stance, project id.ID, old, t taskRow, whole bool) error {
	moves, closes := t.List != old.List, t.Closed && !old.Closed
	if old.Subtasks == (Count{}) || !moves && !closes {
		return nil
	}
	in := st.as.Portal()
	ids, _, err := descendants(ctx, tx, in, project, t.ID)
	if err != nil {
		return err
	}
	below, err := tasksByID(ctx, tx, st.as, ids)
	if err != nil {
		return err
	}
	open := 0
	for _, b := range below {
		if !b.Closed {
			open++
		}
	}
	closes = closes && open > 0 && !(st.as.System() && !whole)
	if closes && !whole {
		return openSubtasks(open)
	}
	for _, b := range below {
		now := b
		if moves {
			now.List, now.External = t.List, t.External
		}
		if closes && !b.Closed {
			now.Status, now.Closed, now.Percent = t.Status, true, 100
		}
		if now.List == b.List && now.Closed == b.Closed {
			continue
		}
		if err := st.require(portal.ActEditTask, b.facts(st)); err != nil {
			return err
		}
		if err := updateTask(ctx, tx, in, now); err != nil {
			return err
		}
		if err := saveTask(ctx, tx, in, project, &b, &now); err != nil {
			return err
		}
		if err := s.tellTask(ctx, tx, st.as, now, ChangeTaskChanged); err != nil {
			return err
		}
	}
	return nil
}

func openSubtasks(n int) error {
	args := fault.Args{"Count": n}
	return fault.Invalid("work.fault.open_subtasks").With("Count", n).Field("whole", "work.fault.open_subtasks", args).WithCode("open_subtasks")
}
