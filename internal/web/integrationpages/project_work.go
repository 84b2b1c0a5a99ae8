package integrationpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// workRoutes adds a project's tasks, milestones and bugs: one list and one form each.
func (p *Pages) workRoutes(r chi.Router) {
	h := p.shell.Handle
	for _, part := range []string{integration.ModuleTasks, integration.ModuleMilestones, integration.ModuleBugs} {
		r.Get("/"+part, h(p.itemList(part)))
		r.Post("/"+part, h(p.saveItem(part)))
		r.Get("/"+part+"/new", h(p.itemForm(part)))
		r.Get("/"+part+"/{item}", h(p.itemForm(part)))
		r.Post("/"+part+"/{item}", h(p.saveItem(part)))
		r.Post("/"+part+"/{item}/delete", h(p.deleteItem(part)))
	}
}

// item is a task, milestone or bug as list and form show it.
type item struct {
	ID       id.ID
	Version  int64
	Number   string
	Title    string
	Text     string
	Owner    id.ID
	OwnerTag string
	Status   string
	Closed   bool
	Start    string
	Due      string
	Percent  string
	Priority string
	External bool
	List     id.ID
	Rights   gate.ItemRights
}

func taskItem(t gate.Task) item {
	i := item{ID: t.ID, Version: t.Version, Number: t.Number, Title: t.Title, Text: t.Description, Status: t.Status, Closed: t.Closed, Start: t.StartDate,
		Due: t.DueDate, Percent: num(int64(t.Percent)), Priority: t.Priority, External: t.External, List: t.List, Rights: t.Rights}
	for n, o := range t.OwnerRefs {
		if n == 0 {
			i.Owner = o.ID
		} else {
			i.OwnerTag += ", "
		}
		i.OwnerTag += o.Name
	}
	return i
}

func milestoneItem(m gate.Milestone) item {
	return item{ID: m.ID, Version: m.Version, Title: m.Name, Owner: m.Owner, OwnerTag: m.OwnerRef.Name, Status: m.Status, Closed: m.Closed,
		Start: m.StartDate, Due: m.EndDate, External: m.External, Rights: m.Rights}
}

func bugItem(b gate.Bug) item {
	return item{ID: b.ID, Version: b.Version, Number: b.Number, Title: b.Title, Text: b.Description, Owner: b.Assignee, OwnerTag: b.AssigneeRef.Name,
		Status: b.Status, Closed: b.Closed, Due: b.DueDate, Priority: b.Severity, External: b.External, Rights: b.Rights}
}

// noun is the word of a part in the status keys of Projects.
func noun(part string) string {
	return map[string]string{integration.ModuleTasks: "task", integration.ModuleMilestones: "milestone", integration.ModuleBugs: "bug"}[part]
}

// items reads one page of a part.
func (p *Pages) items(ctx context.Context, as access.Actor, part string, project id.ID, q gate.WorkQuery) (list []item, prev, next string, err error) {
	switch part {
	case integration.ModuleTasks:
		found, err := p.tie.Tasks(ctx, as, project, q)
		for _, t := range found.Items {
			list = append(list, taskItem(t))
		}
		return list, found.Prev, found.Next, err
	case integration.ModuleMilestones:
		found, err := p.tie.Milestones(ctx, as, project, q)
		for _, m := range found.Items {
			list = append(list, milestoneItem(m))
		}
		return list, found.Prev, found.Next, err
	}
	found, err := p.tie.Bugs(ctx, as, project, q)
	for _, b := range found.Items {
		list = append(list, bugItem(b))
	}
	return list, found.Prev, found.Next, err
}

func (p *Pages) itemList(part string) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, as := r.Context(), actor(r)
		v, err := p.projectOf(r)
		if err != nil {
			return err
		}
		q := gate.WorkQuery{Status: r.URL.Query().Get("status"), Page: shell.Paging(r)}
		list, prev, next, err := p.items(ctx, as, part, v.Project.ID, q)
		if err != nil {
			return err
		}
		return p.showProject(w, r, v, part, itemsPage(as, part, v, itemTable(ctx, as, part, v.Project.ID, list), shell.Pager(r, prev, next)))
	}
}

func (p *Pages) projectOf(r *http.Request) (integration.ProjectView, error) {
	project, err := shell.ID(r, "project")
	if err != nil {
		return integration.ProjectView{}, err
	}
	return p.tie.Project(r.Context(), actor(r), project)
}

func mayAdd(part string, r gate.ProjectRights) bool {
	return map[string]bool{integration.ModuleTasks: r.AddTask, integration.ModuleMilestones: r.AddMilestone, integration.ModuleBugs: r.AddBug}[part]
}

func itemTable(ctx context.Context, as access.Actor, part string, project id.ID, list []item) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.project."+part), Columns: []ui.Column{
		{Label: locale.T(ctx, "integrationpages.item.number")}, {Label: locale.T(ctx, "integrationpages.item.title")}, {Label: locale.T(ctx, "integrationpages.project.owner")},
		{Label: locale.T(ctx, "integrationpages.project.status")}, {Label: locale.T(ctx, "integrationpages.item.due")}, {Label: locale.T(ctx, "integrationpages.item.flag")},
	}, Empty: ui.Empty{Icon: "folder", Title: locale.T(ctx, "integrationpages.item.none")}}
	for _, i := range list {
		flag := locale.T(ctx, "integrationpages.item.internal")
		if i.External {
			flag = locale.T(ctx, "integrationpages.item.external")
		}
		tone := ui.Info
		if i.Closed {
			tone = ui.Neutral
		}
		t.Rows = append(t.Rows, ui.Row{Muted: i.Closed, Cells: []templ.Component{
			ui.Text(i.Number), ui.Anchor{Label: i.Title, URL: projectPath(as, project) + "/" + part + "/" + i.ID.String()}, ui.Text(i.OwnerTag),
			ui.Badge{Label: locale.T(ctx, "work.status."+noun(part)+"."+i.Status), Tone: tone}, date(ctx, i.Due), ui.Text(flag),
		}})
	}
	return t
}

// one reads a single item; a zero id is a new one.
func (p *Pages) one(ctx context.Context, as access.Actor, part string, project, n id.ID) (item, error) {
	if n == 0 {
		return item{Rights: gate.ItemRights{Edit: true}}, nil
	}
	switch part {
	case integration.ModuleTasks:
		t, err := p.tie.Task(ctx, as, project, n)
		return taskItem(t), err
	case integration.ModuleMilestones:
		m, err := p.tie.Milestone(ctx, as, project, n)
		return milestoneItem(m), err
	}
	b, err := p.tie.Bug(ctx, as, project, n)
	return bugItem(b), err
}

// itemOf reads the item of the address; zero on the form of a new one.
func itemOf(r *http.Request) (id.ID, error) {
	if chi.URLParam(r, "item") == "" {
		return 0, nil
	}
	return shell.ID(r, "item")
}

func (p *Pages) itemForm(part string) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return p.showItem(w, r, part, nil, ui.Errors{}, once(), 0)
	}
}

func (p *Pages) showItem(w http.ResponseWriter, r *http.Request, part string, typed *item, errs ui.Errors, token string, status int) error {
	ctx, as := r.Context(), actor(r)
	v, err := p.projectOf(r)
	if err != nil {
		return err
	}
	n, err := itemOf(r)
	if err != nil {
		return err
	}
	now, err := p.one(ctx, as, part, v.Project.ID, n)
	if err != nil {
		return err
	}
	if n == 0 && !mayAdd(part, v.Project.Rights) {
		return fault.Forbidden("integrationpages.item.no_add")
	}
	owners, err := p.tie.ProjectMembers(ctx, as, v.Project.ID)
	if err != nil {
		return err
	}
	var lists []gate.TaskList
	if part == integration.ModuleTasks {
		if lists, err = p.tie.TaskLists(ctx, as, v.Project.ID); err != nil {
			return err
		}
	}
	show := now
	if typed != nil {
		show = *typed
		show.Version, show.Rights = now.Version, now.Rights
	}
	stale := typed != nil && status == http.StatusConflict
	return p.showProjectPage(w, r, v, part, status, itemPage(itemForm{part: part, base: projectPath(as, v.Project.ID) + "/" + part, now: now, show: show,
		owners: owners, lists: lists, errs: errs, token: token, stale: stale}))
}

// itemForm is what the form of an item needs.
type itemForm struct {
	part   string
	base   string
	now    item // as it is saved
	show   item // what the fields hold
	owners []gate.Ref
	lists  []gate.TaskList
	errs   ui.Errors
	token  string
	stale  bool
}

func readItem(in shell.Input, n id.ID) item {
	return item{ID: n, Version: in.Int("version"), Title: in.Text("title"), Text: in.Text("text"), Owner: in.ID("owner"), Status: in.Text("status"),
		Start: in.Text("start_date"), Due: in.Text("due_date"), Percent: in.Text("percent"), Priority: in.Text("priority"), External: in.On("external"), List: in.ID("list")}
}

func (p *Pages) saveItem(part string) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		in, err := shell.ReadForm(w, r)
		if err != nil {
			return err
		}
		ctx, as := r.Context(), actor(r)
		project, err := shell.ID(r, "project")
		if err != nil {
			return err
		}
		n, err := itemOf(r)
		if err != nil {
			return err
		}
		i := readItem(in, n)
		if err := p.store(ctx, as, part, in.Text("once"), project, i, int(in.Int("percent"))); err != nil {
			if !p.words(err) {
				return err
			}
			return p.showItem(w, r, part, &i, shell.Errors(ctx, err), in.Text("once"), shell.StatusOf(err))
		}
		return p.shell.Done(w, r, projectPath(as, project)+"/"+part, locale.T(ctx, "integrationpages.saved"))
	}
}

// store saves through the integration, which asks both gates.
func (p *Pages) store(ctx context.Context, as access.Actor, part, token string, project id.ID, i item, percent int) error {
	var err error
	switch part {
	case integration.ModuleTasks:
		t := gate.TaskInput{ID: i.ID, Version: i.Version, List: i.List, Title: i.Title, Description: i.Text, Status: i.Status, Priority: i.Priority,
			StartDate: i.Start, DueDate: i.Due, Percent: percent}
		if i.Owner != 0 {
			t.Owners = []id.ID{i.Owner}
		}
		_, err = p.tie.SaveTask(ctx, as, token, project, t)
	case integration.ModuleMilestones:
		_, err = p.tie.SaveMilestone(ctx, as, token, project, gate.MilestoneInput{ID: i.ID, Version: i.Version, Name: i.Title, Owner: i.Owner, StartDate: i.Start,
			EndDate: i.Due, Status: i.Status, External: i.External})
	default:
		_, err = p.tie.SaveBug(ctx, as, token, project, gate.BugInput{ID: i.ID, Version: i.Version, Title: i.Title, Description: i.Text, Assignee: i.Owner,
			Status: i.Status, Severity: i.Priority, DueDate: i.Due, External: i.External})
	}
	return err
}

func (p *Pages) deleteItem(part string) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, as := r.Context(), actor(r)
		project, err := shell.ID(r, "project")
		if err != nil {
			return err
		}
		n, err := shell.ID(r, "item")
		if err != nil {
			return err
		}
		switch part {
		case integration.ModuleTasks:
			err = p.tie.DeleteTask(ctx, as, project, n)
		case integration.ModuleMilestones:
			err = p.tie.DeleteMilestone(ctx, as, project, n)
		default:
			err = p.tie.DeleteBug(ctx, as, project, n)
		}
		if err != nil {
			return err
		}
		return p.shell.Done(w, r, projectPath(as, project)+"/"+part, locale.T(ctx, "integrationpages.item.deleted"))
	}
}
