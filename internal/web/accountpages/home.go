package accountpages

import (
	"net/http"

	"musubi/internal/locale"
	"musubi/internal/web/shell"
)

// home leads to the only place a person has, or shows the places to choose from.
// An empty installation starts at its first-start page.
func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	me, err := shell.Signed(ctx)
	if err != nil {
		empty, emptyErr := p.own.Empty(ctx)
		if emptyErr != nil {
			return emptyErr
		}
		if empty {
			shell.Redirect(w, r, "/start")
			return nil
		}
		shell.Redirect(w, r, "/signin")
		return nil
	}
	places, err := p.parts.Places(ctx, me)
	if err != nil {
		return err
	}
	if len(places) == 1 {
		shell.Redirect(w, r, places[0].URL)
		return nil
	}
	title := locale.T(ctx, "account.home.title", locale.Args{"Name": me.Name()})
	return p.shell.Render(w, r, shell.Page{Title: title, Body: homePage(me.Name(), places)})
}
