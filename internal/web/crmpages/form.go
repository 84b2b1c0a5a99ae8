package crmpages

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// formView is the form of a record with what stands in it.
type formView struct {
	module  *schema.Module
	title   string
	action  string
	back    string
	from    string // the record a new one was begun at, Module/id
	draft   draft
	version int64 // zero for a new record
	errs    ui.Errors
	clash   *clash
}

// clash is what somebody else saved while the form was open, field by field.
type clash struct {
	By, At string
	Rows   []clashRow
}

// clashRow is one field that differs.
type clashRow struct{ Label, Mine, Theirs string }

// newRecord shows the empty form; an address may fill fields in.
func (p *Pages) newRecord(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, err := p.module(r)
	if err != nil {
		return err
	}
	if err := as.Require(m.Name, access.Create); err != nil {
		return err
	}
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	d := readDraft(in, editable(m))
	if _, given := d["Owner"]; !given {
		d["Owner"] = as.User().String()
	}
	if err := p.nameDraft(ctx, as, editable(m), d); err != nil {
		return err
	}
	return p.showNew(w, r, m, d, in.Text("from"), nil)
}

// origin is the address of the record a new one was begun at, or the module's list.
func (p *Pages) origin(as access.Actor, m *schema.Module, from string) string {
	module, text, _ := strings.Cut(from, "/")
	n, err := id.Parse(text)
	if err != nil {
		return modulePath(as, m.Name)
	}
	at, err := p.records.Module(as, module)
	if err != nil {
		return modulePath(as, m.Name)
	}
	return recordPath(as, at.Name, n)
}

func (p *Pages) showNew(w http.ResponseWriter, r *http.Request, m *schema.Module, d draft, from string, problem error) error {
	ctx, as := r.Context(), actor(r)
	title := locale.T(ctx, "crmpages.new", locale.Args{"Record": locale.T(ctx, m.Singular)})
	return p.shell.Render(w, r, shell.Page{
		Title: title, Status: shell.StatusOf(problem), Crumbs: moduleCrumbs(ctx, as, m, ui.Link{Label: title, Current: true}),
		Body: formPage(as, formView{module: m, title: title, action: modulePath(as, m.Name), back: p.origin(as, m, from), from: from, draft: d, errs: formErrors(ctx, m, problem)}),
	})
}

func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	m, err := p.module(r)
	if err != nil {
		return err
	}
	if err := as.Require(m.Name, access.Create); err != nil {
		return err
	}
	d := readDraft(in, editable(m))
	values, err := p.resolve(ctx, as, editable(m), d)
	var made record.Record
	if err == nil {
		made, err = p.records.Create(ctx, as, m.Name, known(values))
	}
	if err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showNew(w, r, m, d, in.Text("from"), withMissing(m, d, err))
	}
	return p.shell.Done(w, r, recordPath(as, m.Name, made.ID), locale.T(ctx, "crmpages.created", locale.Args{"Name": made.Name}))
}

// withMissing names the empty required fields beside what else is wrong, so that one
// look mends the form.
func withMissing(m *schema.Module, d draft, err error) error {
	f := fault.As(err)
	if f == nil || f.Kind != fault.KindInvalid {
		return err
	}
	out := *f
	out.Fields = slices.Clone(f.Fields)
	for _, x := range editable(m) {
		told := slices.ContainsFunc(f.Fields, func(of fault.Field) bool { return of.Name == x.Name })
		if x.Required && !told && d[x.Name] == "" && d[textOf(x.Name)] == "" {
			out.Field(x.Name, "crm.field.required")
		}
	}
	return &out
}

// formErrors puts what is wrong into words, in the order of the form and with the
// fields' names.
func formErrors(ctx context.Context, m *schema.Module, err error) ui.Errors {
	e := shell.Errors(ctx, err)
	var order []string
	for _, f := range editable(m) {
		order = append(order, f.Name)
	}
	for i := range e.Fields {
		if f, ok := m.Field(e.Fields[i].Name); ok {
			e.Fields[i].Label = locale.T(ctx, f.Label)
		}
	}
	slices.SortStableFunc(e.Fields, func(a, b ui.FieldError) int { return slices.Index(order, a.Name) - slices.Index(order, b.Name) })
	return e
}

// known leaves out what nothing was typed into: the program fills in what it can.
func known(values map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range values {
		if v != nil {
			out[name] = v
		}
	}
	return out
}

// edit shows the form of a record.
func (p *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, rec, names, err := p.open(r)
	if err != nil {
		return err
	}
	rights, err := p.records.Rights(ctx, as, m.Name, rec.ID)
	if err != nil {
		return err
	}
	if !rights.Edit {
		return fault.Forbidden("crm.fault.no_edit").WithCode("no_right")
	}
	return p.showEdit(w, r, m, rec, draftOf(rec, editable(m), names), nil, nil)
}

func (p *Pages) showEdit(w http.ResponseWriter, r *http.Request, m *schema.Module, rec record.Record, d draft, c *clash, problem error) error {
	ctx, as := r.Context(), actor(r)
	title := locale.T(ctx, "crmpages.edit_record", locale.Args{"Record": locale.T(ctx, m.Singular)})
	at := recordPath(as, m.Name, rec.ID)
	return p.shell.Render(w, r, shell.Page{
		Title: title, Status: shell.StatusOf(problem),
		Crumbs: moduleCrumbs(ctx, as, m, ui.Link{Label: rec.Name, URL: at}, ui.Link{Label: title, Current: true}),
		Body: formPage(as, formView{module: m, title: title, action: at + "/edit", back: at, draft: d, version: rec.Version,
			errs: formErrors(ctx, m, problem), clash: c}),
	})
}

func (p *Pages) save(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	m, rec, _, err := p.open(r)
	if err != nil {
		return err
	}
	d, from := readDraft(in, editable(m)), in.Int("version")
	values, err := p.resolve(ctx, as, editable(m), d)
	if err == nil && from == rec.Version {
		values = changed(rec, values)
	}
	if err == nil {
		_, err = p.records.Update(ctx, as, m.Name, rec.ID, from, values)
	}
	switch {
	case err == nil:
		return p.shell.Done(w, r, recordPath(as, m.Name, rec.ID), locale.T(ctx, "crmpages.saved"))
	case fault.Is(err, fault.KindStale):
		c, now, readErr := p.clashOf(ctx, as, m, rec, d)
		if readErr != nil {
			return readErr
		}
		return p.showEdit(w, r, m, now, d, c, err)
	case shell.Expected(err):
		rec.Version = from // an error must not hide that somebody else saved
		return p.showEdit(w, r, m, rec, d, nil, withMissing(m, d, err))
	}
	return err
}

// changed leaves of the values what differs from the record, so that what follows
// another field is computed anew unless it was typed.
func changed(rec record.Record, values map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range values {
		if rec.Values[name] != v && (v != false || rec.Values[name] != nil) {
			out[name] = v
		}
	}
	return out
}

// clashOf compares what was typed with what somebody else saved.
func (p *Pages) clashOf(ctx context.Context, as access.Actor, m *schema.Module, rec record.Record, d draft) (*clash, record.Record, error) {
	now, names, err := p.records.Get(ctx, as, m.Name, rec.ID)
	if err != nil {
		return nil, now, err
	}
	by, _ := m.Field("Modified_By")
	at, _ := m.Field("Modified_Time")
	c := &clash{By: words(ctx, as, by, now.Values["Modified_By"], names), At: words(ctx, as, at, now.Values["Modified_Time"], names)}
	theirs := draftOf(now, editable(m), names)
	for _, f := range editable(m) {
		mine, typed := d[f.Name], d[f.Name]
		if v, bad := f.Parse(mine); bad == nil && !pointing(f) {
			mine, typed = f.Format(v), words(ctx, as, f, v, names)
		}
		if pointing(f) {
			mine, typed = d[textOf(f.Name)], d[textOf(f.Name)]
			theirs[f.Name] = theirs[textOf(f.Name)]
		}
		if f.Type == field.Boolean && mine == "" {
			mine = theirs[f.Name]
			if mine == "true" {
				mine, typed = "false", locale.T(ctx, "crmpages.no")
			}
		}
		if mine != theirs[f.Name] {
			c.Rows = append(c.Rows, clashRow{locale.T(ctx, f.Label), typed, words(ctx, as, f, now.Values[f.Name], names)})
		}
	}
	return c, now, nil
}
