package orgpages

import (
	"context"
	"net/http"

	"musubi/internal/crm/access"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// sharing shows what everybody may do with the records of others, by module.
func (p *Pages) sharing(w http.ResponseWriter, r *http.Request) error {
	return p.showSharing(w, r, access.SharingDefault{}, ui.Errors{}, 0)
}

func (p *Pages) showSharing(w http.ResponseWriter, r *http.Request, typed access.SharingDefault, errs ui.Errors, status int) error {
	ctx, as := r.Context(), actor(r)
	list, err := p.access.SharingDefaults(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "orgpages.sharing")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: crumbs(ctx, as, title), Status: status, Body: sharingPage(setup(as), title, list, typed, errs)})
}

// setSharing saves one module's default. After a stale save the form keeps what
// was chosen, and the pill above it says what somebody else saved meanwhile.
func (p *Pages) setSharing(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	// The choice carries its module's name, so that the page's forms share no control.
	module := in.Text("module")
	typed := access.SharingDefault{Module: module, Sharing: access.Sharing(in.Text("sharing." + module)), Version: in.Int("version")}
	if _, err := p.access.SetSharing(ctx, actor(r), typed); err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.showSharing(w, r, typed, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, setup(actor(r))+"/sharing", locale.T(ctx, "orgpages.saved"))
}

func moduleWord(ctx context.Context, module string) string {
	switch module {
	case access.TabAccounts:
		return locale.T(ctx, "web.nav.accounts")
	case access.TabContacts:
		return locale.T(ctx, "web.nav.contacts")
	case access.TabDeals:
		return locale.T(ctx, "web.nav.deals")
	case access.TabTasks:
		return locale.T(ctx, "web.nav.tasks")
	case access.TabNotes:
		return locale.T(ctx, "orgpages.tab.notes")
	}
	return module
}

func sharingOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, s := range access.Sharings() {
		out = append(out, ui.Option{Value: string(s), Label: locale.T(ctx, "orgpages.share."+string(s))})
	}
	return out
}
