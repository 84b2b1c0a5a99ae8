package projectpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// home shows what a person has to do; who is in no project yet learns what to do.
func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	h, err := p.work.Home(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "projectpages.home")
	return p.shell.Render(w, r, shell.Page{Title: title, Body: homePage(as, title, h)})
}

func taskTable(ctx context.Context, as portal.Member, caption string, list []work.Task) ui.Table {
	t := ui.Table{Caption: caption, Columns: []ui.Column{{Label: locale.T(ctx, "projectpages.title")}, {Label: locale.T(ctx, "projectpages.project")}, {Label: locale.T(ctx, "projectpages.due")}}}
	for _, i := range list {
		at := projectPath(as, i.Project.ID)
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Anchor{Label: i.Title, Small: i.Number, URL: at + "/tasks/" + i.ID.String()},
			ui.Anchor{Label: i.Project.Name, URL: at}, date(ctx, i.DueDate)}})
	}
	return t
}
