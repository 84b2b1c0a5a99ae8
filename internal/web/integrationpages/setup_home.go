package integrationpages

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
)

// home shows where the integration stands; during the set-up it leads to the step
// that is next, so that leaving and coming back goes on where one was.
func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	o, err := p.tie.Overview(ctx, as)
	if err != nil {
		return err
	}
	var body templ.Component
	organisation := crmPath(as) + "/setup/organisation"
	switch {
	case o.Status == integration.StatusNone, o.Status == integration.StatusDisabled, o.Status == integration.StatusTrialExpired && o.Portal.ID == 0:
		body = introPage(p.at(r, ""), organisation, o)
	case o.Status == integration.StatusSettingUp:
		shell.Redirect(w, r, p.at(r, "/portal"))
		return nil
	default:
		losses, err := p.tie.Losses(ctx, as)
		if err != nil {
			return err
		}
		body = statusPage(p.at(r, ""), organisation, o, losses)
	}
	return p.shell.Render(w, r, shell.Page{
		Title: locale.T(ctx, "integrationpages.title"), Crumbs: p.crumbs(ctx, as, ""), Body: body,
	})
}

// start is はじめに.
func (p *Pages) start(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	if _, err := p.tie.GetStarted(r.Context(), actor(r), in.Int("version")); err != nil && !shell.Expected(err) {
		return err
	} else if err != nil {
		// A second press, or another administrator's: the page shows where things stand.
		p.shell.Flash(w, "info", shell.Errors(r.Context(), err).Summary)
	}
	shell.Redirect(w, r, p.at(r, ""))
	return nil
}

func num(n int64) string { return strconv.FormatInt(n, 10) }
