package crmpages

import (
	"context"
	"net/http"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/crm/schema"
	"musubi/internal/crm/view"
	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// viewForm is the page on which a view is made or changed. A built-in view has columns
// alone to choose.
type viewForm struct {
	module  *schema.Module
	title   string
	action  string
	back    string
	draft   viewDraft
	version int64 // zero for a new view
	errs    ui.Errors
	clash   *clash
	columns bool // nothing but the columns
}

func viewURL(as access.Actor, module, key string) string {
	return ui.URL(modulePath(as, module), "view", key)
}

func viewName(ctx context.Context, v view.View) string {
	if v.Title != "" {
		return locale.T(ctx, v.Title)
	}
	return v.Name
}

// openView gives the saved view the address names.
func (p *Pages) openView(r *http.Request) (*schema.Module, view.View, error) {
	m, err := p.module(r)
	if err != nil {
		return nil, view.View{}, err
	}
	n, err := shell.ID(r, "view")
	if err != nil {
		return nil, view.View{}, err
	}
	v, err := p.views.Get(r.Context(), actor(r), m.Name, n)
	return m, v, err
}

// newView begins a view with what the one in ?from= shows.
func (p *Pages) newView(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, err := p.module(r)
	if err != nil {
		return err
	}
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	from := view.View{Key: view.KeyAll, Draft: view.Draft{Columns: view.Usual(as, m)}}
	if key := in.Text("from"); key != "" {
		shelf, err := p.views.Shelf(ctx, as, m.Name, key)
		if err != nil {
			return err
		}
		from = shelf.Current
		if from.Key != view.KeyAll {
			from.Name = locale.T(ctx, "crmpages.view.copy", locale.Args{"Name": viewName(ctx, from)})
		}
	}
	from.Shared = false
	d, err := p.viewDraftOf(ctx, as, m, from.Draft)
	if err != nil {
		return err
	}
	return p.showView(w, r, newViewForm(ctx, as, m, d, from.Key), nil)
}

func newViewForm(ctx context.Context, as access.Actor, m *schema.Module, d viewDraft, back string) viewForm {
	return viewForm{module: m, title: locale.T(ctx, "crmpages.view.new"), action: modulePath(as, m.Name) + "/views/new", back: viewURL(as, m.Name, back), draft: d}
}

func (p *Pages) createView(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	m, err := p.module(r)
	if err != nil {
		return err
	}
	d, saves := readViewDraft(in, as, m)
	form := newViewForm(ctx, as, m, d, view.KeyAll)
	if !saves {
		return p.showView(w, r, form, nil)
	}
	asked, err := p.asked(ctx, as, d)
	if err == nil {
		var made view.View
		if made, err = p.views.Create(ctx, as, m.Name, asked); err == nil {
			return p.shell.Done(w, r, viewURL(as, m.Name, made.Key), locale.T(ctx, "crmpages.view.saved", locale.Args{"Name": made.Name}))
		}
	}
	return p.showView(w, r, form, err)
}

func (p *Pages) editView(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, v, err := p.openView(r)
	if err != nil {
		return err
	}
	if !v.Edit {
		return fault.Forbidden("crm.view.no_edit").WithCode("no_right")
	}
	d, err := p.viewDraftOf(ctx, as, m, v.Draft)
	if err != nil {
		return err
	}
	return p.showView(w, r, editViewForm(ctx, as, m, v, d, v.Version), nil)
}

func editViewForm(ctx context.Context, as access.Actor, m *schema.Module, v view.View, d viewDraft, version int64) viewForm {
	return viewForm{module: m, title: locale.T(ctx, "crmpages.view.edit_one", locale.Args{"Name": v.Name}), version: version,
		action: modulePath(as, m.Name) + "/views/" + v.Key + "/edit", back: viewURL(as, m.Name, v.Key), draft: d}
}

func (p *Pages) saveView(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	m, v, err := p.openView(r)
	if err != nil {
		return err
	}
	d, saves := readViewDraft(in, as, m)
	form := editViewForm(ctx, as, m, v, d, in.Int("version"))
	if !saves {
		return p.showView(w, r, form, nil)
	}
	asked, err := p.asked(ctx, as, d)
	if err == nil {
		_, err = p.views.Update(ctx, as, m.Name, v.ID, form.version, asked)
	}
	if err == nil {
		return p.shell.Done(w, r, form.back, locale.T(ctx, "crmpages.view.saved", locale.Args{"Name": asked.Name}))
	}
	if fault.Is(err, fault.KindStale) {
		now, readErr := p.views.Get(ctx, as, m.Name, v.ID)
		if readErr != nil {
			return readErr
		}
		form.version = now.Version
		if form.clash, readErr = p.viewClash(ctx, as, m, asked, now); readErr != nil {
			return readErr
		}
	}
	return p.showView(w, r, form, err)
}

// viewClash compares what was typed with what somebody else saved.
func (p *Pages) viewClash(ctx context.Context, as access.Actor, m *schema.Module, mine view.Draft, now view.View) (*clash, error) {
	c := &clash{By: now.ChangedBy, At: locale.DateTime(ctx, now.Changed)}
	names, err := p.criteriaNames(ctx, as, m, slices.Concat(mine.Criteria.List, now.Criteria.List))
	if err != nil {
		return nil, err
	}
	type line struct{ label, mine, theirs string }
	for _, l := range []line{
		{"crmpages.view.name", mine.Name, now.Name},
		{"crmpages.view.criteria", criteriaText(ctx, as, m, mine.Criteria, names), criteriaText(ctx, as, m, now.Criteria, names)},
		{"crmpages.view.columns", columnsText(ctx, m, mine.Columns), columnsText(ctx, m, now.Columns)},
		{"crmpages.view.sort", orderText(ctx, m, mine), orderText(ctx, m, now.Draft)},
		{"crmpages.view.shared", yesNo(ctx, mine.Shared), yesNo(ctx, now.Shared)},
	} {
		if l.mine != l.theirs {
			c.Rows = append(c.Rows, clashRow{locale.T(ctx, l.label), l.mine, l.theirs})
		}
	}
	return c, nil
}

// showView shows the form again with what stands in it; what is no fault of the person
// is not shown but returned.
func (p *Pages) showView(w http.ResponseWriter, r *http.Request, form viewForm, problem error) error {
	ctx, as := r.Context(), actor(r)
	if problem != nil && !shell.Expected(problem) {
		return problem
	}
	form.errs = shell.Errors(ctx, problem)
	for i, e := range form.errs.Fields {
		form.errs.Fields[i].Name = inputOf(form.draft, e.Name)
	}
	return p.shell.Render(w, r, shell.Page{
		Title: form.title, Status: shell.StatusOf(problem), Body: viewPage(as, form),
		Crumbs: moduleCrumbs(ctx, as, form.module, ui.Link{Label: form.title, Current: true}),
	})
}

func (p *Pages) askDeleteView(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, v, err := p.openView(r)
	if err != nil {
		return err
	}
	if !v.Edit {
		return fault.Forbidden("crm.view.no_edit").WithCode("no_right")
	}
	title, text := locale.T(ctx, "crmpages.view.delete_one", locale.Args{"Name": v.Name}), locale.T(ctx, "crmpages.view.delete_text")
	if v.Shared {
		text = locale.T(ctx, "crmpages.view.delete_shared")
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Body: ui.Confirm{
		Title: title, Text: text, Action: modulePath(as, m.Name) + "/views/" + v.Key + "/delete",
		Label: locale.T(ctx, "crmpages.delete"), Dangerous: true, BackURL: viewURL(as, m.Name, v.Key),
	}})
}

func (p *Pages) deleteView(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, v, err := p.openView(r)
	if err != nil {
		return err
	}
	if err := p.views.Delete(ctx, as, m.Name, v.ID); err != nil {
		return err
	}
	return p.shell.Done(w, r, viewURL(as, m.Name, view.KeyAll), locale.T(ctx, "crmpages.view.deleted", locale.Args{"Name": v.Name}))
}

// favourite says which view opens first; without one it is the last looked at.
func (p *Pages) favourite(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	m, err := p.module(r)
	if err != nil {
		return err
	}
	key, text := in.Text("view"), "crmpages.view.opens_first"
	if in.On("off") {
		text = "crmpages.view.opens_last"
		err = p.views.SetFavourite(ctx, as, m.Name, "")
	} else {
		err = p.views.SetFavourite(ctx, as, m.Name, key)
	}
	if err != nil {
		return err
	}
	return p.shell.Done(w, r, viewURL(as, m.Name, key), locale.T(ctx, text))
}

// editColumns chooses the columns of the built-in views.
func (p *Pages) editColumns(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, err := p.module(r)
	if err != nil {
		return err
	}
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	shelf, err := p.views.Shelf(ctx, as, m.Name, "")
	if err != nil {
		return err
	}
	d := viewDraft{columns: shelf.System[0].Columns}
	return p.showView(w, r, columnsForm(ctx, as, m, d, in.Text("view")), nil)
}

func columnsForm(ctx context.Context, as access.Actor, m *schema.Module, d viewDraft, back string) viewForm {
	if back == "" {
		back = view.KeyAll
	}
	return viewForm{module: m, title: locale.T(ctx, "crmpages.view.choose_columns"), draft: d, columns: true,
		action: ui.URL(modulePath(as, m.Name)+"/columns", "view", back), back: viewURL(as, m.Name, back)}
}

func (p *Pages) saveColumns(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	m, err := p.module(r)
	if err != nil {
		return err
	}
	d, saves := readViewDraft(in, as, m)
	form := columnsForm(ctx, as, m, d, r.URL.Query().Get("view"))
	if !saves {
		return p.showView(w, r, form, nil)
	}
	columns := append([]string{}, d.columns...)
	if slices.Equal(columns, view.Usual(as, m)) {
		columns = nil
	}
	if err := p.views.SetColumns(ctx, as, m.Name, columns); err != nil {
		return p.showView(w, r, form, err)
	}
	return p.shell.Done(w, r, form.back, locale.T(ctx, "crmpages.view.columns_saved"))
}

func yesNo(ctx context.Context, yes bool) string {
	if yes {
		return locale.T(ctx, "crmpages.yes")
	}
	return locale.T(ctx, "crmpages.no")
}
