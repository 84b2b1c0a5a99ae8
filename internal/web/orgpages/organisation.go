package orgpages

import (
	"context"
	"net/http"

	"musubi/internal/crm/access"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func (p *Pages) organisation(w http.ResponseWriter, r *http.Request) error {
	return p.showOrganisation(w, r, nil, nil)
}

// showOrganisation shows the settings as saved or, after a fault, as typed.
func (p *Pages) showOrganisation(w http.ResponseWriter, r *http.Request, typed *access.Settings, fault error) error {
	ctx, as := r.Context(), actor(r)
	if err := as.RequireAdmin(); err != nil {
		return err
	}
	o, err := p.access.Organisation(ctx, as)
	if err != nil {
		return err
	}
	in := access.Settings{Name: o.Name, TimeZone: o.TimeZone, Currency: o.Currency, Locale: o.Locale, Version: o.Version}
	var c clash
	if typed != nil {
		if stale(fault) {
			c = organisationClash(ctx, in, *typed)
		}
		in, in.Version = *typed, o.Version
	}
	title := locale.T(ctx, "orgpages.organisation")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: crumbs(ctx, as, title), Status: shell.StatusOf(fault),
		Body: organisationPage(setup(as), title, o, in, shell.Errors(ctx, fault), c)})
}

func organisationClash(ctx context.Context, saved, typed access.Settings) clash {
	c := clash{}
	c.differ(locale.T(ctx, "orgpages.name"), typed.Name, saved.Name)
	c.differ(locale.T(ctx, "orgpages.time_zone"), typed.TimeZone, saved.TimeZone)
	c.differ(locale.T(ctx, "orgpages.currency"), typed.Currency, saved.Currency)
	c.differ(locale.T(ctx, "orgpages.locale"), optionLabel(localeOptions(ctx), typed.Locale), optionLabel(localeOptions(ctx), saved.Locale))
	return c
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
		return p.showOrganisation(w, r, &typed, err)
	}
	return p.shell.Done(w, r, setup(actor(r))+"/organisation", locale.T(ctx, "orgpages.saved"))
}

// otherEdition is the edition an organisation can change to.
func otherEdition(now access.Edition) access.Edition {
	if now == access.Paid {
		return access.Free
	}
	return access.Paid
}

func (p *Pages) askEdition(w http.ResponseWriter, r *http.Request) error {
	return p.showEdition(w, r, nil)
}

// showEdition asks before the edition changes and says what follows. After a stale
// answer it asks again about the organisation as it stands now.
func (p *Pages) showEdition(w http.ResponseWriter, r *http.Request, fault error) error {
	ctx, as := r.Context(), actor(r)
	if err := as.RequireAdmin(); err != nil {
		return err // who may not do it is not asked either
	}
	o, err := p.access.Organisation(ctx, as)
	if err != nil {
		return err
	}
	to := otherEdition(o.Edition)
	title := locale.T(ctx, "orgpages.edition.to_"+string(to))
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "orgpages.edition.to_"+string(to)+".text"), Action: setup(as) + "/organisation/edition", Label: title, Dangerous: to == access.Free,
		BackURL: setup(as) + "/organisation", Hidden: []ui.Hidden{{Name: "edition", Value: string(to)}, {Name: "version", Value: num(o.Version)}}, Errors: shell.Errors(ctx, fault)}
	return p.shell.Render(w, r, shell.Page{Title: title, Status: shell.StatusOf(fault), Body: framed(ask), Fragment: ask,
		Crumbs: below(ctx, as, ui.Link{Label: locale.T(ctx, "orgpages.organisation"), URL: setup(as) + "/organisation"}, title)})
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
		return p.showEdition(w, r, err)
	}
	return p.shell.Done(w, r, setup(actor(r))+"/organisation", locale.T(ctx, "orgpages.saved"))
}
