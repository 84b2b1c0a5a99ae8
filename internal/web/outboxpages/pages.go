package outboxpages

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/mail"
	"musubi/internal/page"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// House is whose letters the pages show; each function asks for the badge of the
// request and refuses who may not read them.
type House struct {
	Base    func(r *http.Request) string // of the outbox itself
	Crumbs  func(r *http.Request) ui.Crumbs
	Letters func(r *http.Request, p page.Request) (page.Page[mail.Message], error)
	Letter  func(r *http.Request, letter id.ID) (mail.Message, error)
	File    func(r *http.Request, letter id.ID, place int) (mail.Attachment, error)
}

// Pages serves the outbox of one kind of house.
type Pages struct {
	shell *shell.Shell
	house House
}

// New makes the pages.
func New(s *shell.Shell, house House) *Pages { return &Pages{shell: s, house: house} }

// Routes adds the pages below the outbox's own address.
func (p *Pages) Routes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/", h(p.list))
	r.Get("/{letter}", h(p.letter))
	r.Get("/{letter}/files/{place}", h(p.file))
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := p.house.Letters(r, shell.Paging(r))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "outboxpages.outbox")
	t := ui.Table{Caption: title, Columns: []ui.Column{{Label: locale.T(ctx, "outboxpages.subject")}, {Label: locale.T(ctx, "outboxpages.to")},
		{Label: locale.T(ctx, "outboxpages.when"), Short: true}, {Label: locale.T(ctx, "outboxpages.state")}}, Empty: ui.Empty{Icon: "mail", Title: locale.T(ctx, "outboxpages.none")}}
	for _, m := range list.Items {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Anchor{Label: m.Subject, URL: p.house.Base(r) + "/" + m.ID.String()}, ui.Text(m.To.Email),
			ui.Text(locale.DateTime(ctx, m.CreatedAt)), ui.Badge{Label: locale.T(ctx, m.State.Key())}}})
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: append(p.house.Crumbs(r), ui.Link{Label: title, Current: true}),
		Body: listPage(title, t, shell.Pager(r, list.Prev, list.Next))})
}

func (p *Pages) letter(w http.ResponseWriter, r *http.Request) error {
	n, err := shell.ID(r, "letter")
	if err != nil {
		return err
	}
	m, err := p.house.Letter(r, n)
	if err != nil {
		return err
	}
	crumbs := append(p.house.Crumbs(r), ui.Link{Label: locale.T(r.Context(), "outboxpages.outbox"), URL: p.house.Base(r)}, ui.Link{Label: m.Subject, Current: true})
	return p.shell.Render(w, r, shell.Page{Title: m.Subject, Crumbs: crumbs, Body: letterPage(p.house.Base(r)+"/"+m.ID.String(), m)})
}

func (p *Pages) file(w http.ResponseWriter, r *http.Request) error {
	n, err := shell.ID(r, "letter")
	if err != nil {
		return err
	}
	place, err := strconv.Atoi(chi.URLParam(r, "place"))
	if err != nil {
		return fault.NotFound("fault.not_found")
	}
	f, err := p.house.File(r, n, place)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Content-Disposition", "attachment; filename="+strconv.Quote(f.Name))
	_, _ = w.Write(f.Data)
	return nil
}
