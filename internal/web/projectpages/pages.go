package projectpages

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Panel gives the part another room has on a page of the portal at an address, which
// loads after the page; false where it has none.
type Panel func(ctx context.Context, portal id.ID, at string) (ui.Lazy, bool)

// CRM is what the CRM has to say on the pages of projects.
type CRM struct {
	Customer Panel // on a project
	Task     Panel // on a task
	// CanAdd says whether who is signed in could add a project's tasks to a CRM.
	CanAdd func(ctx context.Context, portal, project id.ID) bool
}

// Pages serves the projects of a portal below /portal/{portal}.
type Pages struct {
	shell   *shell.Shell
	portals *portal.Service
	work    *work.Service
	crm     CRM
}

// New makes the pages.
func New(s *shell.Shell, portals *portal.Service, works *work.Service, crm CRM) *Pages {
	return &Pages{shell: s, portals: portals, work: works, crm: crm}
}

// Routes adds the pages.
func (p *Pages) Routes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/", h(p.home))
	r.Get("/projects", h(p.projects))
	r.Get("/projects/new", h(p.newProject))
	r.Post("/projects", h(p.createProject))
	r.Get("/projects/bin", h(p.bin))
	r.Get("/projects/bin/empty", h(p.askEmpty))
	r.Post("/projects/bin/empty", h(p.empty))
	r.Get("/explain", h(p.explain))
	r.Get("/explain/people", h(p.explainFind(p.explainPeople)))
	r.Get("/explain/projects", h(p.explainFind(p.explainProjects)))
	r.Get("/explain/items", h(p.explainFind(p.explainItems)))
	r.Get("/view-as/{user}", h(p.viewAs))
	r.Get("/view-as/{user}/{project}", h(p.viewProject))
	r.Route("/projects/{project}", func(r chi.Router) {
		r.Get("/", h(p.project))
		r.Get("/edit", h(p.editProject))
		r.Post("/edit", h(p.saveProject))
		r.Get("/trash", h(p.askTrash))
		r.Post("/trash", h(p.trash))
		r.Post("/restore", h(p.restore))
		r.Get("/purge", h(p.askPurge))
		r.Post("/purge", h(p.purge))
		r.Get("/template", h(p.askTemplate))
		r.Post("/template", h(p.saveTemplate))
		for _, part := range projectviews.Parts() {
			r.Get("/"+string(part), h(p.itemList(part)))
			r.Post("/"+string(part), h(p.saveItem(part)))
			r.Get("/"+string(part)+"/new", h(p.itemForm(part)))
			r.Get("/"+string(part)+"/{item}", h(p.itemForm(part)))
			r.Post("/"+string(part)+"/{item}", h(p.saveItem(part)))
			r.Get("/"+string(part)+"/{item}/delete", h(p.askItem(part)))
			r.Post("/"+string(part)+"/{item}/delete", h(p.deleteItem(part)))
		}
		for _, part := range projectviews.Commented() {
			p.talks().Routes(r, part)
		}
		p.sheets().Routes(r)
		p.documents().Routes(r)
		p.inners().Routes(r)
		r.Post("/tasks/{item}/close", h(p.closeTask))
		r.Post("/tasks/{item}/status", h(p.moveTask))
		r.Get("/task-lists", h(p.taskLists))
		r.Post("/task-lists", h(p.addTaskList))
		r.Get("/task-lists/{list}", h(p.taskList))
		r.Post("/task-lists/{list}", h(p.saveTaskList))
		r.Post("/task-lists/{list}/delete", h(p.deleteTaskList))
		r.Get("/users", h(p.users))
		r.Post("/users", h(p.addMember))
		r.Post("/users/{member}/remove", h(p.removeMember))
		r.Post("/clients", h(p.addClient))
		r.Post("/clients/{company}/remove", h(p.removeClient))
	})
	r.Get("/settings/templates", h(p.templates))
	r.Post("/settings/templates", h(p.addTemplate))
	r.Get("/settings/fields", h(p.fields))
	r.Post("/settings/fields", h(p.addField))
	r.Get("/settings/fields/{field}", h(p.field))
	r.Post("/settings/fields/{field}", h(p.saveField))
	r.Get("/settings/fields/{field}/delete", h(p.askField))
	r.Post("/settings/fields/{field}/delete", h(p.deleteField))
	r.Get("/settings/statuses", h(p.statuses))
	r.Post("/settings/statuses", h(p.addStatus))
	r.Get("/settings/statuses/{status}", h(p.status))
	r.Post("/settings/statuses/{status}", h(p.saveStatus))
	r.Post("/settings/statuses/{status}/move", h(p.moveStatus))
	r.Get("/settings/statuses/{status}/delete", h(p.askStatus))
	r.Post("/settings/statuses/{status}/delete", h(p.deleteStatus))
	r.Get("/settings/groups", h(p.groups))
	r.Post("/settings/groups", h(p.addGroup))
	r.Post("/settings/groups/{group}", h(p.renameGroup))
	r.Post("/settings/groups/{group}/delete", h(p.deleteGroup))
}

func member(r *http.Request) portal.Member { return shell.From[portal.Member](r.Context()) }

func base(as portal.Member) string { return "/portal/" + as.Portal().String() }

func projectPath(as portal.Member, project id.ID) string {
	return base(as) + "/projects/" + project.String()
}

func num(n int64) string { return strconv.FormatInt(n, 10) }

func date(ctx context.Context, d string) templ.Component {
	if d == "" {
		return ui.Text("")
	}
	return ui.Text(locale.Date(ctx, d))
}

// words says whether a fault is answered on the page that was sent: what was typed
// stays, and the refusal stands beside it.
func words(err error) bool { return shell.Expected(err) || fault.Is(err, fault.KindForbidden) }

func refs(list []portal.Ref) []projectviews.Ref {
	out := make([]projectviews.Ref, len(list))
	for i, r := range list {
		out[i] = projectviews.Ref{ID: r.ID, Name: r.Name}
	}
	return out
}

func names(list []portal.Ref) string {
	out := ""
	for i, r := range list {
		if i > 0 {
			out += ", "
		}
		out += r.Name
	}
	return out
}

func projectCrumbs(ctx context.Context, as portal.Member, more ...ui.Link) ui.Crumbs {
	return append(ui.Crumbs{{Label: locale.T(ctx, "projectpages.projects"), URL: base(as) + "/projects"}}, more...)
}

// sent sends the browser on with a word of what happened, or back with what was
// refused, where no form holds what was typed.
func (p *Pages) sent(w http.ResponseWriter, r *http.Request, err error, to, done string) error {
	if err == nil {
		return p.shell.Done(w, r, to, done)
	}
	if !shell.Expected(err) {
		return err
	}
	p.shell.Flash(w, ui.Warning, locale.Fault(r.Context(), err))
	shell.Redirect(w, r, to)
	return nil
}
