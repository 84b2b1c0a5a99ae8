package integrationpages

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// tab is the Projects tab.
func (p *Pages) tab(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	q := sorting(r)
	list, err := p.tie.ProjectList(ctx, as, q)
	if err != nil {
		return err
	}
	body := tabPage(r, as, q, list)
	return p.shell.Render(w, r, shell.Page{Title: locale.T(ctx, "integrationpages.tab"), Body: body, Wide: true})
}

// related is the Projects list of a record, loaded after the record page; opened by
// itself it is a page with the way back.
func (p *Pages) related(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	module, record, err := from(r)
	if err != nil {
		return err
	}
	q := sorting(r)
	list, err := p.tie.RelatedList(ctx, as, module, record, q)
	if err != nil {
		return err
	}
	part := relatedList(r, as, module, record, q, list)
	if list.State == integration.StateHidden {
		if !shell.IsFragment(r) {
			return fault.NotFound("fault.not_found")
		}
		return p.shell.RenderPart(w, r, ui.Text(""))
	}
	return p.shell.Render(w, r, shell.Page{
		Title: locale.T(ctx, "integrationpages.tab"), Fragment: part,
		Body:   templ.Join(ui.Header{Title: locale.T(ctx, "integrationpages.tab")}, part),
		Crumbs: ui.Crumbs{{Label: list.Record.Name, URL: recordPath(as, module, record)}, {Label: locale.T(ctx, "integrationpages.tab"), Current: true}},
	})
}

// pick lists the projects that can be associated with a record.
func (p *Pages) pick(w http.ResponseWriter, r *http.Request) error {
	return p.showPick(w, r, ui.Errors{}, 0)
}

func (p *Pages) showPick(w http.ResponseWriter, r *http.Request, errs ui.Errors, status int) error {
	ctx, as := r.Context(), actor(r)
	module, record, err := from(r)
	if err != nil {
		return err
	}
	form, err := p.tie.NewProjectForm(ctx, as, module, record)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.associate.title")
	crumbs := ui.Crumbs{{Label: form.Record.Name, URL: recordPath(as, module, record)}, {Label: title, Current: true}}
	if form.Blocked != integration.NextNone {
		return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: crumbs, Status: status, Body: blockedPage(as, title, form, repairValues{Then: "associate"}, ui.Errors{})})
	}
	q := sorting(r)
	list, err := p.tie.PickProjects(ctx, as, module, record, q)
	if err != nil {
		return err
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: crumbs, Status: status,
		Body: pickPage(r, as, title, form, list.Items, q, errs, shell.Once(), shell.Pager(r, list.Prev, list.Next))})
}

// associate puts the ticked projects on the record.
func (p *Pages) associate(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	module, record, err := from(r)
	if err != nil {
		return err
	}
	projects := in.IDs("project")
	if len(projects) == 0 {
		err := fault.Invalid("integrationpages.associate.choose")
		return p.showPick(w, r, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	done, err := p.tie.AssociateExisting(ctx, as, integration.Associate{
		Idem: in.Text("once"), Module: module, Record: record, Projects: projects, Contacts: in.IDs("contact"), Known: in.IDs("known")})
	if err != nil {
		if !p.words(err) {
			return err
		}
		return p.showPick(w, r, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	var failed ui.Errors
	for _, d := range done {
		if d.Problem != nil {
			failed.Summary = locale.T(ctx, "integrationpages.associate.some_failed")
			failed.Fields = append(failed.Fields, ui.FieldError{Name: "project", Text: locale.Fault(ctx, d.Problem)})
		}
	}
	if failed.Any() {
		return p.showPick(w, r, failed, http.StatusConflict)
	}
	return p.shell.Done(w, r, recordPath(as, module, record), locale.T(ctx, "integrationpages.associate.done", locale.Args{"Count": len(done)}))
}

// words says whether a fault is told inside the page: one that the person can mend or
// that names the gate that refused.
func (p *Pages) words(err error) bool {
	return shell.Expected(err) || fault.Is(err, fault.KindForbidden)
}

func (p *Pages) askDisassociate(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	module, record, err := from(r)
	if err != nil {
		return err
	}
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	v, err := p.tie.Project(ctx, as, project)
	if err != nil {
		return err
	}
	users, err := p.tie.BroughtUsers(ctx, as, module, record, project)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.disassociate")
	ask := disassociateForm(ui.Confirm{
		Title: title, Text: locale.T(ctx, "integrationpages.disassociate.text", locale.Args{"Name": v.Project.Name}),
		Action: r.URL.Path, Label: title, BackURL: recordPath(as, module, record),
	}, users)
	return p.shell.Render(w, r, shell.Page{Title: title, Body: asPage(ask), Fragment: ask})
}

func (p *Pages) disassociate(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	module, record, err := from(r)
	if err != nil {
		return err
	}
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	if err := p.tie.Disassociate(ctx, as, chi.URLParam(r, "module"), record, project, in.On("users")); err != nil {
		return err
	}
	return p.shell.Done(w, r, recordPath(as, module, record), locale.T(ctx, "integrationpages.disassociated"))
}
