package crmpages

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

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

// mergeView is records side by side with the values that are chosen.
type mergeView struct {
	module *schema.Module
	at     string // of the master
	record.Comparison
	from map[string]id.ID
	errs ui.Errors
}

// merge offers records to merge with one, or shows those that were chosen side by side.
func (p *Pages) merge(w http.ResponseWriter, r *http.Request) error {
	m, rec, _, err := p.open(r)
	if err != nil {
		return err
	}
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	ticked := r.URL.Query()["with"]
	if len(ticked) == 0 && !in.On("compare") {
		return p.twins(w, r, m, rec, in.Text("q"), nil, nil)
	}
	others, err := mergeIDs(ticked)
	if err == nil {
		err = p.compare(w, r, m, rec.ID, others, nil, nil)
	}
	if fault.Is(err, fault.KindInvalid) {
		return p.twins(w, r, m, rec, in.Text("q"), ticked, err)
	}
	return err
}

// twins lists what to merge with one, with what was ticked and why that will not do.
func (p *Pages) twins(w http.ResponseWriter, r *http.Request, m *schema.Module, rec record.Record, text string, ticked []string, problem error) error {
	ctx, as := r.Context(), actor(r)
	rights, err := p.records.Rights(ctx, as, m.Name, rec.ID)
	if err != nil {
		return err
	}
	if !rights.Edit {
		return fault.Forbidden("crm.fault.no_edit").WithCode("no_right")
	}
	found, err := p.records.Twins(ctx, as, m.Name, rec.ID, text)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "crmpages.merge.title", locale.Args{"Name": rec.Name})
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: mergeCrumbs(ctx, as, m, rec), Status: shell.StatusOf(problem),
		Body: twinsPage(as, m, recordPath(as, m.Name, rec.ID), title, text, found, ticked, shell.Errors(ctx, problem))})
}

func mergeCrumbs(ctx context.Context, as access.Actor, m *schema.Module, rec record.Record) ui.Crumbs {
	return moduleCrumbs(ctx, as, m, ui.Link{Label: rec.Name, URL: recordPath(as, m.Name, rec.ID)}, ui.Link{Label: locale.T(ctx, "crmpages.merge"), Current: true})
}

func mergeIDs(list []string) ([]id.ID, error) {
	var out []id.ID
	for _, text := range list {
		n, err := id.Parse(text)
		if err != nil {
			return nil, fault.Invalid("crm.fault.merge_choice")
		}
		out = append(out, n)
	}
	return out, nil
}

// compare shows the records side by side; from are the values chosen so far.
func (p *Pages) compare(w http.ResponseWriter, r *http.Request, m *schema.Module, master id.ID, others []id.ID, from map[string]id.ID, problem error) error {
	ctx, as := r.Context(), actor(r)
	c, err := p.records.Compare(ctx, as, m.Name, master, others)
	if err != nil {
		return err
	}
	v := mergeView{module: m, at: recordPath(as, m.Name, master), Comparison: c, from: from, errs: formErrors(ctx, m, problem)}
	return p.shell.Render(w, r, shell.Page{Title: locale.T(ctx, "crmpages.merge"), Status: shell.StatusOf(problem), Wide: true,
		Crumbs: mergeCrumbs(ctx, as, m, c.Records[0]), Body: mergePage(as, v)})
}

// doMerge makes one record of those the form names.
func (p *Pages) doMerge(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	m, err := p.module(r)
	if err != nil {
		return err
	}
	master, err := shell.ID(r, "record")
	if err != nil {
		return err
	}
	ask := record.Merge{Master: master, From: map[string]id.ID{}, Versions: map[id.ID]int64{master: in.Int("version." + master.String())}}
	if ask.Others, err = mergeIDs(r.PostForm["with"]); err != nil {
		return err
	}
	for _, n := range ask.Others {
		ask.Versions[n] = in.Int("version." + n.String())
	}
	for _, f := range editable(m) {
		if n, err := id.Parse(in.Text("from." + f.Name)); err == nil {
			ask.From[f.Name] = n
		}
	}
	made, err := p.records.Merge(ctx, as, m.Name, ask)
	if err != nil {
		if !shell.Expected(err) || len(ask.Others) == 0 {
			return err
		}
		return p.compare(w, r, m, master, ask.Others, ask.From, err)
	}
	return p.shell.Done(w, r, recordPath(as, m.Name, made.ID), locale.T(ctx, "crmpages.merge.done", locale.Args{"Name": made.Name}))
}

// moved leads from the page of a record that was merged to the one it went into.
func (p *Pages) moved(w http.ResponseWriter, r *http.Request, problem error) error {
	if !fault.Is(problem, fault.KindNotFound) {
		return problem
	}
	m, err := p.module(r)
	if err != nil {
		return problem
	}
	n, err := shell.ID(r, "record")
	if err != nil {
		return problem
	}
	to, err := p.records.Successor(r.Context(), actor(r), m.Name, n)
	if err != nil {
		return problem
	}
	shell.Redirect(w, r, recordPath(actor(r), m.Name, to))
	return nil
}

// twinTable lists records to choose from, with what the module's list shows of them.
func twinTable(ctx context.Context, as access.Actor, m *schema.Module, found record.Comparison, ticked []string) ui.Table {
	columns := unsorted(ctx, m, m.List)
	t := ui.Table{Caption: locale.T(ctx, m.Plural), Columns: columns,
		Empty: ui.Empty{Icon: "search", Title: locale.T(ctx, "crmpages.merge.none"), Text: locale.T(ctx, "crmpages.merge.none_text")}}
	for _, rec := range found.Records {
		line := row(ctx, as, m, m.List, rec, found.Names)
		line.Cells[0] = pickTwin(rec.ID.String(), rec.Name, slices.Contains(ticked, rec.ID.String()))
		t.Rows = append(t.Rows, line)
	}
	return t
}

// choices are the fields in which the records differ, a radio button for each value.
func (v mergeView) choices(ctx context.Context, as access.Actor) []ui.Field {
	var out []ui.Field
	for _, f := range editable(v.module) {
		one, differ := ui.Field{Kind: ui.RadioField, Name: "from." + f.Name, Label: locale.T(ctx, f.Label), Error: v.errs.For(f.Name)}, false
		best := v.Records[0].ID
		for _, rec := range v.Records {
			if v.Records[0].Values[f.Name] == nil && rec.Values[f.Name] != nil && best == v.Records[0].ID && v.shown(f, rec) {
				best = rec.ID // rather than nothing
			}
			differ = differ || rec.Values[f.Name] != v.Records[0].Values[f.Name]
			label := words(ctx, as, f, rec.Values[f.Name], v.Names)
			if label == "" {
				label = locale.T(ctx, "crmpages.merge.empty")
			}
			one.Options = append(one.Options, ui.Option{Value: rec.ID.String(), Label: label, Small: v.called(ctx, rec), Disabled: rec.ID != v.Records[0].ID && !v.shown(f, rec)})
		}
		if chosen, ok := v.from[f.Name]; ok {
			best = chosen
		}
		one.Value = best.String()
		if differ {
			out = append(out, one)
		}
	}
	return out
}

// shown says whether the reader sees what a look-up of a record points at.
func (v mergeView) shown(f field.Field, rec record.Record) bool {
	n, ok := rec.Values[f.Name].(id.ID)
	_, named := v.Names[n]
	return !ok || named
}

// called tells the records apart, which may have one name.
func (v mergeView) called(ctx context.Context, rec record.Record) string {
	place := slices.IndexFunc(v.Records, func(r record.Record) bool { return r.ID == rec.ID })
	if place == 0 {
		return locale.T(ctx, "crmpages.merge.of_master", locale.Args{"Name": rec.Name})
	}
	return locale.T(ctx, "crmpages.merge.of_other", locale.Args{"Number": place + 1, "Name": rec.Name})
}

// asMaster is the address of the same page with another master.
func (v mergeView) asMaster(as access.Actor, master record.Record) string {
	q := url.Values{}
	for _, rec := range v.Records {
		if rec.ID != master.ID {
			q.Add("with", rec.ID.String())
		}
	}
	return recordPath(as, v.module.Name, master.ID) + "/merge?" + q.Encode()
}

func (v mergeView) hidden() []ui.Hidden {
	var out []ui.Hidden
	for i, rec := range v.Records {
		if i > 0 {
			out = append(out, ui.Hidden{Name: "with", Value: rec.ID.String()})
		}
		out = append(out, ui.Hidden{Name: "version." + rec.ID.String(), Value: version(rec.Version)})
	}
	return out
}

// rivals lists the records, and lets another one be the master.
func (v mergeView) rivals(ctx context.Context, as access.Actor) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, v.module.Plural), Columns: append(unsorted(ctx, v.module, v.module.List), ui.Column{Label: locale.T(ctx, "crmpages.merge.master"), Quiet: true, End: true})}
	for i, rec := range v.Records {
		line := row(ctx, as, v.module, v.module.List, rec, v.Names)
		var last templ.Component = ui.Badge{Label: locale.T(ctx, "crmpages.merge.master")}
		if i > 0 {
			last = ui.Button{Label: locale.T(ctx, "crmpages.merge.make_master"), URL: v.asMaster(as, rec), Small: true}
		}
		line.Cells = append(line.Cells, last)
		t.Rows = append(t.Rows, line)
	}
	return t
}
