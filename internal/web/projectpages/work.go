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

func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	h, err := p.work.Home(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "projectpages.home")
	return p.shell.Render(w, r, shell.Page{Title: title, Body: homePage(as, title, h)})
}

func (p *Pages) projects(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	v := r.URL.Query()
	q := work.Query{Any: true, Search: v.Get("q"), Status: v.Get("status"), Page: shell.Paging(r)}
	list, err := p.work.Projects(ctx, as, q)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "projectpages.projects")
	return p.shell.Render(w, r, shell.Page{Title: title, Wide: true,
		Body: projectsPage(as, title, q, projectTable(ctx, as, list.Items, q), shell.Pager(r, list.Prev, list.Next))})
}

func status(ctx context.Context, noun, key string, closed bool) ui.Badge {
	tone := ui.Info
	if closed {
		tone = ui.Neutral
	}
	return ui.Badge{Label: locale.T(ctx, "work.status."+noun+"."+key), Tone: tone}
}

func projectTable(ctx context.Context, as portal.Member, list []work.Project, q work.Query) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "projectpages.projects"), Wide: true, Columns: []ui.Column{
		{Label: locale.T(ctx, "projectpages.project")}, {Label: locale.T(ctx, "projectpages.client")}, {Label: locale.T(ctx, "projectpages.owner")},
		{Label: locale.T(ctx, "projectpages.status")}, {Label: locale.T(ctx, "projectpages.percent"), End: true}, {Label: locale.T(ctx, "projectpages.end")},
		{Label: locale.T(ctx, "projectpages.open_tasks"), End: true},
	}, Empty: ui.Empty{Icon: "folder", Title: locale.T(ctx, "projectpages.projects.none"), Text: locale.T(ctx, "projectpages.projects.none_text")}}
	if q.Search != "" || q.Status != "" {
		t.Empty = ui.Empty{Icon: "folder", Title: locale.T(ctx, "projectpages.projects.nothing")}
	}
	for _, x := range list {
		client := ""
		if len(x.Clients) > 0 {
			client = x.Clients[0].Name
		}
		t.Rows = append(t.Rows, ui.Row{Muted: x.Closed, Cells: []templ.Component{
			ui.Anchor{Label: x.Name, URL: projectPath(as, x.ID)}, ui.Text(client), ui.Text(x.Owner.Name), status(ctx, "project", x.Status, x.Closed),
			ui.Text(num(int64(x.Percent)) + "%"), date(ctx, x.EndDate), ui.Text(num(x.Tasks.Open) + " / " + num(x.Tasks.Open+x.Tasks.Closed)),
		}})
	}
	return t
}

// part shows one part of a project under its header and tabs.
func (p *Pages) part(w http.ResponseWriter, r *http.Request, now string, body func(context.Context, portal.Member, work.Project) (templ.Component, error)) error {
	ctx, as := r.Context(), member(r)
	n, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	x, err := p.work.Project(ctx, as, n)
	if err != nil {
		return err
	}
	c, err := body(ctx, as, x)
	if err != nil {
		return err
	}
	at := projectPath(as, n)
	tabs := ui.Tabs{Label: locale.T(ctx, "projectpages.parts"), Items: []ui.Link{
		{Label: locale.T(ctx, "projectpages.overview"), URL: at, Current: now == ""},
		{Label: locale.T(ctx, "projectpages.tasks"), URL: at + "/tasks", Current: now == "tasks", Count: num(x.Tasks.Open)},
		{Label: locale.T(ctx, "projectpages.milestones"), URL: at + "/milestones", Current: now == "milestones", Count: num(x.Milestones.Open)},
		{Label: locale.T(ctx, "projectpages.bugs"), URL: at + "/bugs", Current: now == "bugs", Count: num(x.Bugs.Open)},
	}}
	return p.shell.Render(w, r, shell.Page{Title: x.Name, Body: projectFrame(x, tabs, c),
		Crumbs: ui.Crumbs{{Label: locale.T(ctx, "projectpages.projects"), URL: base(as) + "/projects"}, {Label: x.Name, Current: true}}})
}

func (p *Pages) project(w http.ResponseWriter, r *http.Request) error {
	return p.part(w, r, "", func(_ context.Context, _ portal.Member, x work.Project) (templ.Component, error) {
		return overview(x), nil
	})
}

func (p *Pages) tasks(w http.ResponseWriter, r *http.Request) error {
	return p.part(w, r, "tasks", func(ctx context.Context, as portal.Member, x work.Project) (templ.Component, error) {
		list, err := p.work.Tasks(ctx, as, x.ID, work.ItemQuery{Page: shell.Paging(r)})
		t := itemTable(ctx, "projectpages.tasks")
		for _, i := range list.Items {
			t.Rows = append(t.Rows, itemRow(ctx, i.Number, i.Title, names(i.OwnerRefs), status(ctx, "task", i.Status, i.Closed), i.DueDate, i.External))
		}
		return ui.Group{t, shell.Pager(r, list.Prev, list.Next)}, err
	})
}

func (p *Pages) milestones(w http.ResponseWriter, r *http.Request) error {
	return p.part(w, r, "milestones", func(ctx context.Context, as portal.Member, x work.Project) (templ.Component, error) {
		list, err := p.work.Milestones(ctx, as, x.ID, work.ItemQuery{Page: shell.Paging(r)})
		t := itemTable(ctx, "projectpages.milestones")
		for _, i := range list.Items {
			t.Rows = append(t.Rows, itemRow(ctx, "", i.Name, i.OwnerRef.Name, status(ctx, "milestone", i.Status, i.Closed), i.EndDate, i.External))
		}
		return ui.Group{t, shell.Pager(r, list.Prev, list.Next)}, err
	})
}

func (p *Pages) bugs(w http.ResponseWriter, r *http.Request) error {
	return p.part(w, r, "bugs", func(ctx context.Context, as portal.Member, x work.Project) (templ.Component, error) {
		list, err := p.work.Bugs(ctx, as, x.ID, work.ItemQuery{Page: shell.Paging(r)})
		t := itemTable(ctx, "projectpages.bugs")
		for _, i := range list.Items {
			t.Rows = append(t.Rows, itemRow(ctx, i.Number, i.Title, i.AssigneeRef.Name, status(ctx, "bug", i.Status, i.Closed), i.DueDate, i.External))
		}
		return ui.Group{t, shell.Pager(r, list.Prev, list.Next)}, err
	})
}

func names(list []portal.Ref) string {
	out := ""
	for i, r := range list {
		if i > 0 {
			out += ", "
		}
		out += r.Name
	}
	return out
}

func itemTable(ctx context.Context, caption string) ui.Table {
	return ui.Table{Caption: locale.T(ctx, caption), Columns: []ui.Column{
		{Label: locale.T(ctx, "projectpages.number")}, {Label: locale.T(ctx, "projectpages.title")}, {Label: locale.T(ctx, "projectpages.owner")},
		{Label: locale.T(ctx, "projectpages.status")}, {Label: locale.T(ctx, "projectpages.end")}, {Label: locale.T(ctx, "projectpages.flag")},
	}, Empty: ui.Empty{Icon: "folder", Title: locale.T(ctx, "projectpages.items.none")}}
}

func itemRow(ctx context.Context, number, title, owner string, state ui.Badge, due string, external bool) ui.Row {
	flag := locale.T(ctx, "projectpages.internal")
	if external {
		flag = locale.T(ctx, "projectpages.external")
	}
	return ui.Row{Cells: []templ.Component{ui.Text(number), ui.Text(title), ui.Text(owner), state, date(ctx, due), ui.Text(flag)}}
}
