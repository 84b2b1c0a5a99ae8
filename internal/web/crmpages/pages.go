package crmpages

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"musubi/internal/crm/access"
	"musubi/internal/crm/attachment"
	"musubi/internal/crm/note"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/crm/view"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("crmpages.act.")
}

// Panel gives the part another room has on the page of a record, which loads after
// the page; false where it has none.
type Panel func(ctx context.Context, as access.Actor, module string, record id.ID) (ui.Lazy, bool)

// Parts are what the pages stand on.
type Parts struct {
	Shell   *shell.Shell
	Access  *access.Service
	Records *record.Service
	Notes   *note.Service
	Files   *attachment.Service
	Views   *view.Service
	Panels  []Panel
}

// Pages serves the records of an organisation below /crm/{org}.
type Pages struct {
	shell   *shell.Shell
	access  *access.Service
	records *record.Service
	notes   *note.Service
	files   *attachment.Service
	views   *view.Service
	panels  []Panel
}

// New makes the pages.
func New(p Parts) *Pages {
	return &Pages{shell: p.Shell, access: p.Access, records: p.Records, notes: p.Notes, views: p.Views, files: p.Files, panels: p.Panels}
}

// Routes adds the pages. The words setup, search, bin, projects and users are no
// modules; their addresses stand before those of the modules.
func (p *Pages) Routes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/", h(p.home))
	r.Get("/search", h(p.search))
	r.Get("/users/suggest", h(p.suggestUsers))
	r.Get("/bin", h(p.bin))
	r.Get("/bin/empty", h(p.askEmpty))
	r.Post("/bin/empty", h(p.empty))
	r.Post("/bin/{module}/{record}/restore", h(p.restore))
	r.Get("/bin/{module}/{record}/purge", h(p.askPurge))
	r.Post("/bin/{module}/{record}/purge", h(p.purge))
	r.Get("/{module}", h(p.list))
	r.Get("/{module}/export.csv", h(p.export))
	r.Get("/{module}/columns", h(p.editColumns))
	r.Post("/{module}/columns", h(p.saveColumns))
	r.Get("/{module}/views/new", h(p.newView))
	r.Post("/{module}/views/new", h(p.createView))
	r.Post("/{module}/views/favourite", h(p.favourite))
	r.Get("/{module}/views/{view}/edit", h(p.editView))
	r.Post("/{module}/views/{view}/edit", h(p.saveView))
	r.Get("/{module}/views/{view}/delete", h(p.askDeleteView))
	r.Post("/{module}/views/{view}/delete", h(p.deleteView))
	r.Post("/{module}", h(p.create))
	r.Get("/{module}/new", h(p.newRecord))
	r.Get("/{module}/suggest", h(p.suggest))
	r.Get("/{module}/{record}", h(p.record))
	r.Get("/{module}/{record}/edit", h(p.edit))
	r.Post("/{module}/{record}/edit", h(p.save))
	r.Get("/{module}/{record}/delete", h(p.askDelete))
	r.Post("/{module}/{record}/delete", h(p.delete))
	r.Get("/{module}/{record}/merge", h(p.merge))
	r.Post("/{module}/{record}/merge", h(p.doMerge))
	r.Get("/{module}/{record}/related/{list}", h(p.related))
	r.Get("/{module}/{record}/notes", h(p.noteList))
	r.Post("/{module}/{record}/notes", h(p.addNote))
	r.Get("/{module}/{record}/notes/{note}/edit", h(p.editNote))
	r.Post("/{module}/{record}/notes/{note}/edit", h(p.saveNote))
	r.Get("/{module}/{record}/notes/{note}/delete", h(p.askDeleteNote))
	r.Post("/{module}/{record}/notes/{note}/delete", h(p.deleteNote))
	r.Get("/{module}/{record}/files", h(p.fileList))
	r.Post("/{module}/{record}/files", h(p.addFiles))
	r.Get("/{module}/{record}/files/{file}", h(p.sendFile))
	r.Get("/{module}/{record}/files/{file}/delete", h(p.askDeleteFile))
	r.Post("/{module}/{record}/files/{file}/delete", h(p.deleteFile))
}

func actor(r *http.Request) access.Actor { return shell.From[access.Actor](r.Context()) }

func crmPath(as access.Actor) string { return "/crm/" + as.Org().String() }

func modulePath(as access.Actor, module string) string { return crmPath(as) + "/" + module }

func recordPath(as access.Actor, module string, record id.ID) string {
	return modulePath(as, module) + "/" + record.String()
}

// module gives the module the address names.
func (p *Pages) module(r *http.Request) (*schema.Module, error) {
	return p.records.Module(actor(r), chi.URLParam(r, "module"))
}

// home leads to the first tab the person has.
func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	for _, tab := range shell.FrameOf(ctx).Tabs {
		if tab.URL != r.URL.Path {
			shell.Redirect(w, r, tab.URL)
			return nil
		}
	}
	title := locale.T(ctx, "crmpages.no_tab")
	return p.shell.Render(w, r, shell.Page{Title: title, Body: titled(title, ui.Empty{Icon: "lock", Title: locale.T(ctx, "crmpages.no_tab_text")})})
}

// moduleCrumbs is the way from a module's tab.
func moduleCrumbs(ctx context.Context, as access.Actor, m *schema.Module, more ...ui.Link) ui.Crumbs {
	return append(ui.Crumbs{{Label: locale.T(ctx, m.Plural), URL: modulePath(as, m.Name)}}, more...)
}
