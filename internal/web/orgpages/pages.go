package orgpages

import (
	"context"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("orgpages.status.")
	locale.Dynamic("orgpages.edition.")
	locale.Dynamic("orgpages.share.")
	locale.Dynamic("orgpages.right.")
	locale.Dynamic("orgpages.permission.")
}

// Pages serves the settings below /crm/{org}/setup.
type Pages struct {
	shell  *shell.Shell
	access *access.Service
}

// New makes the pages.
func New(s *shell.Shell, rights *access.Service) *Pages { return &Pages{shell: s, access: rights} }

// Routes adds the pages.
func (p *Pages) Routes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/setup", h(p.home))
	// The seed names the integration by an older menu too; both lead to one page.
	r.Get("/setup/apps/services/projects", h(func(w http.ResponseWriter, r *http.Request) error {
		shell.Redirect(w, r, setup(actor(r))+"/integration")
		return nil
	}))
	r.Get("/setup/organisation", h(p.organisation))
	r.Post("/setup/organisation", h(p.saveOrganisation))
	r.Get("/setup/organisation/edition", h(p.askEdition))
	r.Post("/setup/organisation/edition", h(p.changeEdition))
	r.Get("/setup/users", h(p.users))
	r.Post("/setup/users", h(p.invite))
	r.Post("/setup/users/{user}/activate", h(p.activate))
	r.Get("/setup/users/{user}/deactivate", h(p.askDeactivate))
	r.Post("/setup/users/{user}/deactivate", h(p.deactivate))
	r.Post("/setup/users/{user}/resend", h(p.resend))
	r.Get("/setup/users/{user}", h(p.user))
	r.Post("/setup/users/{user}", h(p.assign))
	r.Post("/setup/users/{user}/name", h(p.renameUser))
	r.Post("/setup/users/{user}/email", h(p.changeEmail))
	r.Get("/setup/profiles", h(p.profiles))
	r.Post("/setup/profiles", h(p.cloneProfile))
	r.Get("/setup/profiles/{profile}", h(p.profile))
	r.Post("/setup/profiles/{profile}", h(p.saveProfile))
	r.Get("/setup/profiles/{profile}/delete", h(p.askDeleteProfile))
	r.Post("/setup/profiles/{profile}/delete", h(p.deleteProfile))
	r.Get("/setup/roles", h(p.roles))
	r.Post("/setup/roles", h(p.createRole))
	r.Get("/setup/roles/{role}", h(p.role))
	r.Post("/setup/roles/{role}", h(p.renameRole))
	r.Post("/setup/roles/{role}/move", h(p.moveRole))
	r.Get("/setup/roles/{role}/delete", h(p.askDeleteRole))
	r.Post("/setup/roles/{role}/delete", h(p.deleteRole))
	r.Get("/setup/sharing", h(p.sharing))
	r.Post("/setup/sharing", h(p.setSharing))
	r.Get("/setup/audit", h(p.auditLog))
	r.Route("/setup/outbox", p.outbox().Routes)
}

func actor(r *http.Request) access.Actor { return shell.From[access.Actor](r.Context()) }

// idOf reads an id of an address; what is none narrows nothing.
func idOf(text string) id.ID {
	n, err := id.Parse(text)
	if err != nil {
		return 0
	}
	return n
}

func setup(as access.Actor) string { return "/crm/" + as.Org().String() + "/setup" }

// entry is one setting of the set-up page; words are what else it is found by.
type entry struct {
	label, url, text, words string
}

// group is a heading of the set-up page.
type group struct {
	id, title string
	entries   []entry
}

// groups are the settings as the seed's set-up page orders them.
func groups(ctx context.Context, as access.Actor) []group {
	at, base := setup(as), "/crm/"+as.Org().String()
	return []group{
		{"general", locale.T(ctx, "orgpages.general"), []entry{
			{locale.T(ctx, "orgpages.organisation"), at + "/organisation", locale.T(ctx, "orgpages.organisation.text"), locale.T(ctx, "orgpages.organisation.words")},
			{locale.T(ctx, "orgpages.personal"), "/me", locale.T(ctx, "orgpages.personal.text"), locale.T(ctx, "orgpages.personal.words")},
		}},
		{"users", locale.T(ctx, "orgpages.users_group"), []entry{
			{locale.T(ctx, "orgpages.users"), at + "/users", locale.T(ctx, "orgpages.users.text"), locale.T(ctx, "orgpages.users.words")},
			{locale.T(ctx, "orgpages.profiles"), at + "/profiles", locale.T(ctx, "orgpages.profiles.text"), locale.T(ctx, "orgpages.profiles.words")},
			{locale.T(ctx, "orgpages.roles"), at + "/roles", locale.T(ctx, "orgpages.roles.text"), locale.T(ctx, "orgpages.roles.words")},
			{locale.T(ctx, "orgpages.sharing"), at + "/sharing", locale.T(ctx, "orgpages.sharing.text"), locale.T(ctx, "orgpages.sharing.words")},
			{locale.T(ctx, "orgpages.audit"), at + "/audit", locale.T(ctx, "orgpages.audit.text"), locale.T(ctx, "orgpages.audit.words")},
			{locale.T(ctx, "orgpages.outbox"), at + "/outbox", locale.T(ctx, "orgpages.outbox.text"), locale.T(ctx, "orgpages.outbox.words")},
		}},
		{"data", locale.T(ctx, "orgpages.data"), []entry{
			{locale.T(ctx, "orgpages.import_accounts"), base + "/import/accounts", locale.T(ctx, "orgpages.import.text"), locale.T(ctx, "orgpages.import.words")},
			{locale.T(ctx, "orgpages.import_contacts"), base + "/import/contacts", locale.T(ctx, "orgpages.import.text"), locale.T(ctx, "orgpages.import.words")},
			{locale.T(ctx, "orgpages.bin"), base + "/bin", locale.T(ctx, "orgpages.bin.text"), locale.T(ctx, "orgpages.bin.words")},
		}},
		{"extensions", locale.T(ctx, "orgpages.extensions"), []entry{
			{locale.T(ctx, "orgpages.integration"), at + "/integration", locale.T(ctx, "orgpages.integration.text"),
				locale.T(ctx, "orgpages.integration.words")},
		}},
	}
}

// narrowed keeps the settings that hold every word of the question.
func narrowed(list []group, question string) []group {
	words := strings.Fields(strings.ToLower(question))
	if len(words) == 0 {
		return list
	}
	var out []group
	for _, g := range list {
		kept := group{id: g.id, title: g.title}
		for _, e := range g.entries {
			text := strings.ToLower(e.label + " " + e.text + " " + e.words + " " + g.title)
			fits := true
			for _, w := range words {
				fits = fits && strings.Contains(text, w)
			}
			if fits {
				kept.entries = append(kept.entries, e)
			}
		}
		if len(kept.entries) > 0 {
			out = append(out, kept)
		}
	}
	return out
}

func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	if err := as.RequireAdmin(); err != nil {
		return err
	}
	q := r.URL.Query().Get("q")
	found := narrowed(groups(ctx, as), q)
	return p.shell.Render(w, r, shell.Page{Title: locale.T(ctx, "orgpages.setup"), Body: homePage(setup(as), q, found), Fragment: groupList(found)})
}

func crumbs(ctx context.Context, as access.Actor, last string) ui.Crumbs {
	return ui.Crumbs{{Label: locale.T(ctx, "orgpages.setup"), URL: setup(as)}, {Label: last, Current: true}}
}

// below are the crumbs of a page under one of the settings.
func below(ctx context.Context, as access.Actor, list ui.Link, last string) ui.Crumbs {
	return ui.Crumbs{{Label: locale.T(ctx, "orgpages.setup"), URL: setup(as)}, list, {Label: last, Current: true}}
}
