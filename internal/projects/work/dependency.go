package work

import (
	"context"
	"slices"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

const (
	// MaxPredecessors bounds what one task waits for.
	MaxPredecessors = 20
	// MaxTaskLinks bounds the links between the tasks of a project.
	MaxTaskLinks = 2000
)

// link says that one task begins when another one has ended.
type link struct{ before, after id.ID }

// AddPredecessor makes a task wait for another one of its project; saying it twice
// changes nothing. It takes the right to edit the task that waits.
func (s *Service) AddPredecessor(ctx context.Context, as portal.Member, project, task, before id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		if _, err := mayEditTask(ctx, tx, st, project, task); err != nil {
			return err
		}
		if _, err := findTask(ctx, tx, st, project, before); err != nil {
			if fault.Is(err, fault.KindNotFound) {
				return refuseBefore("work.fault.choice")
			}
			return err
		}
		links, err := listLinks(ctx, tx, as.Portal(), project)
		if err != nil {
			return err
		}
		of := 0
		for _, l := range links {
			if l == (link{before, task}) {
				return nil
			}
			if l.after == task {
				of++
			}
		}
		if of >= MaxPredecessors || len(links) >= MaxTaskLinks {
			return refuseBefore("work.fault.too_many_links")
		}
		if err := insertLink(ctx, tx, as.Portal(), project, link{before, task}); err != nil {
			return err
		}
		sound, err := ordered(ctx, tx, as.Portal(), project)
		if err == nil && !sound {
			err = refuseBefore("work.fault.link_loop")
		}
		return err
	})
}

// RemovePredecessor lets a task wait for another one no longer.
func (s *Service) RemovePredecessor(ctx context.Context, as portal.Member, project, task, before id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		if _, err := mayEditTask(ctx, tx, st, project, task); err != nil {
			return err
		}
		return deleteLink(ctx, tx, as.Portal(), project, link{before, task})
	})
}

func refuseBefore(key string) error {
	return fault.Invalid("work.fault.invalid").Field("before", key, fault.Args{"Limit": MaxPredecessors, "All": MaxTaskLinks})
}

// ordered says whether the tasks of a project can be done at all: whether what waits for
// what, and what is part of what, run nowhere in a circle.
func ordered(ctx context.Context, tx *store.Tx, in, project id.ID) (bool, error) {
	links, err := listLinks(ctx, tx, in, project)
	if err != nil {
		return false, err
	}
	if len(links) == 0 {
		return true, nil
	}
	parts, err := listParts(ctx, tx, in, project)
	return sound(links, parts), err
}

// end is the start or the end of a task.
type end struct {
	task id.ID
	last bool
}

// sound looks for a circle among the ends of tasks, by which of two comes first: a task
// starts before it ends, one that waits starts after what it waits for ends, and a part
// lies within its whole. Each of parts has the whole as before and the part as after.
func sound(links, parts []link) bool {
	next := map[end][]end{}
	add := func(a, b end) { next[a] = append(next[a], b) }
	for _, l := range links {
		add(end{l.before, true}, end{l.after, false})
	}
	for _, p := range parts {
		add(end{p.before, false}, end{p.after, false})
		add(end{p.after, true}, end{p.before, true})
	}
	tasks := map[id.ID]bool{}
	for _, l := range slices.Concat(links, parts) {
		tasks[l.before], tasks[l.after] = true, true
	}
	for t := range tasks {
		add(end{t, false}, end{t, true})
	}
	const entered, left = 1, 2
	state := map[end]int{}
	var visit func(e end) bool
	visit = func(e end) bool {
		state[e] = entered
		for _, n := range next[e] {
			if state[n] == entered || state[n] == 0 && !visit(n) {
				return false
			}
		}
		state[e] = left
		return true
	}
	for e := range next {
		if state[e] == 0 && !visit(e) {
			return false
		}
	}
	return true
}
