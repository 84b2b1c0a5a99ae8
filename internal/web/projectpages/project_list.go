package projectpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func (p *Pages) projects(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	q := work.Query{Any: true, Search: in.Text("q"), Status: in.Text("status"), Group: in.ID("group"), Mine: in.On("mine"),
		Sort: in.Text("sort"), Desc: in.On("desc"), Page: shell.Paging(r)}
	list, err := p.work.Projects(ctx, as, q)
	if err != nil {
		return err
	}
	var groups []work.Group
	if as.Can(portal.ActGroups) {
		if groups, err = p.work.Groups(ctx, as); err != nil {
			return err
		}
	}
	statuses, err := p.work.ProjectStatuses(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "projectpages.projects")
	t := projectTable(ctx, as, list.Items, q)
	for i, column := range map[int]string{0: work.SortName, 5: work.SortEnd} {
		sorted(r, q, column, &t.Columns[i])
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Wide: true,
		Body: projectsPage(as, title, q, groups, statusFilter(ctx, statuses), t, shell.Pager(r, list.Prev, list.Next))})
}

// sorted makes a heading sort the list.
func sorted(r *http.Request, q work.Query, by string, c *ui.Column) {
	desc := ""
	if q.Sort == by || q.Sort == "" && by == work.SortName {
		c.Sort = ui.Ascending
		if q.Desc {
			c.Sort = ui.Descending
		} else {
			desc = "1"
		}
	}
	c.SortURL = shell.Here(r, "sort", by, "desc", desc, "cursor", "")
}

func newProjectButton(ctx context.Context, as portal.Member) []templ.Component {
	if !as.Can(portal.ActAddProject) {
		return nil
	}
	return []templ.Component{ui.Button{Label: locale.T(ctx, "projectpages.new_project"), Icon: "plus", Kind: ui.Primary, URL: base(as) + "/projects/new"}}
}

func listActions(ctx context.Context, as portal.Member) []templ.Component {
	out := newProjectButton(ctx, as)
	if as.Can(portal.ActRestoreProject) {
		out = append(out, ui.Button{Label: locale.T(ctx, "projectpages.bin"), Icon: "trash", IconOnly: true, URL: base(as) + "/projects/bin"})
	}
	return out
}

// statusFilter offers both categories and every status.
func statusFilter(ctx context.Context, list []work.ProjectStatus) []ui.Option {
	any, one := locale.T(ctx, "projectpages.statuses.any"), locale.T(ctx, "projectpages.statuses.one")
	out := []ui.Option{{Value: "open", Label: locale.T(ctx, "projectpages.open"), Group: any}, {Value: "closed", Label: locale.T(ctx, "projectpages.closed"), Group: any}}
	for _, s := range list {
		out = append(out, ui.Option{Value: s.Key, Label: projectviews.StatusLabel(ctx, s.Key, s.Name), Group: one})
	}
	return out
}

func groupOptions(list []work.Group) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, g := range list {
		out[i] = ui.Option{Value: g.ID.String(), Label: g.Name}
	}
	return out
}

func idText(n id.ID) string {
	if n == 0 {
		return ""
	}
	return n.String()
}

func status(ctx context.Context, x work.Project) ui.Badge {
	return projectviews.StatusBadge(ctx, gate.Project{Status: x.Status, StatusName: x.StatusName, StatusColour: x.StatusColour, Closed: x.Closed})
}

func openOf(ctx context.Context, c work.Count) templ.Component {
	return ui.Text(locale.T(ctx, "projectpages.open_of", locale.Args{"Open": c.Open, "All": c.Open + c.Closed}))
}

func projectTable(ctx context.Context, as portal.Member, list []work.Project, q work.Query) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "projectpages.projects"), Wide: true, Columns: []ui.Column{
		{Label: locale.T(ctx, "projectpages.project")}, {Label: locale.T(ctx, "projectpages.client")}, {Label: locale.T(ctx, "projectpages.owner")},
		{Label: locale.T(ctx, "projectpages.status")}, {Label: locale.T(ctx, "projectpages.percent"), End: true}, {Label: locale.T(ctx, "projectpages.end")},
		{Label: locale.T(ctx, "projectpages.open_tasks"), End: true},
	}, Empty: noProjects(ctx, as)}
	if q.Search != "" || q.Status != "" || q.Group != 0 || q.Mine {
		t.Empty = ui.Empty{Icon: "folder", Title: locale.T(ctx, "projectpages.projects.nothing")}
	}
	for _, x := range list {
		client := ""
		if len(x.Clients) > 0 {
			client = x.Clients[0].Name
		}
		t.Rows = append(t.Rows, ui.Row{Muted: x.Closed, Cells: []templ.Component{
			ui.Anchor{Label: x.Name, URL: projectPath(as, x.ID)}, ui.Text(client), ui.Text(x.Owner.Name), status(ctx, x),
			ui.Text(locale.T(ctx, "projectpages.percent_of", locale.Args{"Percent": x.Percent})), date(ctx, x.EndDate), openOf(ctx, x.Tasks),
		}})
	}
	return t
}

// noProjects says what to do: begin one, or ask to be added.
func noProjects(ctx context.Context, as portal.Member) ui.Empty {
	e := ui.Empty{Icon: "folder", Title: locale.T(ctx, "projectpages.projects.none"), Text: locale.T(ctx, "projectpages.projects.none_text")}
	switch {
	case as.Client():
		e.Text = locale.T(ctx, "projectpages.projects.none_client")
	case as.Can(portal.ActAddProject):
		e.Text = locale.T(ctx, "projectpages.projects.none_or_new")
		e.Actions = newProjectButton(ctx, as)
	}
	return e
}
