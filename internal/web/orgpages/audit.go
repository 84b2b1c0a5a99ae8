package orgpages

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/web/auditviews"
	"musubi/internal/web/shell"
)

// auditLog lists who did what in the organisation, the latest first.
func (p *Pages) auditLog(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	list, err := p.access.AuditLog(ctx, as, shell.Paging(r))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "orgpages.audit")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: crumbs(ctx, as, title), Body: listPage(title, locale.T(ctx, "orgpages.audit.text"),
		auditviews.Table(ctx, list.Items, detailWords), shell.Pager(r, list.Prev, list.Next))})
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
