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
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("integrationpages.task_field.")
	locale.Dynamic("integrationpages.task_winner.")
	locale.Dynamic("integrationpages.task_state.")
	locale.Dynamic("integrationpages.task.none_")
	locale.Dynamic("integrationpages.task_closed.")
}

// TaskPanel is the place, on a task of the CRM, of the project it is tied to.
func TaskPanel(ctx context.Context, record string) ui.Lazy {
	return ui.Lazy{ID: "project-task", URL: record + "/project-task", Label: locale.T(ctx, "integrationpages.task.title")}
}

func taskPath(as access.Actor, task id.ID) string { return recordPath(as, access.TabTasks, task) }

func (p *Pages) taskOf(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	task, err := shell.ID(r, "record")
	if err != nil {
		return err
	}
	v, err := p.tie.TaskOf(ctx, as, task)
	if err != nil {
		return err
	}
	if v.State == integration.StateHidden {
		return fault.NotFound("fault.not_found")
	}
	part := taskPanel(as, taskPath(as, task), v)
	title := locale.T(ctx, "integrationpages.task.title")
	return p.shell.Render(w, r, shell.Page{Title: title, Fragment: part, Body: templ.Join(ui.Header{Title: title}, part)})
}

// doTask does one act on the task of the address and goes back to it.
func (p *Pages) doTask(done string, act func(context.Context, access.Actor, id.ID, shell.Input) error) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		in, err := shell.ReadForm(w, r)
		if err != nil {
			return err
		}
		ctx, as := r.Context(), actor(r)
		task, err := shell.ID(r, "record")
		if err != nil {
			return err
		}
		if err := act(ctx, as, task, in); err != nil {
			if !mendable(err) {
				return err
			}
			p.shell.Flash(w, ui.Warning, shell.Errors(ctx, err).Summary)
			shell.Redirect(w, r, taskPath(as, task))
			return nil
		}
		return p.shell.Done(w, r, taskPath(as, task)+"#project-task", locale.T(ctx, done))
	}
}

func (p *Pages) taskRoutes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/Tasks/{record}/project-task", h(p.taskOf))
	r.Post("/Tasks/{record}/project-task", h(p.doTask("integrationpages.task.added", func(ctx context.Context, as access.Actor, task id.ID, in shell.Input) error {
		return p.tie.AddToProject(ctx, as, task, in.ID("project"))
	})))
	r.Post("/Tasks/{record}/project-task/retry", h(p.doTask("integrationpages.task.tried", func(ctx context.Context, as access.Actor, task id.ID, _ shell.Input) error {
		return p.tie.RetryTask(ctx, as, task)
	})))
	r.Get("/Tasks/{record}/project-task/untie", h(p.askUntie))
	r.Post("/Tasks/{record}/project-task/untie", h(p.doTask("integrationpages.task.untied", func(ctx context.Context, as access.Actor, task id.ID, _ shell.Input) error {
		return p.tie.UntieTask(ctx, as, task)
	})))
}

func (p *Pages) askUntie(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	task, err := shell.ID(r, "record")
	if err != nil {
		return err
	}
	v, err := p.tie.TaskOf(ctx, as, task)
	if err != nil {
		return err
	}
	if v.Tie.ID == 0 {
		return fault.NotFound("fault.not_found")
	}
	title := locale.T(ctx, "integrationpages.task.untie")
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "integrationpages.task.untie_text"), Action: taskPath(as, task) + "/project-task/untie",
		Label: title, BackURL: taskPath(as, task)}
	return p.shell.Render(w, r, shell.Page{Title: title, Body: asPage(ask), Fragment: ask})
}

func taskState(ctx context.Context, t integration.TaskTie) ui.Badge {
	tone := map[string]ui.Tone{integration.TaskSynced: ui.Success, integration.TaskFailed: ui.Danger}[t.State]
	return ui.Badge{Label: locale.T(ctx, "integrationpages.task_state."+t.State), Tone: tone}
}

func conflictTable(ctx context.Context, list []integration.TaskConflict) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.task.conflicts"), Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.task.field")},
		{Label: locale.T(ctx, "integrationpages.task.in_crm")}, {Label: locale.T(ctx, "integrationpages.task.in_projects")},
		{Label: locale.T(ctx, "integrationpages.task.winner")}, {Label: locale.T(ctx, "integrationpages.task.when")}}}
	for _, c := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(locale.T(ctx, "integrationpages.task_field."+c.Field)), ui.Text(conflictWord(ctx, c.Field, c.CRM)), ui.Text(conflictWord(ctx, c.Field, c.Project)),
			ui.Text(locale.T(ctx, "integrationpages.task_winner."+c.Winner)), ui.Text(locale.DateTime(ctx, c.At))}})
	}
	return t
}

// conflictWord writes a side's value as far as it says something by itself.
func conflictWord(ctx context.Context, field, value string) string {
	switch field {
	case "closed":
		return locale.T(ctx, "integrationpages.task_closed."+value)
	case "owner":
		return ""
	case "start", "due":
		if value != "" {
			return locale.Date(ctx, value)
		}
	}
	return value
}

func gateOptions(list []gate.Ref) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, r := range list {
		out[i] = ui.Option{Value: r.ID.String(), Label: r.Name}
	}
	return out
}

// itemURL is the project's task as CRM shows it.
func itemURL(as access.Actor, t integration.TaskTie) string {
	return partPath(as, t.Project, projectviews.Tasks) + "/" + t.Item.String()
}

// taskQueue shows the administrator what waits and what failed.
func (p *Pages) taskQueue(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	state := integration.TaskFailed
	if r.URL.Query().Get("state") == integration.TaskWaiting {
		state = integration.TaskWaiting
	}
	list, err := p.tie.TaskQueue(ctx, as, state, shell.Paging(r))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.task.queue")
	return p.shell.Render(w, r, shell.Page{Title: title, Wide: true,
		Crumbs: p.crumbs(ctx, as, title), Body: taskQueuePage(p.at(r, ""), title, state, queueTable(ctx, as, state, list), shell.Pager(r, "", list.Next))})
}

func queueTable(ctx context.Context, as access.Actor, state string, list page.Page[integration.TaskQueueRow]) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.task.queue"), Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.task.subject")},
		{Label: locale.T(ctx, "integrationpages.task.reason")}, {Label: locale.T(ctx, "integrationpages.task.when")}},
		Empty: ui.Empty{Icon: "layout-list", Title: locale.T(ctx, "integrationpages.task.none_"+state)}}
	for _, x := range list.Items {
		why := ""
		if x.Reason != nil {
			why = locale.T(ctx, x.Reason.Key, locale.Args(x.Reason.Args))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Anchor{Label: x.Subject, URL: taskPath(as, x.Task)}, ui.Text(why), ui.Text(locale.DateTime(ctx, x.At))}})
	}
	return t
}

func (p *Pages) retryTasks(w http.ResponseWriter, r *http.Request) error {
	if err := p.tie.RetryTasks(r.Context(), actor(r)); err != nil {
		return err
	}
	return p.shell.Done(w, r, p.at(r, "/tasks?state=waiting"), locale.T(r.Context(), "integrationpages.task.tried"))
}
