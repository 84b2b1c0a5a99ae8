package integrationpages

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Routes adds the pages of daily use below /crm/{org}: the Projects tab and the
// related list of a record.
func (p *Pages) Routes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/projects", h(p.tab))
	r.Get("/projects/new", h(p.newProject))
	r.Post("/projects", h(p.createProject))
	r.Route("/projects/{project}", func(r chi.Router) {
		r.Get("/", h(p.project))
		r.Get("/edit", h(p.editProject))
		r.Post("/edit", h(p.saveProject))
		r.Get("/records/new", h(p.addRecord))
		r.Post("/records", h(p.associateRecord))
		r.Get("/trash", h(p.askTrash))
		r.Post("/trash", h(p.trash))
		p.workRoutes(r)
	})
	p.taskRoutes(r)
	r.Route("/{module}/{record}/projects", func(r chi.Router) {
		r.Get("/overview", h(p.rollUp))
		r.Get("/", h(p.related))
		r.Get("/new", h(p.newProject))
		r.Post("/", h(p.createProject))
		r.Post("/repair", h(p.repair))
		r.Post("/request", h(p.requestProject))
		r.Get("/associate", h(p.pick))
		r.Post("/associate", h(p.associate))
		r.Get("/{project}/disassociate", h(p.askDisassociate))
		r.Post("/{project}/disassociate", h(p.disassociate))
	})
}

func crmPath(as access.Actor) string { return "/crm/" + as.Org().String() }

func tabPath(as access.Actor) string { return crmPath(as) + "/projects" }

func projectPath(as access.Actor, project id.ID) string { return tabPath(as) + "/" + project.String() }

func recordPath(as access.Actor, module string, record id.ID) string {
	return crmPath(as) + "/" + module + "/" + record.String()
}

// from names the record a page below /{module}/{record} belongs to; zero on the tab.
func from(r *http.Request) (module string, record id.ID, err error) {
	if module = chi.URLParam(r, "module"); module == "" {
		return "", 0, nil
	}
	record, err = shell.ID(r, "record")
	return module, record, err
}

// sorting reads ?sort=&desc= of a list of projects and makes its headings' links.
func sorting(r *http.Request) integration.ListQuery {
	v := r.URL.Query()
	q := integration.ListQuery{Search: v.Get("q"), Status: v.Get("status"), Sort: v.Get("sort"), Desc: v.Get("desc") == "1", Page: shell.Paging(r)}
	if q.Sort == "" {
		q.Sort = "name"
	}
	return q
}

func heading(r *http.Request, q integration.ListQuery, column, label string) ui.Column {
	c := ui.Column{Label: label}
	desc := ""
	if q.Sort == column {
		c.Sort = ui.Ascending
		if q.Desc {
			c.Sort = ui.Descending
		} else {
			desc = "1"
		}
	}
	c.SortURL = shell.Here(r, "sort", column, "desc", desc, "cursor", "")
	return c
}

// tabCrumbs is the way from the Projects tab.
func tabCrumbs(ctx context.Context, as access.Actor, more ...ui.Link) ui.Crumbs {
	return append(ui.Crumbs{{Label: locale.T(ctx, "integrationpages.tab"), URL: tabPath(as)}}, more...)
}
