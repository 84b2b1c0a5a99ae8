package orgpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// auditLog lists who did what in the organisation, the latest first.
func (p *Pages) auditLog(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	list, err := p.access.AuditLog(ctx, as, shell.Paging(r))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "orgpages.audit")
	t := ui.Table{Caption: title, Columns: []ui.Column{{Label: locale.T(ctx, "orgpages.audit.act")}, {Label: locale.T(ctx, "orgpages.audit.who")},
		{Label: locale.T(ctx, "orgpages.audit.detail")}, {Label: locale.T(ctx, "orgpages.when")}},
		Empty: ui.Empty{Title: locale.T(ctx, "orgpages.audit.none")}}
	for _, e := range list.Items {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(actWords(ctx, e.Act)), ui.Text(doer(ctx, e)),
			ui.Text(e.Detail), ui.Text(locale.DateTime(ctx, e.At))}})
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: crumbs(ctx, as, title), Body: listPage(title, locale.T(ctx, "orgpages.audit.text"), t, shell.Pager(r, list.Prev, list.Next))})
}

// actWords puts an act into words; one that has none yet is shown by its own name
// rather than left out, since a log must not hide anything.
func actWords(ctx context.Context, act string) string {
	key := "orgpages.act." + act
	if locale.From(ctx).Has(key) {
		return locale.T(ctx, key)
	}
	return act
}

// doer names who acted: a person, or the program itself.
func doer(ctx context.Context, e identity.Entry) string {
	if e.Name == "" && e.Actor == 0 {
		return locale.T(ctx, "orgpages.audit.program")
	}
	return e.Name
}
