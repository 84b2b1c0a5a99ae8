package integrationpages

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// CRMTaskPanel is the place, on a task in Projects, of its task in the CRM.
func CRMTaskPanel(ctx context.Context, at string) ui.Lazy {
	return ui.Lazy{ID: "crm-task", URL: at + "/crm", Label: locale.T(ctx, "integrationpages.task.title_crm")}
}

// place is a task of a project, as an address of Projects names it.
type place struct{ portal, project, task id.ID }

func taskPlace(r *http.Request) (at place, err error) {
	if at.portal, err = shell.ID(r, "portal"); err != nil {
		return at, err
	}
	if at.project, err = shell.ID(r, "project"); err != nil {
		return at, err
	}
	at.task, err = shell.ID(r, "item")
	return at, err
}

func (at place) url() string {
	return "/portal/" + at.portal.String() + "/projects/" + at.project.String() + "/tasks/" + at.task.String()
}

func (p *Pages) taskCards(w http.ResponseWriter, r *http.Request) error {
	return p.showTaskCards(w, r, nil)
}

func (p *Pages) showTaskCards(w http.ResponseWriter, r *http.Request, problem error) error {
	ctx := r.Context()
	who, err := shell.Signed(ctx)
	if err != nil {
		return err
	}
	at, err := taskPlace(r)
	if err != nil {
		return err
	}
	list, err := p.tie.TaskCards(ctx, who, at.portal, at.project, at.task)
	if err != nil && !fault.Is(err, fault.KindUnavailable) {
		return err
	}
	part := taskCards(at.url(), list, shell.Errors(ctx, problem))
	title := locale.T(ctx, "integrationpages.task.title_crm")
	body := templ.Join(ui.Header{Title: title, Actions: []templ.Component{ui.Button{Label: locale.T(ctx, "integrationpages.task.back"), URL: at.url()}}}, part)
	return p.shell.Render(w, r, shell.Page{Title: title, Status: shell.StatusOf(problem), Fragment: part, Body: body})
}

func (p *Pages) addToCRM(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	who, err := shell.Signed(ctx)
	if err != nil {
		return err
	}
	at, err := taskPlace(r)
	if err != nil {
		return err
	}
	org := in.ID("org")
	var on integration.RecordRef
	if module, record, ok := strings.Cut(in.Text("record."+org.String()), ":"); ok {
		on.Module = module
		on.ID, _ = id.Parse(record)
	}
	if err := p.tie.AddToCRM(ctx, who, at.portal, at.project, at.task, org, on); err != nil {
		if !mendable(err) {
			return err
		}
		return p.showTaskCards(w, r, err)
	}
	return p.shell.Done(w, r, at.url(), locale.T(ctx, "integrationpages.task.added_crm"))
}

// cardOptions offers the accounts, mapped ones first, and the deals.
func cardOptions(ctx context.Context, c integration.TaskCard) []ui.Option {
	var out []ui.Option
	add := func(list []integration.RecordRef, key string) {
		for _, r := range list {
			out = append(out, ui.Option{Value: r.Module + ":" + r.ID.String(), Label: r.Name, Group: locale.T(ctx, key)})
		}
	}
	add(c.Mapped, "integrationpages.task.mapped")
	add(c.Unmapped, "integrationpages.task.unmapped")
	add(c.Deals, "integrationpages.task.deal")
	return out
}

func queueActions(ctx context.Context, base, state string) []templ.Component {
	if state != integration.TaskFailed {
		return nil
	}
	return []templ.Component{ui.Post{Action: base + "/tasks/retry", Button: ui.Button{Label: locale.T(ctx, "integrationpages.task.retry_all")}}}
}
