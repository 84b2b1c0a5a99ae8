package orgpages

import (
	"context"
	"net/http"
	"regexp"
	"strings"

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
			ui.Text(detailWords(ctx, e)), ui.Text(locale.DateTime(ctx, e.At))}})
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

// ended is what the integration notes when a binding ends: the portal and how many
// associations, records, clients and contacts it had.
var ended = regexp.MustCompile(`^(.*): (\d+)/(\d+), (\d+), (\d+)$`)

// detailWords puts the details that rooms note for themselves into words: values and
// numbers. Names and addresses stay as they are.
func detailWords(ctx context.Context, e identity.Entry) string {
	switch e.Act {
	case "access.organisation.edition":
		return fromTo(ctx, e.Detail, "orgpages.edition.")
	case "access.sharing.changed":
		if module, change, ok := strings.Cut(e.Detail, ": "); ok {
			return locale.T(ctx, "orgpages.audit.of", locale.Args{"Of": moduleWord(ctx, module), "What": fromTo(ctx, change, "orgpages.share.")})
		}
	case "integration.disabled", "integration.portal_changed":
		if m := ended.FindStringSubmatch(e.Detail); m != nil {
			return locale.T(ctx, "orgpages.audit.ended", locale.Args{"Portal": m[1], "Associations": m[2], "Records": m[3], "Accounts": m[4], "Contacts": m[5]})
		}
	}
	return e.Detail
}

// fromTo words a change from one value to another whose words have the prefix.
func fromTo(ctx context.Context, detail, prefix string) string {
	parts := strings.Split(detail, " → ")
	for i, part := range parts {
		if locale.From(ctx).Has(prefix + part) {
			parts[i] = locale.T(ctx, prefix+part)
		}
	}
	return strings.Join(parts, " → ")
}

// doer names who acted: a person, or the program itself.
func doer(ctx context.Context, e identity.Entry) string {
	if e.Name == "" && e.Actor == 0 {
		return locale.T(ctx, "orgpages.audit.program")
	}
	return e.Name
}
