package projectviews

import (
	"net/http"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// GateTask shows a task that came through the gate.
func GateTask(t gate.Task) Item {
	i := Item{ID: t.ID, Version: t.Version, Number: t.Number, Title: t.Title, Text: Plain(t.Description), Status: t.Status, Closed: t.Closed, Overdue: t.Overdue,
		Start: t.StartDate, Due: t.DueDate, Percent: number(int64(t.Percent)), Priority: t.Priority, External: t.External, List: t.List, ListName: t.ListName,
		Checklist: t.Checklist, Subtasks: t.Subtasks, Parent: t.Parent, ParentName: t.ParentRef.Name, Early: t.Early, CanEdit: t.Rights.Edit, CanDelete: t.Rights.Delete}
	for _, o := range t.OwnerRefs {
		i.Owners = append(i.Owners, Ref{ID: o.ID, Name: o.Name})
	}
	return i
}

func gateItems(list []gate.Task) []Item {
	out := make([]Item, len(list))
	for i, t := range list {
		out[i] = GateTask(t)
	}
	return out
}

func init() {
	locale.Dynamic("projectviews.subtask.p")
	locale.Dynamic("projectviews.order.")
}

// choice is a form that names another task.
type choice struct {
	field  string // parent or before
	at     string
	action string
	label  string // key
	press  string // key
	value  string
	text   string
	errs   ui.Errors
}

func (c choice) with(errs ui.Errors) choice {
	c.errs = errs
	return c
}

func placing(at string) choice {
	return choice{field: "parent", at: at, action: "/parent", label: "projectviews.subtask.place", press: "projectviews.subtask.put"}
}

func waiting(at string) choice {
	return choice{field: "before", at: at, action: "/predecessors", label: "projectviews.order.wait", press: "projectviews.order.add"}
}

// find feeds the pickers of tasks.
func (n Inners) find(w http.ResponseWriter, r *http.Request) error {
	at, _, err := where(r, Tasks)
	if err != nil {
		return err
	}
	if _, err := n.Read(r, at); err != nil {
		return err
	}
	list, err := n.Find(r, at.Project, r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	var out []ui.Option
	for _, i := range list {
		if i.ID != at.Item {
			out = append(out, ui.Option{Value: i.ID.String(), Label: i.Title, Small: i.Number})
		}
	}
	return shell.Suggest(w, out)
}

// named gives the task that was chosen or, without script, the only one of the typed
// title; zero for none.
func (n Inners) named(r *http.Request, at Where, chosen id.ID, typed string) (id.ID, error) {
	if chosen != 0 || typed == "" {
		return chosen, nil
	}
	list, err := n.Find(r, at.Project, typed)
	if err != nil {
		return 0, err
	}
	var same []Item
	for _, i := range list {
		if i.ID != at.Item && (i.Title == typed || i.Number == typed) {
			same = append(same, i)
		}
	}
	if len(same) == 0 && len(list) == 1 {
		same = list
	}
	if len(same) == 1 {
		return same[0].ID, nil
	}
	return 0, nil
}

// choose does what a form that names another task asks for.
func (n Inners) choose(w http.ResponseWriter, r *http.Request, c func(at string) choice, part string, do func(at Where, task id.ID) error) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	at, _, err := where(r, Tasks)
	if err != nil {
		return err
	}
	form := c(n.At(r, at))
	form.value, form.text = in.Text(form.field), in.Text(form.field+".text")
	task, err := n.named(r, at, in.ID(form.field), form.text)
	if err != nil {
		return err
	}
	if task == 0 && !in.On("out") {
		err = fault.Invalid("work.fault.invalid").Field(form.field, "projectviews.choose_task")
	} else {
		err = do(at, task)
	}
	if fault.Is(err, fault.KindInvalid) {
		return n.Show(w, r, at, shell.StatusOf(err), chooseAgain(form, shell.Errors(r.Context(), err)))
	}
	return n.back(w, r, at, part, err)
}

func (n Inners) place(w http.ResponseWriter, r *http.Request) error {
	return n.choose(w, r, placing, "subtasks", func(at Where, task id.ID) error { return n.Place(r, at, task) })
}

func (n Inners) waitFor(w http.ResponseWriter, r *http.Request) error {
	return n.choose(w, r, waiting, "order", func(at Where, task id.ID) error { return n.WaitFor(r, at, task) })
}

func (n Inners) stopWait(w http.ResponseWriter, r *http.Request) error {
	at, _, err := where(r, Tasks)
	if err != nil {
		return err
	}
	before, err := shell.ID(r, "task")
	if err != nil {
		return err
	}
	return n.back(w, r, at, "order", n.StopWait(r, at, before))
}

// StillOpen says whether closing was refused because of subtasks, which the task's own
// page asks about.
func StillOpen(err error) bool { return fault.HasCode(err, "open_subtasks") }
