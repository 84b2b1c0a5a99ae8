package projectpages

import (
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func binPath(as portal.Member) string { return base(as) + "/projects/bin" }

func binDays() locale.Args { return locale.Args{"Days": work.BinDays} }

// bin lists the projects in the bin.
func (p *Pages) bin(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	list, err := p.work.Bin(ctx, as, shell.Paging(r))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "projectpages.bin")
	t := ui.Table{Caption: title, Columns: []ui.Column{{Label: locale.T(ctx, "projectpages.project")}, {Label: locale.T(ctx, "projectpages.owner")},
		{Label: locale.T(ctx, "projectpages.trashed_by")}, {Label: locale.T(ctx, "projectpages.trashed_at"), Short: true}, {Label: locale.T(ctx, "projectpages.bin.until"), Short: true},
		{Label: locale.T(ctx, "projectpages.restore"), Quiet: true, End: true}},
		Empty: ui.Empty{Icon: "trash", Title: locale.T(ctx, "projectpages.bin.none")}}
	for _, x := range list.Items {
		var acts []templ.Component
		if x.Rights.Restore {
			acts = []templ.Component{
				ui.Post{Action: projectPath(as, x.ID) + "/restore", Button: ui.Button{Label: locale.T(ctx, "projectpages.restore"), Icon: "arrow-back-up", Small: true}},
				ui.Button{Label: locale.T(ctx, "projectpages.purge"), Icon: "trash", Small: true, URL: projectPath(as, x.ID) + "/purge"},
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(x.Name), ui.Text(x.Owner.Name), ui.Text(x.TrashedBy),
			ui.Text(locale.DateTime(ctx, x.TrashedAt)), ui.Text(locale.Day(ctx, x.Until())), binActs(acts)}})
	}
	var clear []templ.Component
	if len(list.Items) > 0 {
		clear = []templ.Component{ui.Button{Label: locale.T(ctx, "projectpages.bin.clear"), Icon: "trash", URL: binPath(as) + "/empty"}}
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: projectCrumbs(ctx, as, ui.Link{Label: title, Current: true}),
		Body: binPage(title, clear, t, shell.Pager(r, list.Prev, list.Next))})
}

// askPurge asks before a project is deleted for good.
func (p *Pages) askPurge(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	n, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	x, err := p.work.Binned(ctx, as, n)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "projectpages.purge.ask", locale.Args{"Name": x.Name})
	return p.shell.Render(w, r, shell.Page{Title: title, Body: framed(ui.Confirm{Title: title, Text: locale.T(ctx, "projectpages.purge.text"),
		Action: projectPath(as, n) + "/purge", Label: locale.T(ctx, "projectpages.purge"), Dangerous: true, BackURL: binPath(as)})})
}

func (p *Pages) purge(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	n, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	if err := p.work.PurgeProject(ctx, as, n); err != nil {
		return err
	}
	return p.shell.Done(w, r, binPath(as), locale.T(ctx, "projectpages.purged"))
}

// askEmpty asks before every project in the bin is deleted for good.
func (p *Pages) askEmpty(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	if err := as.Require(portal.ActRestoreProject); err != nil {
		return err
	}
	title := locale.T(ctx, "projectpages.bin.clear_ask")
	return p.shell.Render(w, r, shell.Page{Title: title, Body: framed(ui.Confirm{Title: title, Text: locale.T(ctx, "projectpages.bin.clear_text"),
		Action: binPath(as) + "/empty", Label: locale.T(ctx, "projectpages.bin.clear"), Dangerous: true, BackURL: binPath(as)})})
}

func (p *Pages) empty(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	if err := p.work.EmptyBin(ctx, as); err != nil {
		return err
	}
	return p.shell.Done(w, r, binPath(as), locale.T(ctx, "projectpages.bin.clearing"))
}
