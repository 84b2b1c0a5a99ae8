package work

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// MaxChecklist bounds the lines of one task's checklist.
const MaxChecklist = 100

const kindLine = "line"

// ChecklistLine is a small thing to do within a task. By is who ticked it off, without
// an id when it was done from outside the portal.
type ChecklistLine struct {
	ID    id.ID
	Words string
	Done  bool
	By    portal.Ref
	At    time.Time
}

// Inner is what a task is made of and what it waits for, as far as the badge sees it.
type Inner struct {
	Checklist []ChecklistLine
	Above     []Task // what it is part of, the topmost first
	Below     []Task // what is part of it
	Before    []Task // what it waits for
	After     []Task // what waits for it
}

// Inner gives what a task is made of and what it waits for.
func (s *Service) Inner(ctx context.Context, as portal.Member, project, task id.ID) (Inner, error) {
	var out Inner
	p, st, err := s.enter(ctx, as, project)
	if err != nil {
		return out, err
	}
	t, err := findTask(ctx, s.db, st, project, task)
	if err != nil {
		return out, err
	}
	if out.Checklist, err = listChecklist(ctx, s.db, as.Portal(), task); err != nil {
		return out, err
	}
	return out, s.relatives(ctx, st, t, s.dayIn(as, p), &out)
}

// AddChecklistLine adds a line at the end; idem as in CreateProject.
func (s *Service) AddChecklistLine(ctx context.Context, as portal.Member, project, task id.ID, idem, words string) (id.ID, error) {
	if err := as.RequireKnown(); err != nil {
		return 0, err
	}
	words = line(words)
	c := newCheck()
	c.name("words", words, MaxText)
	if err := c.ok(); err != nil {
		return 0, err
	}
	return s.onceInside(ctx, as, project, kindLine, idem, func(ctx context.Context, tx *store.Tx, made id.ID, _ projectRow, st stance) error {
		t, err := mayEditTask(ctx, tx, st, project, task)
		if err != nil {
			return err
		}
		if t.Checklist.Open+t.Checklist.Closed >= MaxChecklist {
			return fault.Invalid("work.fault.invalid").Field("words", "work.fault.checklist_full", fault.Args{"Limit": MaxChecklist})
		}
		if err := insertLine(ctx, tx, as.Portal(), task, made, words); err != nil {
			return err
		}
		return countLines(ctx, tx, as.Portal(), task, 1, 0)
	})
}

// TickChecklistLine says that a line is done, or that it is not; saying it twice changes
// nothing.
func (s *Service) TickChecklistLine(ctx context.Context, as portal.Member, project, task, line id.ID, done bool) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		if _, err := mayEditTask(ctx, tx, st, project, task); err != nil {
			return err
		}
		was, err := lineDone(ctx, tx, as.Portal(), task, line)
		if err != nil || was == done {
			return err
		}
		if err := tickLine(ctx, tx, as, task, line, done); err != nil {
			return err
		}
		if done {
			return countLines(ctx, tx, as.Portal(), task, -1, 1)
		}
		return countLines(ctx, tx, as.Portal(), task, 1, -1)
	})
}

// DeleteChecklistLine takes a line away for good.
func (s *Service) DeleteChecklistLine(ctx context.Context, as portal.Member, project, task, line id.ID) error {
	return s.inside(ctx, as, project, false, func(ctx context.Context, tx *store.Tx, _ projectRow, st stance) error {
		if _, err := mayEditTask(ctx, tx, st, project, task); err != nil {
			return err
		}
		done, err := lineDone(ctx, tx, as.Portal(), task, line)
		if err != nil {
			return err
		}
		if err := deleteLine(ctx, tx, as.Portal(), task, line); err != nil {
			return err
		}
		if done {
			return countLines(ctx, tx, as.Portal(), task, 0, -1)
		}
		return countLines(ctx, tx, as.Portal(), task, -1, 0)
	})
}

// mayEditTask finds a task that the stance may edit.
func mayEditTask(ctx context.Context, tx *store.Tx, st stance, project, task id.ID) (taskRow, error) {
	t, err := findTask(ctx, tx, st, project, task)
	if err != nil {
		return t, err
	}
	return t, st.require(portal.ActEditTask, t.facts(st))
}
