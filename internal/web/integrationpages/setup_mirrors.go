package integrationpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("integrationpages.mirror.none_")
}

// mirrors shows the administrator what live fields wrote over, wait for or could not do.
func (p *Pages) mirrors(w http.ResponseWriter, r *http.Request) error {
	ctx, as, state := r.Context(), actor(r), r.URL.Query().Get("state")
	var t ui.Table
	var next string
	switch state {
	case integration.TaskFailed, integration.TaskWaiting:
		list, err := p.tie.Mirrors(ctx, as, state, shell.Paging(r))
		if err != nil {
			return err
		}
		t, next = mirrorTable(ctx, as, state, list), list.Next
	default:
		list, err := p.tie.MirrorConflicts(ctx, as, shell.Paging(r))
		if err != nil {
			return err
		}
		state, t, next = "", overTable(ctx, as, list), list.Next
	}
	title := locale.T(ctx, "integrationpages.mirror.title")
	return p.shell.Render(w, r, shell.Page{Title: title, Wide: true,
		Crumbs: p.crumbs(ctx, as, title), Body: mirrorsPage(p.at(r, ""), title, state, t, shell.Pager(r, "", next))})
}

func (p *Pages) retryMirrors(w http.ResponseWriter, r *http.Request) error {
	if err := p.tie.RetryMirrors(r.Context(), actor(r)); err != nil {
		return err
	}
	return p.shell.Done(w, r, p.at(r, "/mirrors?state=waiting"), locale.T(r.Context(), "integrationpages.task.tried"))
}

func mirrorActions(ctx context.Context, base, state string) []templ.Component {
	if state != integration.TaskFailed {
		return nil
	}
	return []templ.Component{ui.Post{Action: base + "/mirrors/retry", Button: ui.Button{Label: locale.T(ctx, "integrationpages.task.retry_all")}}}
}

// recordCell links to a record; one that is gone has its number.
func recordCell(as access.Actor, r integration.RecordRef) ui.Anchor {
	name := r.Name
	if name == "" {
		name = r.ID.String()
	}
	return ui.Anchor{Label: name, URL: recordPath(as, r.Module, r.ID)}
}

func projectCell(ctx context.Context, as access.Actor, project id.ID) ui.Anchor {
	return ui.Anchor{Label: locale.T(ctx, "integrationpages.mirror.open"), URL: projectPath(as, project)}
}

func mirrorTable(ctx context.Context, as access.Actor, state string, list page.Page[integration.Mirror]) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.mirror.title"), Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.mirror.record")},
		{Label: locale.T(ctx, "integrationpages.task.project")}, {Label: locale.T(ctx, "integrationpages.task.reason")}, {Label: locale.T(ctx, "integrationpages.mirror.synced")}},
		Empty: ui.Empty{Icon: "layout-list", Title: locale.T(ctx, "integrationpages.mirror.none_"+state)}}
	for _, x := range list.Items {
		why, when := "", ""
		if x.Reason != nil {
			why = locale.T(ctx, x.Reason.Key, locale.Args(x.Reason.Args))
		}
		if !x.SyncedAt.IsZero() {
			when = locale.DateTime(ctx, x.SyncedAt)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{recordCell(as, x.Record), projectCell(ctx, as, x.Project), ui.Text(why), ui.Text(when)}})
	}
	return t
}

func overTable(ctx context.Context, as access.Actor, list page.Page[integration.MirrorConflict]) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.mirror.over"), Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.mirror.record")},
		{Label: locale.T(ctx, "integrationpages.task.project")}, {Label: locale.T(ctx, "integrationpages.task.field")},
		{Label: locale.T(ctx, "integrationpages.task.in_crm")}, {Label: locale.T(ctx, "integrationpages.task.in_projects")},
		{Label: locale.T(ctx, "integrationpages.task.winner")}, {Label: locale.T(ctx, "integrationpages.task.when")}},
		Empty: ui.Empty{Icon: "layout-list", Title: locale.T(ctx, "integrationpages.mirror.none_over"), Text: locale.T(ctx, "integrationpages.mirror.none_over_text")}}
	for _, c := range list.Items {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{recordCell(as, c.Record), projectCell(ctx, as, c.Project),
			ui.Text(targetLabel(ctx, integration.MappingTarget{Target: c.Target, Name: c.Label})), ui.Text(c.CRM), ui.Text(c.Other),
			ui.Text(locale.T(ctx, "integrationpages.task_winner."+c.Winner)), oneLine(locale.DateTime(ctx, c.At))}})
	}
	return t
}
