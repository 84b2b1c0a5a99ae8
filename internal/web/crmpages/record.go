package crmpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// How much of its lists a record page shows.
const (
	relatedRows  = 10
	noteRows     = 10
	timelineRows = 20
)

// recordView is a record with everything its page shows.
type recordView struct {
	module   *schema.Module
	rec      record.Record
	names    map[id.ID]string
	rights   access.Rights
	related  []relatedView
	notes    notesView
	files    filesView
	timeline record.Timeline
	panels   []ui.Lazy
}

// jumps lead to the parts of a long page, so that the projects are one click away.
func (v recordView) jumps(ctx context.Context) []ui.Link {
	out := []ui.Link{{Label: locale.T(ctx, "crmpages.details"), URL: "#details"}}
	for _, r := range v.related {
		out = append(out, ui.Link{Label: locale.T(ctx, r.list.Title), URL: "#" + r.list.Name})
	}
	for _, part := range v.panels {
		out = append(out, ui.Link{Label: part.Label, URL: "#" + part.ID})
	}
	return out
}

// relatedView is one related list of a record.
type relatedView struct {
	list   schema.Related
	module *schema.Module
	found  record.List
	preset []string // of a new record there
}

// record shows one record.
func (p *Pages) record(w http.ResponseWriter, r *http.Request) error {
	return p.showRecord(w, r, func(*recordView) {}, nil)
}

// showRecord shows the record; with puts into it what could not be saved, and why.
func (p *Pages) showRecord(w http.ResponseWriter, r *http.Request, with func(*recordView), problem error) error {
	ctx, as := r.Context(), actor(r)
	v, err := p.view(ctx, as, r)
	if err != nil {
		return p.moved(w, r, err)
	}
	with(&v)
	return p.shell.Render(w, r, shell.Page{
		Title: v.rec.Name, Crumbs: moduleCrumbs(ctx, as, v.module, ui.Link{Label: v.rec.Name, Current: true}),
		Body: recordPage(as, v), Status: shell.StatusOf(problem), Wide: true,
	})
}

// open gives the record the address names.
func (p *Pages) open(r *http.Request) (m *schema.Module, rec record.Record, names map[id.ID]string, err error) {
	if m, err = p.module(r); err != nil {
		return nil, rec, nil, err
	}
	n, err := shell.ID(r, "record")
	if err != nil {
		return nil, rec, nil, err
	}
	rec, names, err = p.records.Get(r.Context(), actor(r), m.Name, n)
	return m, rec, names, err
}

func (p *Pages) view(ctx context.Context, as access.Actor, r *http.Request) (v recordView, err error) {
	if v.module, v.rec, v.names, err = p.open(r); err != nil {
		return v, err
	}
	if v.rights, err = p.records.Rights(ctx, as, v.module.Name, v.rec.ID); err != nil {
		return v, err
	}
	for _, list := range v.module.Related {
		if !as.Can(list.Module, access.View) {
			continue
		}
		one, err := p.relatedTo(ctx, as, v.module, v.rec, list, record.Query{Page: page.Request{Size: relatedRows}})
		if err != nil {
			return v, err
		}
		v.related = append(v.related, one)
	}
	if v.notes, err = p.notesOf(ctx, as, v.module.Name, v.rec.ID, page.Request{Size: noteRows}); err != nil {
		return v, err
	}
	v.files.limit, v.files.may, v.files.once = p.files.Limit(), v.rights.Edit, shell.Once()
	if v.files.page, err = p.files.List(ctx, as, v.module.Name, v.rec.ID, page.Request{Size: fileRows}); err != nil {
		return v, err
	}
	if v.timeline, err = p.records.Timeline(ctx, as, v.module.Name, v.rec.ID, timelineRows); err != nil {
		return v, err
	}
	for _, panel := range p.panels {
		if part, ok := panel(ctx, as, v.module.Name, v.rec.ID); ok {
			v.panels = append(v.panels, part)
		}
	}
	return v, nil
}

// relatedTo reads a related list of a record.
func (p *Pages) relatedTo(ctx context.Context, as access.Actor, m *schema.Module, rec record.Record, list schema.Related, q record.Query) (relatedView, error) {
	other, err := p.records.Module(as, list.Module)
	if err != nil {
		return relatedView{}, err
	}
	v := relatedView{list: list, module: other, preset: preset(m, rec, other, list)}
	v.found, err = p.records.Related(ctx, as, m.Name, rec.ID, list.Name, q)
	return v, err
}

// preset fills a new record of a related list: the record itself, and what both
// modules look up under one name, such as a contact's account in a new deal.
func preset(m *schema.Module, rec record.Record, other *schema.Module, list schema.Related) []string {
	out := []string{list.Field, rec.ID.String(), "from", m.Name + "/" + rec.ID.String()}
	for _, f := range other.Fields {
		same, ok := m.Field(f.Name)
		if ok && f.Type == field.Lookup && f.Name != list.Field && same.Type == field.Lookup && same.Module == f.Module && rec.Lookup(f.Name) != 0 {
			out = append(out, f.Name, rec.Lookup(f.Name).String())
		}
	}
	return out
}

// related shows a whole related list.
func (p *Pages) related(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, rec, _, err := p.open(r)
	if err != nil {
		return err
	}
	list, ok := m.RelatedList(chi.URLParam(r, "list"))
	if !ok {
		return fault.NotFound("crm.fault.no_module")
	}
	other, err := p.records.Module(as, list.Module)
	if err != nil {
		return err
	}
	q := listQuery(r, other)
	v, err := p.relatedTo(ctx, as, m, rec, list, q)
	if err != nil {
		return err
	}
	title := locale.T(ctx, list.Title)
	return p.shell.Render(w, r, shell.Page{
		Title: title, Wide: true, Body: relatedPage(r, as, rec, v, q),
		Crumbs: moduleCrumbs(ctx, as, m, ui.Link{Label: rec.Name, URL: recordPath(as, m.Name, rec.ID)}, ui.Link{Label: title, Current: true}),
	})
}

// relatedTable lists the rows of a related list.
func relatedTable(ctx context.Context, as access.Actor, v relatedView, columns []ui.Column) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, v.list.Title), Columns: columns, Empty: none(locale.T(ctx, "crmpages.related.none"))}
	for _, rec := range v.found.Items {
		t.Rows = append(t.Rows, row(ctx, as, v.module, v.list.List, rec, v.found.Names))
	}
	return t
}

func relatedActions(ctx context.Context, as access.Actor, v relatedView) []templ.Component {
	if v.list.Past || !as.Can(v.module.Name, access.Create) {
		return nil
	}
	b := newButton(ctx, as, v.module, true, v.preset...)
	b.Kind = ui.Plain
	return []templ.Component{b}
}

func recordActions(ctx context.Context, as access.Actor, v recordView) []templ.Component {
	var out []templ.Component
	base := recordPath(as, v.module.Name, v.rec.ID)
	if v.rights.Edit {
		out = append(out, ui.Button{Label: locale.T(ctx, "crmpages.edit"), Icon: "pencil", URL: base + "/edit", Kind: ui.Primary})
	}
	if v.rights.Edit && len(v.module.Twins) > 0 {
		out = append(out, ui.Button{Label: locale.T(ctx, "crmpages.merge"), Icon: "link", URL: base + "/merge"})
	}
	if v.rights.Delete {
		out = append(out, ui.Button{Label: locale.T(ctx, "crmpages.delete"), Icon: "trash", URL: base + "/delete", Modal: true})
	}
	return out
}

// facts are what the page says about the record at its top: the columns of its list.
func facts(ctx context.Context, as access.Actor, v recordView) ui.Details {
	out := ui.Details{}
	for _, name := range v.module.List[1:] {
		f, _ := v.module.Field(name)
		out.Items = append(out.Items, ui.Detail{Label: locale.T(ctx, f.Label), Value: value(ctx, as, f, v.rec.Values[name], v.names)})
	}
	return out
}

// sections are the record's values as its form lays them out, without the sections
// that hold nothing.
func sections(ctx context.Context, as access.Actor, v recordView) []ui.Details {
	var out []ui.Details
	for i, s := range v.module.Sections {
		d, any := ui.Details{Title: locale.T(ctx, s.Title)}, false
		for _, name := range s.Fields {
			f, _ := v.module.Field(name)
			shown := value(ctx, as, f, v.rec.Values[name], v.names)
			any = any || shown != nil
			d.Items = append(d.Items, ui.Detail{Label: locale.T(ctx, f.Label), Value: shown, Wide: f.Type == field.LongText})
		}
		if any || i == 0 {
			out = append(out, d)
		}
	}
	return out
}

// eventLines tells what an event changed, a line for each field.
func eventLines(ctx context.Context, as access.Actor, v recordView, e record.Event) []string {
	var out []string
	if e.Subject != "" {
		out = append(out, e.Subject)
	}
	for _, c := range e.Changes {
		f, ok := v.module.Field(c.Field)
		if !ok {
			continue
		}
		from, to := words(ctx, as, f, c.From, v.timeline.Names), words(ctx, as, f, c.To, v.timeline.Names)
		line := locale.Args{"Field": locale.T(ctx, f.Label), "From": from, "To": to}
		switch {
		case from == "" && to == "" && c.From == nil && c.To == nil:
			out = append(out, locale.T(ctx, f.Label))
		case from == "":
			out = append(out, locale.T(ctx, "crmpages.change.set", line))
		case to == "":
			out = append(out, locale.T(ctx, "crmpages.change.cleared", line))
		default:
			out = append(out, locale.T(ctx, "crmpages.change.from_to", line))
		}
	}
	return out
}
