package gatetest

import (
	"context"
	"testing"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/projects/gate"
)

// inner asks for what a task is made of.
func inner(t *testing.T, p gate.Person, project, task id.ID) {
	t.Helper()
	ctx := context.Background()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	line, err := p.AddChecklistLine(ctx, "line", project, task, "画面一覧")
	ok(err)
	if same, err := p.AddChecklistLine(ctx, "line", project, task, "画面一覧"); err != nil || same != line {
		t.Errorf("one act made two lines: %v, %v", same, err)
	}
	ok(p.TickChecklistLine(ctx, project, task, line, true))
	in, err := p.TaskInner(ctx, project, task)
	ok(err)
	if len(in.Checklist) != 1 || !in.Checklist[0].Done || in.Checklist[0].By.Name != "Clerk" || in.Checklist[0].At == 0 {
		t.Errorf("checklist %+v", in.Checklist)
	}
	if one, err := p.Task(ctx, project, task); err != nil || one.Checklist != (gate.Count{Closed: 1}) {
		t.Errorf("the task counts %+v, %v", one.Checklist, err)
	}
	ok(p.DeleteChecklistLine(ctx, project, task, line))

	part, err := p.SaveTask(ctx, "part", project, gate.TaskInput{Title: "画面", Parent: task})
	ok(err)
	if part.ParentRef.ID != task || part.ParentRef.Name != "設計" {
		t.Errorf("part of %+v", part.ParentRef)
	}
	later, err := p.SaveTask(ctx, "later", project, gate.TaskInput{Title: "開発", StartDate: "2026-04-20"})
	ok(err)
	ok(p.AddPredecessor(ctx, project, later.ID, task))
	in, err = p.TaskInner(ctx, project, task)
	ok(err)
	if len(in.Below) != 1 || in.Below[0].ID != part.ID || len(in.After) != 1 || !in.After[0].Early || len(in.Before) != 0 {
		t.Errorf("inner %+v", in)
	}
	whole, err := p.Task(ctx, project, task)
	ok(err)
	edit := whole.TaskInput
	edit.Status = gate.TaskClosed
	if _, err := p.SaveTask(ctx, "", project, edit); whole.Subtasks.Open != 1 || !fault.HasCode(err, "open_subtasks") {
		t.Errorf("closed over %+v: %v", whole.Subtasks, err)
	}
	edit.Whole = true
	whole, err = p.SaveTask(ctx, "", project, edit)
	ok(err)
	if whole.Subtasks != (gate.Count{Closed: 1}) {
		t.Errorf("closed with %+v", whole.Subtasks)
	}
	ok(p.RemovePredecessor(ctx, project, later.ID, task))
	ok(p.PlaceTask(ctx, project, part.ID, 0))
	ok(p.DeleteTask(ctx, project, part.ID))
	ok(p.DeleteTask(ctx, project, later.ID))
}
