package accountpages

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// meForm is what the page about oneself holds, also after a refusal.
type meForm struct {
	Settings identity.Settings
	Errors   ui.Errors
	Password ui.Errors
	Sessions []identity.Session
}

func (p *Pages) me(w http.ResponseWriter, r *http.Request) error {
	me, err := shell.Signed(r.Context())
	if err != nil {
		return err
	}
	return p.showMe(w, r, me, meForm{Settings: settingsOf(me)}, http.StatusOK)
}

func settingsOf(p identity.Person) identity.Settings {
	return identity.Settings{Name: p.Name(), Locale: p.Locale(), TimeZone: p.TimeZone(), Theme: p.Theme()}
}

func (p *Pages) showMe(w http.ResponseWriter, r *http.Request, me identity.Person, f meForm, status int) error {
	ctx := r.Context()
	var err error
	if f.Sessions, err = p.own.Sessions(ctx, me, p.shell.Token(r)); err != nil {
		return err
	}
	return p.shell.Render(w, r, shell.Page{Title: locale.T(ctx, "account.me.title"), Status: status, Body: mePage(me, f)})
}

func (p *Pages) saveMe(w http.ResponseWriter, r *http.Request) error {
	me, err := shell.Signed(r.Context())
	if err != nil {
		return err
	}
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	s := identity.Settings{Name: in.Text("name"), Locale: in.Text("locale"), TimeZone: in.Text("time_zone"), Theme: in.Text("theme")}
	saved, err := p.own.Save(r.Context(), me, s)
	if shell.Expected(err) {
		return p.showMe(w, r, me, meForm{Settings: s, Errors: shell.Errors(r.Context(), err)}, shell.StatusOf(err))
	}
	if err != nil {
		return err
	}
	// The words of "saved" are already in the language that was just chosen.
	words := locale.For(saved.Locale(), saved.TimeZone())
	return p.shell.Done(w, r, "/me", words.T("account.me.saved"))
}

func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request) error {
	me, err := shell.Signed(r.Context())
	if err != nil {
		return err
	}
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ticket, err := p.own.ChangePassword(r.Context(), me, in.Raw("old"), in.Raw("password"), client(r))
	if shell.Expected(err) {
		return p.showMe(w, r, me, meForm{Settings: settingsOf(me), Password: shell.Errors(r.Context(), err)}, shell.StatusOf(err))
	}
	if err != nil {
		return err
	}
	p.shell.KeepSession(w, ticket.Token, ticket.Expires)
	return p.shell.Done(w, r, "/me", locale.T(r.Context(), "account.me.password_done"))
}

func (p *Pages) askSignOut(w http.ResponseWriter, r *http.Request) error {
	if _, err := shell.Signed(r.Context()); err != nil {
		return err
	}
	return p.shell.Render(w, r, shell.Page{Title: locale.T(r.Context(), "account.me.sign_out_everywhere"), Body: signOutEverywhere()})
}

func (p *Pages) signOutEverywhere(w http.ResponseWriter, r *http.Request) error {
	me, err := shell.Signed(r.Context())
	if err != nil {
		return err
	}
	if err := p.own.SignOutEverywhere(r.Context(), me); err != nil {
		return err
	}
	p.shell.DropSession(w)
	return p.shell.Done(w, r, "/signin", locale.T(r.Context(), "account.me.signed_out"))
}

func sessionRows(ctx context.Context, list []identity.Session) []ui.Row {
	rows := make([]ui.Row, 0, len(list))
	for _, s := range list {
		rows = append(rows, ui.Row{Cells: []templ.Component{sessionName(s), moment(ctx, s.Since), moment(ctx, s.LastSeen), ui.Text(s.Address)}})
	}
	return rows
}

func moment(ctx context.Context, t time.Time) templ.Component {
	return ui.Text(locale.DateTime(ctx, t))
}
