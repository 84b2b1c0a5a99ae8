package work

import (
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// maxTemplateLines bounds the checklists of a template, all together.
const maxTemplateLines = 10_000

// inner is what the tasks of a project are made of, on its way into another.
type inner struct {
	lines []copiedLine
	links []copiedLink
}

type copiedLine struct {
	Task  id.ID  `json:"task_id"`
	ID    id.ID  `json:"id"`
	Words string `json:"words"`
}

type copiedLink struct {
	After  id.ID `json:"after_id"`
	Before id.ID `json:"before_id"`
}

// check refuses what is more than one template may hold.
func (n inner) check() error {
	if len(n.lines) > maxTemplateLines {
		return fault.Conflict("work.fault.template_lines").With("Limit", maxTemplateLines).WithCode("template_size")
	}
	return nil
}

// renew puts everything on the new tasks; at gives the place of an old task among them.
func (n *inner) renew(tx *store.Tx, tasks []copiedTask, at map[id.ID]int) {
	for i := range n.lines {
		l := &n.lines[i]
		t := &tasks[at[l.Task]]
		l.Task, l.ID = t.ID, tx.NewID()
		t.Lines++
	}
	for i := range n.links {
		l := &n.links[i]
		l.After, l.Before = tasks[at[l.After]].ID, tasks[at[l.Before]].ID
	}
	for i := range tasks {
		if t := &tasks[i]; t.Parent != 0 {
			whole := &tasks[at[t.Parent]]
			t.Parent = whole.ID
			whole.Subtasks++
		}
	}
}
