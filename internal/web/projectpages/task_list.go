package projectpages

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// taskListsPath leads from a project's tasks to its task lists.
func taskListsPath(tasks string) string { return strings.TrimSuffix(tasks, "tasks") + "task-lists" }

func listsOf(as portal.Member, project id.ID) string {
	return projectPath(as, project) + "/task-lists"
}

// listForm is a task list as typed.
type listForm struct {
	action    string
	milestone []projectviews.Ref
	values    work.TaskListInput
	errs      ui.Errors
	token     string
	now       *work.TaskList // set when somebody saved first
	gone      bool           // it may be deleted
}

func (p *Pages) taskLists(w http.ResponseWriter, r *http.Request) error {
	return p.showLists(w, r, work.TaskListInput{External: true}, ui.Errors{}, shell.Once(), 0)
}

func (p *Pages) showLists(w http.ResponseWriter, r *http.Request, typed work.TaskListInput, errs ui.Errors, token string, code int) error {
	ctx, as := r.Context(), member(r)
	x, err := p.of(r)
	if err != nil {
		return err
	}
	lists, err := p.work.TaskLists(ctx, as, x.ID)
	if err != nil {
		return err
	}
	milestones, err := p.milestones(ctx, as, x.ID)
	if err != nil {
		return err
	}
	v := listForm{action: listsOf(as, x.ID), milestone: milestones, values: typed, errs: errs, token: token}
	title := locale.T(ctx, "projectpages.task_lists")
	return p.show(w, r, x, "tasks", code, taskListsPage(v, taskListTable(ctx, as, x, lists), x.Rights.TaskLists),
		ui.Link{Label: projectviews.Tasks.Title(ctx), URL: partPath(as, x.ID, projectviews.Tasks)}, ui.Link{Label: title, Current: true})
}

// milestones offers the open milestones.
func (p *Pages) milestones(ctx context.Context, as portal.Member, project id.ID) ([]projectviews.Ref, error) {
	list, err := p.work.Milestones(ctx, as, project, work.ItemQuery{Status: "open"})
	var out []projectviews.Ref
	for _, m := range list.Items {
		out = append(out, projectviews.Ref{ID: m.ID, Name: m.Name})
	}
	return out, err
}

func taskListTable(ctx context.Context, as portal.Member, x work.Project, lists []work.TaskList) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "projectpages.task_lists"), Columns: []ui.Column{{Label: locale.T(ctx, "projectpages.task_list")},
		{Label: locale.T(ctx, "projectpages.seen_by")}, {Label: locale.T(ctx, "projectpages.open_tasks"), End: true}}}
	for _, l := range lists {
		var name templ.Component = ui.Text(l.Name)
		if l.Rights.Edit {
			name = ui.Anchor{Label: l.Name, URL: listsOf(as, x.ID) + "/" + l.ID.String()}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{name, ui.Text(seenBy(ctx, l.External)), openOf(ctx, l.Tasks)}})
	}
	return t
}

func seenBy(ctx context.Context, external bool) string {
	if external {
		return locale.T(ctx, "projectviews.external")
	}
	return locale.T(ctx, "projectviews.internal")
}

func readList(in shell.Input, n id.ID) work.TaskListInput {
	return work.TaskListInput{ID: n, Version: in.Int("version"), Name: in.Text("name"), External: in.On("external"), Milestone: in.ID("milestone")}
}

func (p *Pages) addTaskList(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	v := readList(in, 0)
	if _, err := p.work.CreateTaskList(ctx, as, project, in.Text("once"), v); err != nil {
		if !words(err) {
			return err
		}
		return p.showLists(w, r, v, shell.Errors(ctx, err), in.Text("once"), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, listsOf(as, project), locale.T(ctx, "projectpages.saved"))
}

func (p *Pages) taskList(w http.ResponseWriter, r *http.Request) error {
	return p.showList(w, r, nil, ui.Errors{}, 0)
}

func (p *Pages) showList(w http.ResponseWriter, r *http.Request, typed *work.TaskListInput, errs ui.Errors, code int) error {
	ctx, as := r.Context(), member(r)
	x, err := p.of(r)
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "list")
	if err != nil {
		return err
	}
	l, err := p.work.TaskList(ctx, as, x.ID, n)
	if err != nil {
		return err
	}
	milestones, err := p.milestones(ctx, as, x.ID)
	if err != nil {
		return err
	}
	v := listForm{action: listsOf(as, x.ID) + "/" + n.String(), milestone: milestones, values: l.TaskListInput, errs: errs,
		gone: l.Rights.Delete && !l.Default && l.Tasks == work.Count{}}
	if typed != nil {
		v.values = *typed
		v.values.Version = l.Version
		if code == http.StatusConflict {
			v.now = &l
		}
	}
	return p.show(w, r, x, "tasks", code, taskListPage(v, l.Rights.Edit),
		ui.Link{Label: locale.T(ctx, "projectpages.task_lists"), URL: listsOf(as, x.ID)}, ui.Link{Label: l.Name, Current: true})
}

func (p *Pages) saveTaskList(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "list")
	if err != nil {
		return err
	}
	v := readList(in, n)
	if _, err := p.work.UpdateTaskList(ctx, as, project, v); err != nil {
		if !words(err) {
			return err
		}
		return p.showList(w, r, &v, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, listsOf(as, project), locale.T(ctx, "projectpages.saved"))
}

func (p *Pages) deleteTaskList(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "list")
	if err != nil {
		return err
	}
	return p.sent(w, r, p.work.DeleteTaskList(ctx, as, project, n), listsOf(as, project), locale.T(ctx, "projectpages.deleted"))
}
