package accountpages

import (
	"net/http"

	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// start is the first page of an empty installation. Without the token of the log
// it says where to find it; once somebody has an account it leads to sign-in.
func (p *Pages) start(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	empty, err := p.own.Empty(ctx)
	if err != nil {
		return err
	}
	if !empty {
		shell.Redirect(w, r, "/signin")
		return nil
	}
	token := r.URL.Query().Get("token")
	title := locale.T(ctx, "account.start.title")
	if !p.own.StartAllowed(token) {
		return p.small(w, r, shell.Page{Title: title, Body: lockedStartPage()})
	}
	zone := "Asia/Tokyo"
	if locale.From(ctx).Lang != locale.Japanese {
		zone = "UTC"
	}
	return p.small(w, r, shell.Page{Title: title, Body: startPage(token, Beginning{TimeZone: zone}, ui.Errors{})})
}

func (p *Pages) begin(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, token := r.Context(), in.Text("token")
	b := Beginning{
		Organisation: in.Text("organisation"), TimeZone: in.Text("time_zone"), Name: in.Text("name"),
		Email: in.Text("email"), Password: in.Raw("password"), Locale: locale.From(ctx).Lang,
	}
	err = p.parts.Begin(ctx, token, b)
	if shell.Expected(err) {
		return p.small(w, r, shell.Page{
			Title: locale.T(ctx, "account.start.title"), Status: shell.StatusOf(err), Body: startPage(token, b, shell.Errors(ctx, err)),
		})
	}
	if err != nil {
		return err
	}
	ticket, _, err := p.own.SignIn(ctx, b.Email, b.Password, client(r))
	if err != nil {
		return err
	}
	p.shell.KeepSession(w, ticket.Token, ticket.Expires)
	return p.shell.Done(w, r, "/", locale.T(ctx, "account.start.done"))
}
