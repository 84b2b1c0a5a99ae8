package noticepages

import (
	"context"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"musubi/internal/locale"
	"musubi/internal/notice"
	"musubi/internal/page"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Pages serves one's notices.
type Pages struct {
	shell   *shell.Shell
	notices *notice.Service
}

// New makes the pages.
func New(s *shell.Shell, notices *notice.Service) *Pages {
	return &Pages{shell: s, notices: notices}
}

// Routes adds the pages.
func (p *Pages) Routes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/notices", h(p.list))
	r.Post("/notices/read", h(p.readAll))
	r.Post("/notices/preferences", h(p.prefer))
	r.Get("/notices/{notice}", h(p.open))
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := shell.Signed(ctx)
	if err != nil {
		return err
	}
	list, err := p.notices.List(ctx, who, page.Request{Size: shell.Paging(r).Size, Cursor: r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	want, err := p.notices.Preferences(ctx, who)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "web.shell.notices")
	return p.shell.Render(w, r, shell.Page{Title: title, Body: noticesPage(title, list.Items, shell.Pager(r, "", list.Next), preferenceGrid(ctx, want))})
}

// open marks a notice as read and goes where it leads: always into this program.
func (p *Pages) open(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := shell.Signed(ctx)
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "notice")
	if err != nil {
		return err
	}
	found, err := p.notices.Open(ctx, who, n)
	if err != nil {
		return err
	}
	to := found.Path
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
		to = "/notices"
	}
	shell.Redirect(w, r, to)
	return nil
}

func (p *Pages) readAll(w http.ResponseWriter, r *http.Request) error {
	who, err := shell.Signed(r.Context())
	if err != nil {
		return err
	}
	if err := p.notices.ReadAll(r.Context(), who); err != nil {
		return err
	}
	return p.shell.Done(w, r, "/notices", locale.T(r.Context(), "notice.all_read"))
}

func (p *Pages) prefer(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	who, err := shell.Signed(r.Context())
	if err != nil {
		return err
	}
	var want []notice.Preference
	for _, kind := range notice.Kinds() {
		want = append(want, notice.Preference{Kind: kind, Bell: in.On("bell." + kind), Mail: in.On("mail." + kind)})
	}
	if err := p.notices.SetPreferences(r.Context(), who, want); err != nil {
		return err
	}
	return p.shell.Done(w, r, "/notices", locale.T(r.Context(), "notice.saved"))
}

// preferenceGrid is how one wants to hear of each kind.
func preferenceGrid(ctx context.Context, want []notice.Preference) ui.CheckGrid {
	g := ui.CheckGrid{ID: "preferences", Caption: locale.T(ctx, "notice.preferences"), Corner: locale.T(ctx, "notice.what"),
		Columns: []string{locale.T(ctx, "notice.bell"), locale.T(ctx, "notice.mail")}}
	for _, p := range want {
		g.Rows = append(g.Rows, ui.GridRow{Label: locale.T(ctx, "notice.kind."+p.Kind), Cells: []ui.GridCell{
			{Name: "bell." + p.Kind, Value: "on", Checked: p.Bell}, {Name: "mail." + p.Kind, Value: "on", Checked: p.Mail}}})
	}
	return g
}

// path is where a click on a notice leads first.
func path(n notice.Notice) string { return "/notices/" + n.ID.String() }
