package integrationpages

import (
	"context"
	"net/http"

	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func (p *Pages) key(w http.ResponseWriter, r *http.Request) error {
	return p.showKey(w, r, keyForm{}, 0)
}

// keyForm is what the page of the key shows besides the facts.
type keyForm struct {
	typed, asked    ui.Errors
	email, approver string
	last            integration.Approval
}

func (p *Pages) showKey(w http.ResponseWriter, r *http.Request, f keyForm, status int) error {
	ctx, as := r.Context(), actor(r)
	o, err := p.tie.Overview(ctx, as)
	if err != nil {
		return err
	}
	if o.Portal.ID == 0 {
		shell.Redirect(w, r, p.at(r, ""))
		return nil
	}
	if f.last, err = p.tie.LastApproval(ctx, as); err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.key.update")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: p.crumbs(ctx, as, title), Body: keyPage(title, p.at(r, ""), o, f), Status: status})
}

func (p *Pages) updateKey(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	_, err = p.tie.UpdateKey(ctx, actor(r), integration.KeyForm{Secret: in.Text("key"), Email: in.Text("email"), Version: in.Int("version")})
	if err == nil {
		return p.shell.Done(w, r, p.at(r, ""), locale.T(ctx, "integrationpages.key.updated"))
	}
	if !mendable(err) {
		return err
	}
	return p.showKey(w, r, keyForm{typed: shell.Errors(ctx, err), email: in.Text("email")}, shell.StatusOf(err))
}

// change leads to another portal: first the choice, then a page that counts what goes.
func (p *Pages) change(w http.ResponseWriter, r *http.Request) error {
	return p.showPortal(w, r, portalForm{}, 0)
}

// changePortal asks once with the numbers and acts when they were confirmed.
func (p *Pages) changePortal(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	if in.On("confirmed") {
		_, err = p.tie.ChangePortal(ctx, as, in.ID("portal"), in.Int("version"))
		if err == nil {
			shell.Redirect(w, r, p.at(r, "/association"))
			return nil
		}
		if !mendable(err) {
			return err
		}
		return p.showPortal(w, r, portalForm{choose: shell.Errors(ctx, err)}, shell.StatusOf(err))
	}
	o, losses, err := p.losses(ctx, r)
	if err != nil {
		return err
	}
	choices, err := p.tie.Portals(ctx, as)
	if err != nil {
		return err
	}
	chosen, ok := choices.Portal(in.ID("portal"))
	if !ok || chosen.ID == o.Portal.ID {
		key := "integrationpages.portal.choose_one"
		if ok {
			key = "integrationpages.portal.same"
		}
		err := fault.Invalid("web.ui.check_fields").Field("portal", key)
		return p.showPortal(w, r, portalForm{choose: shell.Errors(ctx, err)}, shell.StatusOf(err))
	}
	title := locale.T(ctx, "integrationpages.change_portal")
	ask := ui.Confirm{
		Title:  title,
		Text:   locale.T(ctx, "integrationpages.change.text", locale.Args{"From": o.Portal.Name, "To": chosen.Name}),
		Action: p.at(r, "/change"), Label: title, Dangerous: true, BackURL: p.at(r, ""),
		Hidden: []ui.Hidden{{Name: "confirmed", Value: "on"}, {Name: "portal", Value: chosen.ID.String()}, {Name: "version", Value: num(o.Version)}},
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: p.crumbs(ctx, as, title), Body: asPage(lossConfirm(ask, losses, false)), Fragment: lossConfirm(ask, losses, false)})
}

func (p *Pages) losses(ctx context.Context, r *http.Request) (integration.Overview, integration.Losses, error) {
	o, err := p.tie.Overview(ctx, actor(r))
	if err != nil {
		return o, integration.Losses{}, err
	}
	l, err := p.tie.Losses(ctx, actor(r))
	return o, l, err
}

func (p *Pages) disable(w http.ResponseWriter, r *http.Request) error {
	return p.showDisable(w, r, ui.Errors{}, 0)
}

func (p *Pages) showDisable(w http.ResponseWriter, r *http.Request, errs ui.Errors, status int) error {
	ctx, as := r.Context(), actor(r)
	o, losses, err := p.losses(ctx, r)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.disable")
	ask := ui.Confirm{
		Title: title, Text: locale.T(ctx, "integrationpages.disable.text", locale.Args{"Portal": o.Portal.Name}),
		Action: p.at(r, "/disable"), Label: title, Dangerous: true, BackURL: p.at(r, ""), Errors: errs,
		Hidden: []ui.Hidden{{Name: "version", Value: num(o.Version)}},
	}
	part := lossConfirm(ask, losses, true)
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: p.crumbs(ctx, as, title), Body: asPage(part), Fragment: part, Status: status})
}

func (p *Pages) disableNow(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if _, err := p.tie.Disable(ctx, actor(r), in.Int("version")); err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showDisable(w, r, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, p.at(r, ""), locale.T(ctx, "integrationpages.disabled"))
}
