package gate

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/projects/work"
)

// MaxSubtaskLevels is how deep tasks lie below one that is part of none, at most.
const MaxSubtaskLevels = work.MaxSubtaskLevels

// TaskOf turns a task of Projects into the gate's.
func TaskOf(t work.Task) Task { return taskValue(t) }

// Inner is what a task is made of and what it waits for, as far as the member sees it.
type Inner struct {
	Checklist []ChecklistLine `json:"checklist"`
	Above     []Task          `json:"above"`  // what it is part of, the topmost first
	Below     []Task          `json:"below"`  // what is part of it
	Before    []Task          `json:"before"` // what it waits for
	After     []Task          `json:"after"`  // what waits for it
}

// ChecklistLine is a small thing to do within a task; By and At tell who ticked it off
// and when, in microseconds UTC.
type ChecklistLine struct {
	ID    id.ID  `json:"id"`
	Words string `json:"words"`
	Done  bool   `json:"done"`
	By    Ref    `json:"by"`
	At    int64  `json:"at"`
}

// InnerOf turns what a task of Projects is made of into the gate's.
func InnerOf(in work.Inner) Inner {
	out := Inner{Checklist: make([]ChecklistLine, len(in.Checklist)), Above: taskValues(in.Above), Below: taskValues(in.Below),
		Before: taskValues(in.Before), After: taskValues(in.After)}
	for i, l := range in.Checklist {
		out.Checklist[i] = ChecklistLine{ID: l.ID, Words: l.Words, Done: l.Done, By: ref(l.By)}
		if !l.At.IsZero() {
			out.Checklist[i].At = l.At.UnixMicro()
		}
	}
	return out
}

func taskValues(list []work.Task) []Task {
	out := make([]Task, len(list))
	for i, t := range list {
		out[i] = taskValue(t)
	}
	return out
}

func (p *person) PlaceTask(ctx context.Context, project, task, parent id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.PlaceTask(ctx, as, project, task, parent)
}

func (p *person) AddPredecessor(ctx context.Context, project, task, before id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.AddPredecessor(ctx, as, project, task, before)
}

func (p *person) RemovePredecessor(ctx context.Context, project, task, before id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.RemovePredecessor(ctx, as, project, task, before)
}

func (p *person) TaskInner(ctx context.Context, project, task id.ID) (Inner, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return Inner{}, err
	}
	in, err := w.Inner(ctx, as, project, task)
	return InnerOf(in), err
}

func (p *person) AddChecklistLine(ctx context.Context, idem string, project, task id.ID, words string) (id.ID, error) {
	as, w, err := p.enter(ctx)
	if err != nil {
		return 0, err
	}
	return w.AddChecklistLine(ctx, as, project, task, idem, words)
}

func (p *person) TickChecklistLine(ctx context.Context, project, task, line id.ID, done bool) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.TickChecklistLine(ctx, as, project, task, line, done)
}

func (p *person) DeleteChecklistLine(ctx context.Context, project, task, line id.ID) error {
	as, w, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return w.DeleteChecklistLine(ctx, as, project, task, line)
}
