package integrationpages

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("integrationpages.tie.")
	locale.Dynamic("integrationpages.restore.")
	locale.Dynamic("integrationpages.archives.held.")
}

// archivesLink leads an organisation that has left to what it had tied.
func archivesLink(ctx context.Context, base string, o integration.Overview) templ.Component {
	if o.Status != integration.StatusDisabled {
		return templ.NopComponent
	}
	return ui.Anchor{Label: locale.T(ctx, "integrationpages.archives.title"), URL: base + "/archives"}
}

func epochOf(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, "epoch"), 10, 64)
	if err != nil {
		return 0, fault.NotFound("integration.archive.gone")
	}
	return n, nil
}

func (p *Pages) archives(w http.ResponseWriter, r *http.Request) error {
	return p.showArchives(w, r, ui.Errors{}, 0)
}

func (p *Pages) showArchives(w http.ResponseWriter, r *http.Request, errs ui.Errors, code int) error {
	ctx, as := r.Context(), actor(r)
	list, err := p.tie.Archives(ctx, as)
	if err != nil {
		return err
	}
	run, rest, err := p.tie.Restoration(ctx, as, shell.Paging(r))
	if err != nil {
		return err
	}
	at, title := p.at(r, "/archives"), locale.T(ctx, "integrationpages.archives.title")
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Crumbs: p.crumbs(ctx, as, title),
		Body: archivesPage(at, title, errs, archiveTable(ctx, at, list), run, restTable(ctx, as.Org().String(), rest.Items), len(rest.Items) > 0, shell.Pager(r, rest.Prev, rest.Next))})
}

func archiveTable(ctx context.Context, at string, list []integration.Archive) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.archives.title"),
		Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.fact.portal")}, {Label: locale.T(ctx, "integrationpages.archives.at")},
			{Label: locale.T(ctx, "integrationpages.archives.by")}, {Label: locale.T(ctx, "integrationpages.archives.held")},
			{Label: locale.T(ctx, "integrationpages.archives.do"), Quiet: true, End: true}},
		Empty: ui.Empty{Icon: "link", Title: locale.T(ctx, "integrationpages.archives.none"), Text: locale.T(ctx, "integrationpages.archives.none_text")},
	}
	for _, a := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(a.Portal.Name), ui.Text(archivedAt(ctx, a)), ui.Text(a.By),
			ui.Text(counted(ctx, "integrationpages.archives.held.", map[string]int64{"projects": a.Projects, "clients": a.Clients, "contacts": a.Contacts, "tasks": a.Tasks}, "projects", "clients", "contacts", "tasks")),
			archiveActs(at+"/"+strconv.FormatInt(a.Epoch, 10), a)}})
	}
	return t
}

// archivedAt says when a binding ended, or that its file was loaded then.
func archivedAt(ctx context.Context, a integration.Archive) string {
	when := locale.DateTime(ctx, a.At)
	if a.Loaded() {
		return locale.T(ctx, "integrationpages.archives.loaded_at", locale.Args{"When": when})
	}
	return when
}

func restTable(ctx context.Context, org string, list []integration.NotRestored) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.archives.rest"), Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.archives.kind")},
		{Label: locale.T(ctx, "integrationpages.firing.record")}, {Label: locale.T(ctx, "integrationpages.archives.target")}, {Label: locale.T(ctx, "integrationpages.archives.why")}}}
	for _, n := range list {
		var rec templ.Component = ui.Text(n.Record.ID.String())
		if n.Record.Name != "" {
			rec = recordLink(org, n.Record.Module, n.Record.ID.String(), n.Record.Name)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(locale.T(ctx, "integrationpages.tie."+n.Kind)), rec, ui.Text(n.Target),
			ui.Text(locale.T(ctx, "integrationpages.restore."+n.Reason))}})
	}
	return t
}

// loadArchive keeps what a file holds.
func (p *Pages) loadArchive(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	n, err := p.takeArchive(w, r)
	if err != nil {
		if !mendable(err) {
			return err
		}
		return p.showArchives(w, r, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, p.at(r, "/archives"), locale.T(ctx, "integrationpages.archives.loaded", locale.Args{"Count": n}))
}

func (p *Pages) takeArchive(w http.ResponseWriter, r *http.Request) (int, error) {
	_, file, _, err := shell.ReadUpload(w, r, "file", integration.MaxArchiveBytes)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, integration.MaxArchiveBytes+1))
	if err != nil {
		return 0, fault.Internal(err)
	}
	return p.tie.LoadArchive(r.Context(), actor(r), data)
}

func (p *Pages) restoreProgress(w http.ResponseWriter, r *http.Request) error {
	run, err := p.tie.Run(r.Context(), actor(r), integration.RunRestore)
	if err != nil {
		return err
	}
	return p.shell.RenderPart(w, r, restoreBar(p.at(r, "/archives"), run))
}

// restored says what a run that ended brought back, and what it could not where there is any.
func restored(ctx context.Context, run integration.Run) string {
	said := locale.T(ctx, "integrationpages.archives.done", locale.Args{"Count": run.Done - run.Failed, "When": locale.DateTime(ctx, run.FinishedAt)})
	if run.Failed == 0 {
		return said
	}
	return locale.T(ctx, "integrationpages.archives.failed", locale.Args{"Said": said, "Count": run.Failed})
}

// archiveFile gives an archive as a file, written to memory first: a fault half-way is
// an error page and not half a file.
func (p *Pages) archiveFile(w http.ResponseWriter, r *http.Request) error {
	epoch, err := epochOf(r)
	if err != nil {
		return err
	}
	format := chi.URLParam(r, "format")
	kind, ok := map[string]string{"json": "application/json", "csv": "text/csv; charset=utf-8"}[format]
	if !ok {
		return fault.NotFound("integration.archive.gone")
	}
	var b bytes.Buffer
	if err := p.tie.WriteArchive(r.Context(), actor(r), epoch, format, &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="associations-`+strconv.FormatInt(epoch, 10)+`.`+format+`"`)
	_, _ = w.Write(b.Bytes())
	return nil
}

func (p *Pages) restoreArchive(w http.ResponseWriter, r *http.Request) error {
	epoch, err := epochOf(r)
	if err != nil {
		return err
	}
	if err := p.tie.RestoreArchive(r.Context(), actor(r), epoch); err != nil {
		if !mendable(err) {
			return err
		}
		p.shell.Flash(w, ui.Warning, shell.Errors(r.Context(), err).Summary)
	}
	shell.Redirect(w, r, p.at(r, "/archives"))
	return nil
}

func (p *Pages) askDeleteArchive(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	epoch, err := epochOf(r)
	if err != nil {
		return err
	}
	list, err := p.tie.Archives(ctx, as)
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.Epoch != epoch {
			continue
		}
		at, title := p.at(r, "/archives"), locale.T(ctx, "integrationpages.archives.delete")
		ask := ui.Confirm{Title: title, Text: locale.T(ctx, "integrationpages.archives.delete_text", locale.Args{"Portal": a.Portal.Name, "When": locale.DateTime(ctx, a.At)}),
			Action: at + "/" + strconv.FormatInt(epoch, 10) + "/delete", Label: title, Dangerous: true, BackURL: at}
		return p.shell.Render(w, r, shell.Page{Title: title, Body: asPage(ask), Fragment: ask})
	}
	return fault.NotFound("integration.archive.gone")
}

func (p *Pages) deleteArchive(w http.ResponseWriter, r *http.Request) error {
	epoch, err := epochOf(r)
	if err != nil {
		return err
	}
	if err := p.tie.DeleteArchive(r.Context(), actor(r), epoch); err != nil {
		return err
	}
	return p.shell.Done(w, r, p.at(r, "/archives"), locale.T(r.Context(), "integrationpages.archives.deleted"))
}
