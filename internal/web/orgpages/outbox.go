package orgpages

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func num(n int64) string { return strconv.FormatInt(n, 10) }

// outbox lists the organisation's letters, so that the story works without a mail server.
func (p *Pages) outbox(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	list, err := p.access.Letters(ctx, as, shell.Paging(r))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "orgpages.outbox")
	t := ui.Table{Caption: title, Columns: []ui.Column{{Label: locale.T(ctx, "orgpages.subject")}, {Label: locale.T(ctx, "orgpages.to")}, {Label: locale.T(ctx, "orgpages.when")}, {Label: locale.T(ctx, "orgpages.status")}},
		Empty: ui.Empty{Icon: "mail", Title: locale.T(ctx, "orgpages.outbox.none")}}
	for _, m := range list.Items {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Anchor{Label: m.Subject, URL: setup(as) + "/outbox/" + m.ID.String()}, ui.Text(m.To.Email),
			ui.Text(locale.DateTime(ctx, m.CreatedAt)), ui.Badge{Label: locale.T(ctx, m.State.Key())}}})
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: crumbs(ctx, as, title), Body: listPage(title, locale.T(ctx, "orgpages.outbox.text"), t, shell.Pager(r, list.Prev, list.Next))})
}

func (p *Pages) letter(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	n, err := shell.ID(r, "letter")
	if err != nil {
		return err
	}
	m, err := p.access.Letter(ctx, as, n)
	if err != nil {
		return err
	}
	c := ui.Crumbs{{Label: locale.T(ctx, "orgpages.setup"), URL: setup(as)}, {Label: locale.T(ctx, "orgpages.outbox"), URL: setup(as) + "/outbox"}, {Label: m.Subject, Current: true}}
	return p.shell.Render(w, r, shell.Page{Title: m.Subject, Crumbs: c, Body: letterPage(setup(as)+"/outbox/"+m.ID.String(), m)})
}

func (p *Pages) letterFile(w http.ResponseWriter, r *http.Request) error {
	n, err := shell.ID(r, "letter")
	if err != nil {
		return err
	}
	place, err := strconv.Atoi(chi.URLParam(r, "place"))
	if err != nil {
		return fault.NotFound("fault.not_found")
	}
	f, err := p.access.LetterFile(r.Context(), actor(r), n, place)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Content-Disposition", "attachment; filename="+strconv.Quote(f.Name))
	_, _ = w.Write(f.Data)
	return nil
}
