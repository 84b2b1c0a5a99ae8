package projectpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func taskItem(t work.Task) projectviews.Item { return projectviews.GateTask(gate.TaskOf(t)) }

func milestoneItem(m work.Milestone) projectviews.Item {
	return projectviews.Item{ID: m.ID, Version: m.Version, Title: m.Name, Owners: oneRef(m.OwnerRef), Status: m.Status, Closed: m.Closed, Overdue: m.Overdue,
		Start: m.StartDate, Due: m.EndDate, External: m.External, CanEdit: m.Rights.Edit, CanDelete: m.Rights.Delete}
}

func bugItem(b work.Bug) projectviews.Item {
	return projectviews.Item{ID: b.ID, Version: b.Version, Number: b.Number, Title: b.Title, Text: projectviews.Plain(b.Description), Owners: oneRef(b.AssigneeRef),
		Status: b.Status, Closed: b.Closed, Overdue: b.Overdue, Due: b.DueDate, Priority: b.Severity, External: b.External,
		CanEdit: b.Rights.Edit, CanDelete: b.Rights.Delete}
}

func oneRef(r portal.Ref) []projectviews.Ref {
	if r.ID == 0 {
		return nil
	}
	return []projectviews.Ref{{ID: r.ID, Name: r.Name}}
}

func itemsOf[T any](list page.Page[T], err error, item func(T) projectviews.Item) (page.Page[projectviews.Item], error) {
	out := page.Page[projectviews.Item]{Prev: list.Prev, Next: list.Next}
	for _, x := range list.Items {
		out.Items = append(out.Items, item(x))
	}
	return out, err
}

func (p *Pages) items(ctx context.Context, as portal.Member, part projectviews.Part, project id.ID, q work.ItemQuery) (page.Page[projectviews.Item], error) {
	switch part {
	case projectviews.Tasks:
		list, err := p.work.Tasks(ctx, as, project, q)
		return itemsOf(list, err, taskItem)
	case projectviews.Milestones:
		list, err := p.work.Milestones(ctx, as, project, q)
		return itemsOf(list, err, milestoneItem)
	}
	list, err := p.work.Bugs(ctx, as, project, q)
	return itemsOf(list, err, bugItem)
}

// one reads a single item; a zero id is a new one.
func (p *Pages) one(ctx context.Context, as portal.Member, part projectviews.Part, project, n id.ID) (projectviews.Item, error) {
	if n == 0 {
		return projectviews.Item{CanEdit: true}, nil
	}
	switch part {
	case projectviews.Tasks:
		t, err := p.work.Task(ctx, as, project, n)
		return taskItem(t), err
	case projectviews.Milestones:
		m, err := p.work.Milestone(ctx, as, project, n)
		return milestoneItem(m), err
	}
	b, err := p.work.Bug(ctx, as, project, n)
	return bugItem(b), err
}

func mayAdd(part projectviews.Part, r work.Rights) bool {
	return map[projectviews.Part]bool{projectviews.Tasks: r.AddTask, projectviews.Milestones: r.AddMilestone, projectviews.Bugs: r.AddBug}[part]
}

func (p *Pages) itemList(part projectviews.Part) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, as := r.Context(), member(r)
		x, err := p.of(r)
		if err != nil {
			return err
		}
		in, err := shell.ReadQuery(r)
		if err != nil {
			return err
		}
		if part == projectviews.Tasks && in.Text("view") == "board" {
			return p.board(w, r, x)
		}
		q := work.ItemQuery{Status: in.Text("status"), Mine: in.On("mine"), List: in.ID("list"), Search: in.Text("q"), Page: shell.Paging(r)}
		list, err := p.items(ctx, as, part, x.ID, q)
		if err != nil {
			return err
		}
		v := listView{part: part, base: partPath(as, x.ID, part), query: q, add: mayAdd(part, x.Rights), client: as.Client()}
		v.table = projectviews.Table(ctx, part, v.base, list.Items, part == projectviews.Tasks && !as.Client())
		v.pager = shell.Pager(r, list.Prev, list.Next)
		if part == projectviews.Tasks {
			lists, err := p.work.TaskLists(ctx, as, x.ID)
			if err != nil {
				return err
			}
			v.lists, v.manage, v.token = listRefs(lists), x.Rights.TaskLists, shell.Once()
		}
		return p.show(w, r, x, string(part), 0, itemList(v))
	}
}

// listView is a part's list with its filters and, for tasks, the line to add one.
type listView struct {
	part   projectviews.Part
	base   string
	query  work.ItemQuery
	table  ui.Table
	pager  ui.Pager
	lists  []projectviews.Ref
	add    bool
	manage bool // task lists
	client bool
	token  string
}

func listRefs(lists []work.TaskList) []projectviews.Ref {
	out := make([]projectviews.Ref, len(lists))
	for i, l := range lists {
		out[i] = projectviews.Ref{ID: l.ID, Name: l.Name}
	}
	return out
}

// itemOf reads the item of the address; zero on the form of a new one.
func itemOf(r *http.Request) (id.ID, error) {
	if chi.URLParam(r, "item") == "" {
		return 0, nil
	}
	return shell.ID(r, "item")
}

func (p *Pages) itemForm(part projectviews.Part) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return p.showItem(w, r, part, nil, ui.Errors{}, shell.Once(), 0)
	}
}

func (p *Pages) showItem(w http.ResponseWriter, r *http.Request, part projectviews.Part, typed *projectviews.Item, errs ui.Errors, token string, code int) error {
	ctx, as := r.Context(), member(r)
	x, err := p.of(r)
	if err != nil {
		return err
	}
	n, err := itemOf(r)
	if err != nil {
		return err
	}
	now, err := p.one(ctx, as, part, x.ID, n)
	if err != nil {
		return err
	}
	if n == 0 && !mayAdd(part, x.Rights) {
		return fault.Forbidden("projectpages.no_add")
	}
	f := projectviews.Form{Part: part, Base: partPath(as, x.ID, part), Now: now, Show: now, Errors: errs, Token: token}
	owners, err := p.work.Assignable(ctx, as, x.ID)
	if err != nil {
		return err
	}
	f.Owners = refs(owners)
	if part == projectviews.Tasks {
		lists, err := p.work.TaskLists(ctx, as, x.ID)
		if err != nil {
			return err
		}
		f.Lists = listRefs(lists)
	}
	f.Hours = projectviews.LogFor(projectPath(as, x.ID), part, n, x.Rights.LogTime && !x.Template)
	p.crmParts(ctx, as, x, &f)
	at := projectviews.Where{Part: part, Project: x.ID, Item: n}
	if f.Inner, err = p.inners().Inner(r, at, now, f.Base, x.Rights.AddTask); err != nil {
		return err
	}
	if f.Talk, err = p.talks().Talk(r, at, x.Rights.Comment); err != nil {
		return err
	}
	if typed != nil {
		f.Show, f.Stale = *typed, code == http.StatusConflict
		f.Show.Version, f.Show.CanEdit, f.Show.CanDelete = now.Version, now.CanEdit, now.CanDelete
		if n != 0 {
			f.Show.Parent = now.Parent
		}
	}
	last := part.New(ctx)
	if n != 0 {
		last = now.Title
	}
	return p.show(w, r, x, string(part), code, itemPage(f, last, p.askWho(as, x, part, n)), ui.Link{Label: part.Title(ctx), URL: f.Base}, ui.Link{Label: last, Current: true})
}

// askWho is where those who manage the portal's people ask who sees an item.
func (p *Pages) askWho(as portal.Member, x work.Project, part projectviews.Part, item id.ID) string {
	if item == 0 || x.Template || !as.Can(portal.ActManagePeople) {
		return ""
	}
	return explainPath(as, x.ID, kindsOf[part], item)
}

func (p *Pages) saveItem(part projectviews.Part) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		in, err := shell.ReadForm(w, r)
		if err != nil {
			return err
		}
		ctx, as := r.Context(), member(r)
		project, err := shell.ID(r, "project")
		if err != nil {
			return err
		}
		n, err := itemOf(r)
		if err != nil {
			return err
		}
		i := projectviews.ReadItem(in, n)
		stored, err := p.store(ctx, as, part, in.Text("once"), project, i)
		if err != nil {
			if !words(err) {
				return err
			}
			return p.showItem(w, r, part, &i, shell.Errors(ctx, err), in.Text("once"), shell.StatusOf(err))
		}
		to := partPath(as, project, part)
		if n == 0 && i.Parent != 0 {
			to += "/" + i.Parent.String() + "#subtasks"
		}
		if part == projectviews.Tasks && in.Text("then") == thenCRM {
			to += "/" + stored.String() + "/crm"
		}
		return p.shell.Done(w, r, to, locale.T(ctx, "projectpages.saved"))
	}
}

// thenCRM is the button that saves a task and goes on to add it to the CRM.
const thenCRM = "crm"

// crmParts adds to a task's form what the CRM has to say: the task it is tied to, or
// the way to add it.
func (p *Pages) crmParts(ctx context.Context, as portal.Member, x work.Project, f *projectviews.Form) {
	if f.Part != projectviews.Tasks || x.Template || !as.Can(portal.ActSeePeople) {
		return
	}
	if f.Now.ID != 0 {
		if panel, ok := p.crm.Task(ctx, as.Portal(), f.Base+"/"+f.Now.ID.String()); ok {
			f.Panels = append(f.Panels, panel)
		}
		return
	}
	if p.crm.CanAdd(ctx, as.Portal(), x.ID) {
		f.More = append(f.More, ui.Button{Label: locale.T(ctx, "projectpages.save_crm"), Name: "then", Value: thenCRM})
	}
}

func (p *Pages) askItem(part projectviews.Part) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, as := r.Context(), member(r)
		x, err := p.of(r)
		if err != nil {
			return err
		}
		n, err := shell.ID(r, "item")
		if err != nil {
			return err
		}
		i, err := p.one(ctx, as, part, x.ID, n)
		if err != nil {
			return err
		}
		ask := projectviews.Ask(ctx, part, partPath(as, x.ID, part), i)
		return p.shell.Render(w, r, shell.Page{Title: ask.Title, Body: framed(ask), Fragment: ask})
	}
}

func (p *Pages) deleteItem(part projectviews.Part) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, as := r.Context(), member(r)
		project, err := shell.ID(r, "project")
		if err != nil {
			return err
		}
		n, err := shell.ID(r, "item")
		if err != nil {
			return err
		}
		remove := map[projectviews.Part]func(context.Context, portal.Member, id.ID, id.ID) error{
			projectviews.Tasks: p.work.DeleteTask, projectviews.Milestones: p.work.DeleteMilestone, projectviews.Bugs: p.work.DeleteBug}[part]
		to := partPath(as, project, part)
		err = remove(ctx, as, project, n)
		if err != nil {
			to += "/" + n.String()
		}
		return p.sent(w, r, err, to, locale.T(ctx, "projectpages.deleted"))
	}
}

func itemHead(ctx context.Context, v listView) templ.Component {
	var out ui.Group
	if v.add {
		out = append(out, ui.Button{Label: v.part.New(ctx), Icon: "plus", URL: v.base + "/new", Small: true})
	}
	return out
}
