package integrationpages

import (
	"net/http"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// portalForm is what the portal step shows besides the lists: what was typed, and
// what was wrong with it, by the part of the page it belongs to.
type portalForm struct {
	base     string
	to       string // where choosing leads: the wizard, or changing the portal
	choices  integration.PortalChoices
	steps    ui.Steps
	idem     string
	newName  string
	fresh    id.ID // the portal that was just made
	bound    id.ID // the portal that is joined now
	email    string
	approver string
	choose   ui.Errors
	asked    ui.Errors
	typed    ui.Errors
	made     ui.Errors
	openKey  bool
	openNew  bool
}

func (p *Pages) portal(w http.ResponseWriter, r *http.Request) error {
	return p.showPortal(w, r, portalForm{openNew: r.URL.Query().Has("new"), openKey: r.URL.Query().Has("key"), fresh: freshPortal(r)}, 0)
}

// freshPortal is the portal that was made on the page before this one.
func freshPortal(r *http.Request) id.ID {
	n, err := id.Parse(r.URL.Query().Get("made"))
	if err != nil {
		return 0
	}
	return n
}

// showPortal fills the form with the lists as they are now and shows the step.
func (p *Pages) showPortal(w http.ResponseWriter, r *http.Request, f portalForm, status int) error {
	ctx, as := r.Context(), actor(r)
	o, err := p.tie.Overview(ctx, as)
	if err != nil {
		return err
	}
	if o.Status == integration.StatusNone || o.Status == integration.StatusDisabled {
		shell.Redirect(w, r, p.at(r, ""))
		return nil
	}
	if f.choices, err = p.tie.Portals(ctx, as); err != nil {
		return err
	}
	f.base, f.idem = p.at(r, ""), shell.Once()
	f.openKey = f.openKey || f.choices.Approval.State == integration.ApprovalWaiting
	f.to, f.bound = f.base+"/portal", o.Portal.ID
	if f.email == "" {
		f.email = f.choices.TypedEmail
	}
	title := locale.T(ctx, "integrationpages.portal.title")
	if o.Portal.ID != 0 { // bound: this is the way to another portal
		f.to = f.base + "/change"
		title = locale.T(ctx, "integrationpages.change_portal")
	} else {
		f.steps = wizard(ctx, f.base, stepPortal, f.choices.Chosen != 0)
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: p.crumbs(ctx, as, title), Body: portalPage(title, f), Status: status})
}

// choosePortal keeps the choice and goes on to the permissions.
func (p *Pages) choosePortal(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if in.ID("portal") == 0 {
		err = fault.Invalid("web.ui.check_fields").Field("portal", "integrationpages.portal.choose_one")
	} else {
		_, err = p.tie.ChoosePortal(ctx, actor(r), integration.PortalChoice{Portal: in.ID("portal"), Version: in.Int("version")})
	}
	if err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showPortal(w, r, portalForm{choose: shell.Errors(ctx, err)}, shell.StatusOf(err))
	}
	shell.Redirect(w, r, p.at(r, "/permissions"))
	return nil
}

// typeKey tries another user's key and comes back with the portals it opens.
func (p *Pages) typeKey(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	_, err = p.tie.TypeKey(ctx, actor(r), integration.KeyForm{Secret: in.Text("key"), Email: in.Text("email"), Version: in.Int("version")})
	if err == nil {
		shell.Redirect(w, r, p.at(r, "/portal")+"#typed")
		return nil
	}
	if !mendable(err) {
		return err
	}
	return p.showPortal(w, r, portalForm{typed: shell.Errors(ctx, err), email: in.Text("email"), openKey: true}, shell.StatusOf(err))
}

// newPortal makes a portal; it is then in the list, to be chosen and saved.
func (p *Pages) newPortal(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	made, err := p.tie.CreatePortal(ctx, actor(r), in.Text("once"), in.Text("name"))
	if err == nil {
		return p.shell.Done(w, r, ui.URL(p.at(r, "/portal"), "made", made.ID.String()), locale.T(ctx, "integrationpages.portal.made", locale.Args{"Name": made.Name}))
	}
	if !mendable(err) {
		return err
	}
	return p.showPortal(w, r, portalForm{made: shell.Errors(ctx, err), newName: in.Text("name"), openNew: true}, shell.StatusOf(err))
}

// mendable says whether the form can be shown again with what was wrong: besides
// the expected faults, a key that was refused.
func mendable(err error) bool {
	return shell.Expected(err) || fault.HasCode(err, integration.CodeKeyRejected)
}
