package crmpages

import (
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// askDelete asks before a record goes to the bin.
func (p *Pages) askDelete(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, rec, _, err := p.open(r)
	if err != nil {
		return err
	}
	rights, err := p.records.Rights(ctx, as, m.Name, rec.ID)
	if err != nil {
		return err
	}
	if !rights.Delete {
		return fault.Forbidden("crm.fault.no_delete").WithCode("no_right")
	}
	title := locale.T(ctx, "crmpages.delete_record", locale.Args{"Name": rec.Name})
	at := recordPath(as, m.Name, rec.ID)
	return p.shell.Render(w, r, shell.Page{Title: title, Body: ui.Confirm{
		Title: title, Text: locale.T(ctx, "crmpages.delete_text", binDays()), Action: at + "/delete",
		Label: locale.T(ctx, "crmpages.delete"), Dangerous: true, BackURL: at,
	}})
}

func (p *Pages) delete(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, rec, _, err := p.open(r)
	if err != nil {
		return err
	}
	if err := p.records.Delete(ctx, as, m.Name, rec.ID); err != nil {
		return err
	}
	p.shell.FlashAct(w, ui.Success, locale.T(ctx, "crmpages.deleted", locale.Args{"Name": rec.Name}),
		locale.T(ctx, "crmpages.undo"), crmPath(as)+"/bin/"+m.Name+"/"+rec.ID.String()+"/restore")
	shell.Redirect(w, r, modulePath(as, m.Name))
	return nil
}

// bin lists what was deleted, of all modules or of one.
func (p *Pages) bin(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	only, err := p.binModule(r)
	if err != nil {
		return err
	}
	list, err := p.records.Bin(ctx, as, only, shell.Paging(r))
	if err != nil {
		return err
	}
	t := ui.Table{
		Caption: locale.T(ctx, "crmpages.bin"),
		Columns: []ui.Column{
			{Label: locale.T(ctx, "crmpages.bin.name")}, {Label: locale.T(ctx, "crmpages.bin.kind")},
			{Label: locale.T(ctx, "crmpages.bin.by")}, {Label: locale.T(ctx, "crmpages.bin.at")}, {Label: locale.T(ctx, "crmpages.bin.until")},
			{Label: locale.T(ctx, "crmpages.restore"), Quiet: true, End: true},
		},
		Empty: ui.Empty{Icon: "trash", Title: locale.T(ctx, "crmpages.bin.empty"), Text: locale.T(ctx, "crmpages.bin.empty_text", binDays())},
	}
	for _, item := range list.Items {
		m, err := p.records.Module(as, item.Module)
		if err != nil {
			continue // the tab was taken away
		}
		at := crmPath(as) + "/bin/" + item.Module + "/" + item.ID.String()
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{
			ui.Text(item.Name), ui.Text(locale.T(ctx, m.Singular)), ui.Text(item.By), ui.Text(moment(ctx, item.At)), ui.Text(locale.Day(ctx, item.Until())),
			binActs(ui.Post{Action: at + "/restore", Button: ui.Button{Label: locale.T(ctx, "crmpages.restore"), Icon: "arrow-back-up", Small: true}},
				ui.Button{Label: locale.T(ctx, "crmpages.purge"), Icon: "trash", Small: true, URL: at + "/purge"}),
		}})
	}
	title := locale.T(ctx, "crmpages.bin")
	return p.shell.Render(w, r, shell.Page{Title: title, Body: binPage(title, p.binTabs(r, only), p.binEmptier(r, only, len(list.Items) > 0), t, shell.Pager(r, list.Prev, list.Next))})
}

func binDays() locale.Args { return locale.Args{"Days": record.BinDays} }

// binModule gives the module the bin is narrowed to, empty for all.
func (p *Pages) binModule(r *http.Request) (string, error) {
	in, err := shell.ReadQuery(r)
	if err != nil || in.Text("module") == "" {
		return "", err
	}
	m, err := p.records.Module(actor(r), in.Text("module"))
	if err != nil {
		return "", err
	}
	return m.Name, nil
}

// binTabs narrow the bin to one module.
func (p *Pages) binTabs(r *http.Request, only string) ui.Tabs {
	ctx, as := r.Context(), actor(r)
	at := crmPath(as) + "/bin"
	t := ui.Tabs{Label: locale.T(ctx, "crmpages.bin.kinds"), Items: []ui.Link{{Label: locale.T(ctx, "crmpages.bin.all"), URL: at, Current: only == ""}}}
	for _, m := range p.records.Modules(as) {
		if as.Can(m.Name, access.Delete) {
			t.Items = append(t.Items, ui.Link{Label: locale.T(ctx, m.Plural), URL: ui.URL(at, "module", m.Name), Current: only == m.Name})
		}
	}
	return t
}

// binEmptier leads administrators to the question whether to empty the bin.
func (p *Pages) binEmptier(r *http.Request, only string, full bool) []templ.Component {
	as := actor(r)
	if !as.Admin() || !full {
		return nil
	}
	return []templ.Component{ui.Button{Label: locale.T(r.Context(), "crmpages.bin.clear"), Icon: "trash", URL: ui.URL(crmPath(as)+"/bin/empty", "module", only)}}
}

// askEmpty asks before everything in the bin is deleted for good.
func (p *Pages) askEmpty(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	if err := as.RequireAdmin(); err != nil {
		return err
	}
	only, err := p.binModule(r)
	if err != nil {
		return err
	}
	what := locale.T(ctx, "crmpages.bin.all")
	if m, err := p.records.Module(as, only); err == nil {
		what = locale.T(ctx, m.Plural)
	}
	title := locale.T(ctx, "crmpages.bin.clear_ask")
	return p.shell.Render(w, r, shell.Page{Title: title, Body: ui.Confirm{
		Title: title, Text: locale.T(ctx, "crmpages.bin.clear_text", locale.Args{"What": what}), Action: crmPath(as) + "/bin/empty", Label: locale.T(ctx, "crmpages.bin.clear"),
		Dangerous: true, BackURL: ui.URL(crmPath(as)+"/bin", "module", only), Hidden: []ui.Hidden{{Name: "module", Value: only}},
	}})
}

func (p *Pages) empty(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	as := actor(r)
	if err := p.records.EmptyBin(r.Context(), as, in.Text("module")); err != nil {
		return err
	}
	return p.shell.Done(w, r, crmPath(as)+"/bin", locale.T(r.Context(), "crmpages.bin.clearing"))
}

// askPurge asks before a record is deleted for good.
func (p *Pages) askPurge(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, n, err := p.binned(r)
	if err != nil {
		return err
	}
	item, err := p.records.InBin(ctx, as, m, n)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "crmpages.purge_record", locale.Args{"Name": item.Name})
	return p.shell.Render(w, r, shell.Page{Title: title, Body: ui.Confirm{
		Title: title, Text: locale.T(ctx, "crmpages.purge_text"), Action: crmPath(as) + "/bin/" + m + "/" + n.String() + "/purge",
		Label: locale.T(ctx, "crmpages.purge"), Dangerous: true, BackURL: crmPath(as) + "/bin",
	}})
}

// purge deletes a record for good.
func (p *Pages) purge(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, n, err := p.binned(r)
	if err != nil {
		return err
	}
	if err := p.records.Purge(ctx, as, m, n); err != nil {
		return err
	}
	return p.shell.Done(w, r, crmPath(as)+"/bin", locale.T(ctx, "crmpages.purged"))
}

// binned gives the record of an address below the bin.
func (p *Pages) binned(r *http.Request) (module string, record id.ID, err error) {
	m, err := p.module(r)
	if err != nil {
		return "", 0, err
	}
	n, err := shell.ID(r, "record")
	return m.Name, n, err
}

// restore takes a record out of the bin. Doing it twice does no harm.
func (p *Pages) restore(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, err := p.module(r)
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "record")
	if err != nil {
		return err
	}
	if err := p.records.Restore(ctx, as, m.Name, n); err != nil {
		if _, _, got := p.records.Get(ctx, as, m.Name, n); got != nil || !fault.Is(err, fault.KindNotFound) {
			return err
		}
	}
	return p.shell.Done(w, r, recordPath(as, m.Name, n), locale.T(ctx, "crmpages.restored"))
}

// search looks through every module the person views.
func (p *Pages) search(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	text := in.Text("q")
	hits, err := p.records.Search(ctx, as, text)
	if err != nil {
		return err
	}
	var groups []searchGroup
	for _, h := range hits {
		m, err := p.records.Module(as, h.Module)
		if err != nil {
			return err
		}
		g := searchGroup{title: locale.T(ctx, m.Plural)}
		if h.More {
			g.more = ui.URL(modulePath(as, m.Name), "q", text)
		}
		for _, ref := range h.Refs {
			g.links = append(g.links, ui.Anchor{Label: ref.Name, URL: recordPath(as, ref.Module, ref.ID)})
		}
		groups = append(groups, g)
	}
	title := locale.T(ctx, "crmpages.search")
	return p.shell.Render(w, r, shell.Page{Title: title, Body: searchPage(crmPath(as)+"/search", text, groups)})
}

// searchGroup is what a search found in one module.
type searchGroup struct {
	title string
	links []ui.Anchor
	more  string
}
