package helppages

import (
	"bytes"
	"context"
	"embed"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

//go:embed content/*.md
var content embed.FS

// markdown renders tables too; raw HTML stays out, as everywhere.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Table))

// Pages serves the help.
type Pages struct{ shell *shell.Shell }

// New makes the pages.
func New(s *shell.Shell) *Pages { return &Pages{shell: s} }

// Routes adds /help and its pages.
func (p *Pages) Routes(r chi.Router) {
	r.Get("/help", p.shell.Handle(func(w http.ResponseWriter, r *http.Request) error {
		shell.Redirect(w, r, "/help/overview")
		return nil
	}))
	r.Get("/help/{page}", p.shell.Handle(p.page))
}

// page shows one help page in the reader's language.
func (p *Pages) page(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	name := chi.URLParam(r, "page")
	titles := map[string]string{
		"overview":    locale.T(ctx, "help.overview"),
		"usecases":    locale.T(ctx, "help.usecases"),
		"permissions": locale.T(ctx, "help.permissions"),
	}
	title, ok := titles[name]
	if !ok {
		return fault.NotFound("fault.not_found")
	}
	body := permissions(ctx, title)
	if name != "permissions" {
		text, err := article(name, locale.From(ctx).Lang)
		if err != nil {
			return err
		}
		body = articlePage(text)
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Body: ui.Group{contents(ctx, name, titles), body}})
}

func contents(ctx context.Context, now string, titles map[string]string) ui.Tabs {
	t := ui.Tabs{Label: locale.T(ctx, "help.contents")}
	for _, name := range []string{"overview", "usecases", "permissions"} {
		t.Items = append(t.Items, ui.Link{Label: titles[name], URL: "/help/" + name, Current: name == now})
	}
	return t
}

// article gives a page's text as HTML. The files are ours and goldmark escapes.
func article(name, lang string) (string, error) {
	source, err := content.ReadFile("content/" + name + "." + lang + ".md")
	if err != nil {
		return "", fault.Internal(err)
	}
	var b bytes.Buffer
	if err := markdown.Convert(source, &b); err != nil {
		return "", fault.Internal(err)
	}
	return b.String(), nil
}

// permissions puts the permission table into words, one table for each area.
func permissions(ctx context.Context, title string) templ.Component {
	var areas []permissionArea
	for _, rule := range portal.Table() {
		if len(areas) == 0 || areas[len(areas)-1].key != rule.Area {
			areas = append(areas, permissionArea{key: rule.Area, table: permissionTable(ctx, rule.Area)})
		}
		row := ui.Row{Cells: []templ.Component{ui.Text(locale.T(ctx, "portal.action."+string(rule.Action)))}}
		for _, role := range portal.Roles() {
			level := string(rule.Level(role))
			if level == "" {
				level = "none"
			}
			row.Cells = append(row.Cells, ui.Text(locale.T(ctx, "portal.level."+level)))
		}
		last := &areas[len(areas)-1]
		last.table.Rows = append(last.table.Rows, row)
	}
	return permissionsPage(title, areas)
}

// permissionArea is the table of one area.
type permissionArea struct {
	key   string
	table ui.Table
}

func permissionTable(ctx context.Context, area string) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "portal.area."+area), Wide: true, Matrix: true,
		Columns: []ui.Column{{Label: locale.T(ctx, "portal.permission.action")}}}
	for _, role := range portal.Roles() {
		t.Columns = append(t.Columns, ui.Column{Label: locale.T(ctx, "portal.role."+string(role))})
	}
	return t
}
