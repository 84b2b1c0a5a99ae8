package orgpages

import (
	"net/http"

	"musubi/internal/crm/access"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func (p *Pages) organisation(w http.ResponseWriter, r *http.Request) error {
	return p.showOrganisation(w, r, nil, ui.Errors{}, 0)
}

func (p *Pages) showOrganisation(w http.ResponseWriter, r *http.Request, typed *access.Settings, errs ui.Errors, status int) error {
	ctx, as := r.Context(), actor(r)
	if err := as.RequireAdmin(); err != nil {
		return err
	}
	o, err := p.access.Organisation(ctx, as)
	if err != nil {
		return err
	}
	in := access.Settings{Name: o.Name, TimeZone: o.TimeZone, Currency: o.Currency, Locale: o.Locale, Version: o.Version}
	if typed != nil {
		in, in.Version = *typed, o.Version
	}
	title := locale.T(ctx, "orgpages.organisation")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: crumbs(ctx, as, title), Status: status, Body: organisationPage(setup(as), title, o, in, errs)})
}

func (p *Pages) saveOrganisation(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	typed := access.Settings{Name: in.Text("name"), TimeZone: in.Text("time_zone"), Currency: in.Text("currency"), Locale: in.Text("locale"), Version: in.Int("version")}
	if _, err := p.access.UpdateOrganisation(ctx, actor(r), typed); err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showOrganisation(w, r, &typed, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, setup(actor(r))+"/organisation", locale.T(ctx, "orgpages.saved"))
}

func (p *Pages) changeEdition(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if _, err := p.access.ChangeEdition(ctx, actor(r), access.Edition(in.Text("edition")), in.Int("version")); err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showOrganisation(w, r, nil, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, setup(actor(r))+"/organisation", locale.T(ctx, "orgpages.saved"))
}
