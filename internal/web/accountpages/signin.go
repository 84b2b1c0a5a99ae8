package accountpages

import (
	"net/http"

	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	next := shell.Local(r.URL.Query().Get("next"), "/")
	if _, err := shell.Signed(r.Context()); err == nil {
		shell.Redirect(w, r, next)
		return nil
	}
	return p.showSignIn(w, r, "", next, nil)
}

func (p *Pages) showSignIn(w http.ResponseWriter, r *http.Request, email, next string, err error) error {
	ctx := r.Context()
	return p.small(w, r, shell.Page{
		Title: locale.T(ctx, "account.signin.title"), Status: shell.StatusOf(err),
		Body: signInPage(email, next, shell.Errors(ctx, err)),
	})
}

func (p *Pages) doSignIn(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	email, next := in.Text("email"), shell.Local(in.Text("next"), "/")
	ticket, _, err := p.own.SignIn(r.Context(), email, in.Raw("password"), client(r))
	if shell.Expected(err) {
		return p.showSignIn(w, r, email, next, err)
	}
	if err != nil {
		return err
	}
	p.shell.KeepSession(w, ticket.Token, ticket.Expires)
	shell.Redirect(w, r, next)
	return nil
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := p.own.SignOut(r.Context(), p.shell.Token(r)); err != nil {
		return err
	}
	p.shell.DropSession(w)
	p.shell.Flash(w, ui.Success, locale.T(r.Context(), "account.signin.out"))
	shell.Redirect(w, r, "/signin")
	return nil
}
