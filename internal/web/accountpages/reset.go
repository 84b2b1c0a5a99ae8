package accountpages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func (p *Pages) askReset(w http.ResponseWriter, r *http.Request) error {
	return p.small(w, r, shell.Page{Title: locale.T(r.Context(), "account.forgot.title"), Body: askResetPage("", ui.Errors{})})
}

// sendReset answers the same whether or not anybody has the address.
func (p *Pages) sendReset(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, email := r.Context(), in.Text("email")
	title := locale.T(ctx, "account.forgot.title")
	err = p.own.AskReset(ctx, email)
	if shell.Expected(err) {
		return p.small(w, r, shell.Page{Title: title, Status: shell.StatusOf(err), Body: askResetPage(email, shell.Errors(ctx, err))})
	}
	if err != nil {
		return err
	}
	return p.small(w, r, shell.Page{Title: title, Body: resetSentPage()})
}

func (p *Pages) reset(w http.ResponseWriter, r *http.Request) error {
	token := chi.URLParam(r, "token")
	if _, err := p.own.ResetAllowed(r.Context(), token); err != nil {
		return p.dead(w, r, err, locale.T(r.Context(), "account.dead_link.reset"))
	}
	return p.showReset(w, r, token, nil)
}

func (p *Pages) showReset(w http.ResponseWriter, r *http.Request, token string, err error) error {
	ctx := r.Context()
	return p.small(w, r, shell.Page{
		Title: locale.T(ctx, "account.reset.title"), Status: shell.StatusOf(err), Body: resetPage(token, shell.Errors(ctx, err)),
	})
}

func (p *Pages) doReset(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	token := chi.URLParam(r, "token")
	err = p.own.Reset(r.Context(), token, in.Raw("password"))
	switch {
	case fault.Is(err, fault.KindNotFound):
		return p.dead(w, r, err, locale.T(r.Context(), "account.dead_link.reset"))
	case shell.Expected(err):
		return p.showReset(w, r, token, err)
	case err != nil:
		return err
	}
	p.shell.DropSession(w)
	return p.shell.Done(w, r, "/signin", locale.T(r.Context(), "account.reset.done"))
}

// dead tells that a mailed link is over; other faults stay what they are.
func (p *Pages) dead(w http.ResponseWriter, r *http.Request, err error, text string) error {
	if !fault.Is(err, fault.KindNotFound) {
		return err
	}
	return p.small(w, r, shell.Page{
		Title: locale.T(r.Context(), "account.dead_link"), Status: shell.StatusOf(err), Body: deadLinkPage(text),
	})
}
