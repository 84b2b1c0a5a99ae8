package projectpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// seenRows is how much of a list the page of a client user's view shows.
const seenRows = 50

// seenPart is a part of a project as a client user sees it.
type seenPart struct {
	title string
	table ui.Table
}

// viewer makes the badge that sees what the client user of the address sees.
func (p *Pages) viewer(r *http.Request) (portal.Member, error) {
	n, err := shell.ID(r, "user")
	if err != nil {
		return portal.Member{}, err
	}
	return p.portals.ViewAs(r.Context(), member(r), n)
}

func viewPath(as portal.Member, who portal.Member) string {
	return base(as) + "/view-as/" + who.ID().String()
}

// viewAs shows which projects a client user sees.
func (p *Pages) viewAs(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	who, err := p.viewer(r)
	if err != nil {
		return err
	}
	list, err := p.work.Projects(ctx, who, work.Query{Any: true, Page: shell.Paging(r)})
	if err != nil {
		return err
	}
	t := ui.Table{Caption: locale.T(ctx, "projectpages.projects"), Columns: []ui.Column{{Label: locale.T(ctx, "projectpages.name")}, {Label: locale.T(ctx, "projectpages.status")},
		{Label: projectviews.Tasks.Title(ctx), End: true}, {Label: projectviews.Milestones.Title(ctx), End: true}, {Label: projectviews.Bugs.Title(ctx), End: true}},
		Empty: ui.Empty{Icon: "folder", Title: locale.T(ctx, "projectpages.view_as.none"), Text: locale.T(ctx, "projectpages.view_as.none_text")}}
	for _, x := range list.Items {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Anchor{Label: x.Name, URL: viewPath(as, who) + "/" + x.ID.String()}, status(ctx, x),
			ui.Text(num(x.Tasks.Open + x.Tasks.Closed)), ui.Text(num(x.Milestones.Open + x.Milestones.Closed)), ui.Text(num(x.Bugs.Open + x.Bugs.Closed))}})
	}
	return p.showSeen(w, r, who, who.Name(), viewAsPage(who.Name(), t, shell.Pager(r, list.Prev, list.Next)))
}

// viewProject shows what a client user sees of one project.
func (p *Pages) viewProject(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	who, err := p.viewer(r)
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	x, err := p.work.Project(ctx, who, n)
	if err != nil {
		return err
	}
	var parts []seenPart
	for _, part := range projectviews.Parts() {
		list, err := p.items(ctx, who, part, n, work.ItemQuery{Page: page.Request{Size: seenRows}})
		if err != nil {
			return err
		}
		parts = append(parts, seenPart{part.Title(ctx), seenTable(ctx, part, list.Items)})
	}
	documents, err := p.work.Documents(ctx, who, n, page.Request{Size: seenRows})
	if err != nil {
		return err
	}
	parts = append(parts, seenPart{locale.T(ctx, "projectviews.document.title"), seenDocuments(ctx, documents.Items)})
	return p.showSeen(w, r, who, x.Name, viewProjectPage(who.Name(), x, parts), ui.Link{Label: who.Name(), URL: viewPath(as, who)})
}

func (p *Pages) showSeen(w http.ResponseWriter, r *http.Request, who portal.Member, title string, body templ.Component, more ...ui.Link) error {
	ctx, as := r.Context(), member(r)
	crumbs := append(ui.Crumbs{{Label: locale.T(ctx, "projectpages.view_as"), URL: base(as) + "/users/" + who.ID().String()}}, more...)
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: append(crumbs, ui.Link{Label: title, Current: true}), Body: body})
}

// seenTable lists items to look at and nothing else.
func seenTable(ctx context.Context, part projectviews.Part, list []projectviews.Item) ui.Table {
	t := ui.Table{Caption: part.Title(ctx), Columns: []ui.Column{{Label: locale.T(ctx, "projectviews.title")}, {Label: locale.T(ctx, "projectpages.status")},
		{Label: locale.T(ctx, "projectpages.owner")}, {Label: locale.T(ctx, "projectviews.due")}}, Empty: ui.Empty{Icon: "folder", Title: locale.T(ctx, "projectpages.view_as.nothing")}}
	for _, i := range list {
		t.Rows = append(t.Rows, ui.Row{Muted: i.Closed, Cells: []templ.Component{ui.Text(i.Title), ui.Text(part.Status(ctx, i.Status)), ui.Text(i.OwnerNames()), date(ctx, i.Due)}})
	}
	return t
}

// seenDocuments lists documents the same way.
func seenDocuments(ctx context.Context, list []work.Document) ui.Table {
	title := locale.T(ctx, "projectviews.document.title")
	t := ui.Table{Caption: title, Columns: []ui.Column{{Label: locale.T(ctx, "projectviews.document.name")}, {Label: locale.T(ctx, "projectviews.document.size"), End: true},
		{Label: locale.T(ctx, "projectviews.document.by")}}, Empty: ui.Empty{Icon: "files", Title: locale.T(ctx, "projectpages.view_as.nothing")}}
	for _, d := range list {
		by := locale.T(ctx, "projectviews.comment.by", locale.Args{"Name": d.By.Name, "When": locale.DateTime(ctx, d.At)})
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(d.Name), ui.Text(locale.Bytes(ctx, d.Size)), ui.Text(by)}})
	}
	return t
}
