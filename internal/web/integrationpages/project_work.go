package integrationpages

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// workRoutes adds a project's tasks, milestones and bugs: one list and one form each.
func (p *Pages) workRoutes(r chi.Router) {
	h := p.shell.Handle
	for _, part := range projectviews.Parts() {
		at := "/" + string(part)
		r.Get(at, h(p.itemList(part)))
		r.Post(at, h(p.saveItem(part)))
		r.Get(at+"/new", h(p.itemForm(part)))
		r.Get(at+"/{item}", h(p.itemForm(part)))
		r.Post(at+"/{item}", h(p.saveItem(part)))
		r.Get(at+"/{item}/delete", h(p.askItem(part)))
		r.Post(at+"/{item}/delete", h(p.deleteItem(part)))
	}
	r.Post("/tasks/{item}/status", h(p.moveTask))
	p.sheets().Routes(r)
	p.documents().Routes(r)
	p.inners().Routes(r)
	p.teamRoutes(r)
	for _, part := range projectviews.Commented() {
		p.talks().Routes(r, part)
	}
}

func taskItem(t gate.Task) projectviews.Item { return projectviews.GateTask(t) }

func milestoneItem(m gate.Milestone) projectviews.Item {
	return projectviews.Item{ID: m.ID, Version: m.Version, Title: m.Name, Owners: oneRef(m.OwnerRef), Status: m.Status, Closed: m.Closed,
		Start: m.StartDate, Due: m.EndDate, External: m.External, CanEdit: m.Rights.Edit, CanDelete: m.Rights.Delete}
}

func bugItem(b gate.Bug) projectviews.Item {
	return projectviews.Item{ID: b.ID, Version: b.Version, Number: b.Number, Title: b.Title, Text: projectviews.Plain(b.Description), Owners: oneRef(b.AssigneeRef),
		Status: b.Status, Closed: b.Closed, Due: b.DueDate, Priority: b.Severity, External: b.External, CanEdit: b.Rights.Edit, CanDelete: b.Rights.Delete}
}

func viewRefs(list []gate.Ref) []projectviews.Ref {
	out := make([]projectviews.Ref, len(list))
	for i, r := range list {
		out[i] = projectviews.Ref{ID: r.ID, Name: r.Name}
	}
	return out
}

func oneRef(r gate.Ref) []projectviews.Ref {
	if r.ID == 0 {
		return nil
	}
	return viewRefs([]gate.Ref{r})
}

// items reads one page of a part.
func (p *Pages) items(ctx context.Context, as access.Actor, part projectviews.Part, project id.ID, q gate.WorkQuery) (list []projectviews.Item, prev, next string, err error) {
	switch part {
	case projectviews.Tasks:
		found, err := p.tie.Tasks(ctx, as, project, q)
		for _, t := range found.Items {
			list = append(list, taskItem(t))
		}
		return list, found.Prev, found.Next, err
	case projectviews.Milestones:
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

func (p *Pages) itemList(part projectviews.Part) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, as := r.Context(), actor(r)
		v, err := p.projectOf(r)
		if err != nil {
			return err
		}
		if part == projectviews.Tasks && r.URL.Query().Get("view") == "board" {
			return p.board(w, r, v)
		}
		q := gate.WorkQuery{Status: r.URL.Query().Get("status"), Page: shell.Paging(r)}
		list, prev, next, err := p.items(ctx, as, part, v.Project.ID, q)
		if err != nil {
			return err
		}
		base := partPath(as, v.Project.ID, part)
		return p.showProject(w, r, v, string(part), itemsPage(part, base, mayAdd(part, v.Project.Rights), projectviews.Table(ctx, part, base, list, false), shell.Pager(r, prev, next)))
	}
}

func (p *Pages) projectOf(r *http.Request) (integration.ProjectView, error) {
	project, err := shell.ID(r, "project")
	if err != nil {
		return integration.ProjectView{}, err
	}
	return p.tie.Project(r.Context(), actor(r), project)
}

func mayAdd(part projectviews.Part, r gate.ProjectRights) bool {
	return map[projectviews.Part]bool{projectviews.Tasks: r.AddTask, projectviews.Milestones: r.AddMilestone, projectviews.Bugs: r.AddBug}[part]
}

func mayComment(part projectviews.Part, r gate.ProjectRights) bool {
	return part == projectviews.Tasks && r.CommentTask || part == projectviews.Bugs && r.CommentBug
}

func partPath(as access.Actor, project id.ID, part projectviews.Part) string {
	return projectPath(as, project) + "/" + string(part)
}

// one reads a single item; a zero id is a new one.
func (p *Pages) one(ctx context.Context, as access.Actor, part projectviews.Part, project, n id.ID) (projectviews.Item, error) {
	if n == 0 {
		return projectviews.Item{CanEdit: true}, nil
	}
	switch part {
	case projectviews.Tasks:
		t, err := p.tie.Task(ctx, as, project, n)
		return taskItem(t), err
	case projectviews.Milestones:
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

func (p *Pages) itemForm(part projectviews.Part) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return p.showItem(w, r, part, nil, ui.Errors{}, shell.Once(), 0)
	}
}

func (p *Pages) showItem(w http.ResponseWriter, r *http.Request, part projectviews.Part, typed *projectviews.Item, errs ui.Errors, token string, status int) error {
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
		return fault.Forbidden("projectviews.no_add")
	}
	f := projectviews.Form{Part: part, Base: partPath(as, v.Project.ID, part), Now: now, Show: now, Errors: errs, Token: token}
	owners, err := p.tie.ProjectMembers(ctx, as, v.Project.ID)
	if err != nil {
		return err
	}
	f.Owners = viewRefs(owners)
	if part == projectviews.Tasks {
		lists, err := p.tie.TaskLists(ctx, as, v.Project.ID)
		if err != nil {
			return err
		}
		for _, l := range lists {
			f.Lists = append(f.Lists, projectviews.Ref{ID: l.ID, Name: l.Name})
		}
	}
	f.Hours = projectviews.LogFor(projectPath(as, v.Project.ID), part, n, v.Project.Rights.LogTime)
	at := projectviews.Where{Part: part, Project: v.Project.ID, Item: n}
	if f.Inner, err = p.inners().Inner(r, at, now, f.Base, v.Project.Rights.AddTask); err != nil {
		return err
	}
	if f.Talk, err = p.talks().Talk(r, at, mayComment(part, v.Project.Rights)); err != nil {
		return err
	}
	if typed != nil {
		f.Show, f.Stale = *typed, status == http.StatusConflict
		f.Show.Version, f.Show.CanEdit, f.Show.CanDelete = now.Version, now.CanEdit, now.CanDelete
		if n != 0 {
			f.Show.Parent = now.Parent
		}
	}
	return p.showProjectPage(w, r, v, string(part), status, projectviews.Page(f))
}

func (p *Pages) saveItem(part projectviews.Part) shell.Handler {
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
		i := projectviews.ReadItem(in, n)
		if err := p.store(ctx, as, part, in.Text("once"), project, i); err != nil {
			if !p.words(err) {
				return err
			}
			return p.showItem(w, r, part, &i, shell.Errors(ctx, err), in.Text("once"), shell.StatusOf(err))
		}
		to := partPath(as, project, part)
		if n == 0 && i.Parent != 0 {
			to += "/" + i.Parent.String() + "#subtasks"
		}
		return p.shell.Done(w, r, to, locale.T(ctx, "integrationpages.saved"))
	}
}

// store saves through the integration, which asks both gates. A text left as it was
// keeps the formatting a text box cannot show.
func (p *Pages) store(ctx context.Context, as access.Actor, part projectviews.Part, token string, project id.ID, i projectviews.Item) error {
	var err error
	switch part {
	case projectviews.Tasks:
		t := gate.TaskInput{ID: i.ID, Version: i.Version, List: i.List, Title: i.Title, Description: i.Text, Owners: i.OwnerIDs(), Status: i.Status,
			Priority: i.Priority, StartDate: i.Start, DueDate: i.Due, Percent: projectviews.ReadPercent(i.Percent),
			Parent: i.Parent, Whole: i.Whole}
		if i.ID != 0 {
			now, err := p.tie.Task(ctx, as, project, i.ID)
			if err != nil {
				return err
			}
			t.Description = projectviews.Kept(i.Text, now.Description)
		}
		_, err = p.tie.SaveTask(ctx, as, token, project, t)
	case projectviews.Milestones:
		_, err = p.tie.SaveMilestone(ctx, as, token, project, gate.MilestoneInput{ID: i.ID, Version: i.Version, Name: i.Title, Owner: i.FirstOwner(), StartDate: i.Start,
			EndDate: i.Due, Status: i.Status, External: i.External})
	default:
		b := gate.BugInput{ID: i.ID, Version: i.Version, Title: i.Title, Description: i.Text, Assignee: i.FirstOwner(),
			Status: i.Status, Severity: i.Priority, DueDate: i.Due, External: i.External}
		if i.ID != 0 {
			now, err := p.tie.Bug(ctx, as, project, i.ID)
			if err != nil {
				return err
			}
			b.Classification, b.Description = now.Classification, projectviews.Kept(i.Text, now.Description)
		}
		_, err = p.tie.SaveBug(ctx, as, token, project, b)
	}
	return err
}

func (p *Pages) askItem(part projectviews.Part) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, as := r.Context(), actor(r)
		v, err := p.projectOf(r)
		if err != nil {
			return err
		}
		n, err := shell.ID(r, "item")
		if err != nil {
			return err
		}
		i, err := p.one(ctx, as, part, v.Project.ID, n)
		if err != nil {
			return err
		}
		ask := projectviews.Ask(ctx, part, partPath(as, v.Project.ID, part), i)
		return p.shell.Render(w, r, shell.Page{Title: ask.Title, Body: asPage(ask), Fragment: ask})
	}
}

func (p *Pages) deleteItem(part projectviews.Part) shell.Handler {
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
		case projectviews.Tasks:
			err = p.tie.DeleteTask(ctx, as, project, n)
		case projectviews.Milestones:
			err = p.tie.DeleteMilestone(ctx, as, project, n)
		default:
			err = p.tie.DeleteBug(ctx, as, project, n)
		}
		if fault.Is(err, fault.KindConflict) {
			p.shell.Flash(w, ui.Warning, shell.Errors(ctx, err).Summary)
			shell.Redirect(w, r, partPath(as, project, part)+"/"+n.String())
			return nil
		}
		if err != nil {
			return err
		}
		return p.shell.Done(w, r, partPath(as, project, part), locale.T(ctx, "projectviews.deleted"))
	}
}
