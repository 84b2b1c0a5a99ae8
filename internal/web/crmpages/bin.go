package crmpages

import (
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/fault"
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
		Title: title, Text: locale.T(ctx, "crmpages.delete_text"), Action: at + "/delete",
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

// bin lists what was deleted.
func (p *Pages) bin(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	list, err := p.records.Bin(ctx, as, shell.Paging(r))
	if err != nil {
		return err
	}
	t := ui.Table{
		Caption: locale.T(ctx, "crmpages.bin"),
		Columns: []ui.Column{
			{Label: locale.T(ctx, "crmpages.bin.name")}, {Label: locale.T(ctx, "crmpages.bin.kind")},
			{Label: locale.T(ctx, "crmpages.bin.by")}, {Label: locale.T(ctx, "crmpages.bin.at")}, {Label: locale.T(ctx, "crmpages.restore"), Quiet: true},
		},
		Empty: ui.Empty{Icon: "trash", Title: locale.T(ctx, "crmpages.bin.empty"), Text: locale.T(ctx, "crmpages.bin.empty_text")},
	}
	for _, item := range list.Items {
		m, err := p.records.Module(as, item.Module)
		if err != nil {
			continue // the tab was taken away
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{
			ui.Text(item.Name), ui.Text(locale.T(ctx, m.Singular)), ui.Text(item.By), ui.Text(moment(ctx, item.At)),
			ui.Post{Action: crmPath(as) + "/bin/" + item.Module + "/" + item.ID.String() + "/restore",
				Button: ui.Button{Label: locale.T(ctx, "crmpages.restore"), Icon: "arrow-back-up", Small: true}},
		}})
	}
	title := locale.T(ctx, "crmpages.bin")
	return p.shell.Render(w, r, shell.Page{Title: title, Body: binPage(title, t, shell.Pager(r, list.Prev, list.Next))})
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
