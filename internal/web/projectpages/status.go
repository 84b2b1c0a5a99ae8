package projectpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() { locale.Dynamic("projectpages.statuses.colour.") }

func statusesPath(as portal.Member) string { return base(as) + "/settings/statuses" }

// statusForm is the form of a status with what stands in it.
type statusForm struct {
	status work.ProjectStatus
	errs   ui.Errors
}

func (p *Pages) statuses(w http.ResponseWriter, r *http.Request) error {
	return p.showStatuses(w, r, statusForm{}, 0)
}

func (p *Pages) showStatuses(w http.ResponseWriter, r *http.Request, form statusForm, code int) error {
	ctx, as := r.Context(), member(r)
	list, err := p.work.StatusUse(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "projectpages.statuses")
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Body: statusesPage(statusesPath(as), title, statusTable(ctx, as, list), form),
		Crumbs: ui.Crumbs{{Label: locale.T(ctx, "projectpages.settings"), URL: base(as) + "/settings"}, {Label: title, Current: true}}})
}

func categoryWord(ctx context.Context, closed bool) string {
	if closed {
		return locale.T(ctx, "projectpages.closed")
	}
	return locale.T(ctx, "projectpages.open")
}

func statusTable(ctx context.Context, as portal.Member, list []work.ProjectStatus) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "projectpages.statuses"), Columns: []ui.Column{{Label: locale.T(ctx, "projectpages.name")},
		{Label: locale.T(ctx, "projectpages.statuses.look")}, {Label: locale.T(ctx, "projectpages.statuses.category")},
		{Label: locale.T(ctx, "projectpages.projects"), End: true}, {Label: locale.T(ctx, "projectpages.statuses.order"), Quiet: true, End: true}}}
	for i, s := range list {
		badge := projectviews.StatusBadge(ctx, gate.Project{Status: s.Key, StatusName: s.Name, StatusColour: s.Colour, Closed: s.Closed})
		at := statusesPath(as) + "/" + s.Key
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Anchor{Label: badge.Label, URL: at}, badge, ui.Text(categoryWord(ctx, s.Closed)),
			ui.Text(locale.From(ctx).Number(s.Projects)), statusMoves(at, badge.Label, i > 0, i < len(list)-1)}})
	}
	return t
}

// statusAt reads the status of the address.
func (p *Pages) statusAt(r *http.Request) (work.ProjectStatus, []work.ProjectStatus, error) {
	list, err := p.work.StatusUse(r.Context(), member(r))
	if err != nil {
		return work.ProjectStatus{}, nil, err
	}
	for _, s := range list {
		if s.Key == chi.URLParam(r, "status") {
			return s, list, nil
		}
	}
	return work.ProjectStatus{}, nil, fault.NotFound("work.fault.not_found")
}

func (p *Pages) status(w http.ResponseWriter, r *http.Request) error {
	s, _, err := p.statusAt(r)
	if err != nil {
		return err
	}
	return p.showStatus(w, r, s, statusForm{status: s}, 0)
}

func (p *Pages) showStatus(w http.ResponseWriter, r *http.Request, now work.ProjectStatus, form statusForm, code int) error {
	ctx, as := r.Context(), member(r)
	title := projectviews.StatusLabel(ctx, now.Key, now.Name)
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Body: statusPage(statusesPath(as), title, form), Crumbs: statusCrumbs(ctx, as, ui.Link{Label: title, Current: true})})
}

func statusCrumbs(ctx context.Context, as portal.Member, more ...ui.Link) ui.Crumbs {
	return append(ui.Crumbs{{Label: locale.T(ctx, "projectpages.settings"), URL: base(as) + "/settings"},
		{Label: locale.T(ctx, "projectpages.statuses"), URL: statusesPath(as)}}, more...)
}

func readStatus(in shell.Input) work.ProjectStatus {
	return work.ProjectStatus{Status: work.Status{Closed: in.Text("category") == "closed"}, Name: in.Text("name"), Colour: in.Text("colour"), Version: in.Int("version")}
}

func (p *Pages) addStatus(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	s := readStatus(in)
	if _, err := p.work.SaveProjectStatus(ctx, as, s); err != nil {
		if !words(err) || fault.Is(err, fault.KindForbidden) {
			return err
		}
		return p.showStatuses(w, r, statusForm{s, shell.Errors(ctx, err)}, shell.StatusOf(err))
	}
	return p.shell.Done(w, r, statusesPath(as), locale.T(ctx, "projectpages.saved"))
}

func (p *Pages) saveStatus(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	now, _, err := p.statusAt(r)
	if err != nil {
		return err
	}
	s := readStatus(in)
	s.Status, s.Own = now.Status, now.Own
	if _, problem := p.work.SaveProjectStatus(ctx, as, s); problem != nil {
		if !words(problem) || fault.Is(problem, fault.KindForbidden) {
			return problem
		}
		if now, _, err = p.statusAt(r); err != nil { // somebody else may have saved it just now
			return err
		}
		s.Version = now.Version
		return p.showStatus(w, r, now, statusForm{s, shell.Errors(ctx, problem)}, shell.StatusOf(problem))
	}
	return p.shell.Done(w, r, statusesPath(as), locale.T(ctx, "projectpages.saved"))
}

func (p *Pages) moveStatus(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	err = p.work.MoveProjectStatus(ctx, as, chi.URLParam(r, "status"), in.Text("to") == "up")
	return p.sent(w, r, err, statusesPath(as), locale.T(ctx, "projectpages.saved"))
}

func (p *Pages) askStatus(w http.ResponseWriter, r *http.Request) error {
	return p.showRemoval(w, r, ui.Errors{}, 0)
}

// showRemoval asks whether to remove a status, and what its projects have instead.
func (p *Pages) showRemoval(w http.ResponseWriter, r *http.Request, errs ui.Errors, code int) error {
	ctx, as := r.Context(), member(r)
	s, list, err := p.statusAt(r)
	if err != nil {
		return err
	}
	if !s.Own {
		return fault.Conflict("work.fault.builtin_status")
	}
	var others []ui.Option
	for _, x := range list {
		if x.Key != s.Key {
			others = append(others, ui.Option{Value: x.Key, Label: projectviews.StatusLabel(ctx, x.Key, x.Name), Group: categoryWord(ctx, x.Closed)})
		}
	}
	at := statusesPath(as) + "/" + s.Key
	title := locale.T(ctx, "projectpages.statuses.delete")
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "projectpages.statuses.delete_text", locale.Args{"Name": s.Name, "Count": s.Projects}),
		Action: at + "/delete", Label: title, Dangerous: true, BackURL: at, Errors: errs}
	body := removalPage(ask, s.Projects > 0, others, errs)
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Body: framed(body), Fragment: body, Crumbs: statusCrumbs(ctx, as, ui.Link{Label: s.Name, URL: at}, ui.Link{Label: title, Current: true})})
}

func (p *Pages) deleteStatus(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	err = p.work.RemoveProjectStatus(ctx, as, chi.URLParam(r, "status"), in.Text("replacement"))
	if fault.HasCode(err, "status_used") || fault.Is(err, fault.KindInvalid) {
		return p.showRemoval(w, r, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.sent(w, r, err, statusesPath(as), locale.T(ctx, "projectpages.deleted"))
}

func colourOptions(ctx context.Context) []ui.Option {
	out := []ui.Option{{Value: "", Label: locale.T(ctx, "projectpages.statuses.colour.usual")}}
	for _, c := range work.Colours() {
		out = append(out, ui.Option{Value: c, Label: locale.T(ctx, "projectpages.statuses.colour."+c)})
	}
	return out
}

func categoryOptions(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: "open", Label: locale.T(ctx, "projectpages.open")}, {Value: "closed", Label: locale.T(ctx, "projectpages.closed")}}
}

func categoryOf(s work.ProjectStatus) string {
	if s.Closed {
		return "closed"
	}
	return "open"
}
