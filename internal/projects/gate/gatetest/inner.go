package gatetest

import (
	"context"
	"testing"

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
}
