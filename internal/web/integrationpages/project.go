package integrationpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/crm/access"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// project shows one project inside CRM.
func (p *Pages) project(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	v, err := p.tie.Project(ctx, as, project)
	if err != nil {
		return err
	}
	return p.showProject(w, r, v, "", projectOverview(as, v))
}

// showProject frames one part of a project: its header, its tabs, the part.
func (p *Pages) showProject(w http.ResponseWriter, r *http.Request, v integration.ProjectView, part string, body templ.Component) error {
	return p.showProjectPage(w, r, v, part, 0, body)
}

func (p *Pages) showProjectPage(w http.ResponseWriter, r *http.Request, v integration.ProjectView, part string, status int, body templ.Component) error {
	ctx, as := r.Context(), actor(r)
	return p.shell.Render(w, r, shell.Page{
		Title: v.Project.Name, Crumbs: tabCrumbs(ctx, as, ui.Link{Label: v.Project.Name, Current: true}), Status: status,
		Body: projectFrame(as, v, projectParts(ctx, as, v, part), body), Fragment: body,
	})
}

// projectParts are the tabs of a project: those whose right the grid leaves.
func projectParts(ctx context.Context, as access.Actor, v integration.ProjectView, now string) ui.Tabs {
	base := projectPath(as, v.Project.ID)
	t := ui.Tabs{Label: locale.T(ctx, "integrationpages.parts"), Items: []ui.Link{{Label: locale.T(ctx, "integrationpages.part.overview"), URL: base, Current: now == ""}}}
	for _, part := range []struct {
		module, label string
		count         gate.Count
	}{
		{integration.ModuleTasks, locale.T(ctx, "integrationpages.project.tasks"), v.Project.Tasks},
		{integration.ModuleMilestones, locale.T(ctx, "integrationpages.project.milestones"), v.Project.Milestones},
		{integration.ModuleBugs, locale.T(ctx, "integrationpages.project.bugs"), v.Project.Bugs},
	} {
		if v.Rights.Modules[part.module].View {
			t.Items = append(t.Items, ui.Link{Label: part.label, URL: base + "/" + part.module, Current: now == part.module, Count: num(part.count.Open)})
		}
	}
	if v.Project.Rights.SeeDocuments {
		t.Items = append(t.Items, ui.Link{Label: locale.T(ctx, "projectviews.document.title"), URL: base + "/" + projectviews.DocumentsTab, Current: now == projectviews.DocumentsTab})
	}
	if v.Project.Rights.SeeTime {
		t.Items = append(t.Items, ui.Link{Label: locale.T(ctx, "projectviews.time.title"), URL: base + "/" + projectviews.Timesheets, Current: now == projectviews.Timesheets})
	}
	if v.Project.Rights.SeeUsers {
		t.Items = append(t.Items, ui.Link{Label: locale.T(ctx, "integrationpages.team.tab"), URL: base + "/users", Current: now == "users"})
	}
	return t
}

func projectActions(ctx context.Context, as access.Actor, v integration.ProjectView) []templ.Component {
	var out []templ.Component
	base := projectPath(as, v.Project.ID)
	if v.Project.Rights.Edit {
		out = append(out, ui.Button{Label: locale.T(ctx, "integrationpages.edit"), Icon: "pencil", URL: base + "/edit", Small: true})
	}
	if v.Project.Rights.Trash {
		out = append(out, ui.Button{Label: locale.T(ctx, "integrationpages.trash"), Icon: "trash", URL: base + "/trash", Modal: true, Small: true})
	}
	there := "/portal/" + v.Rights.Portal.ID.String() + "/projects/" + v.Project.ID.String()
	return append(out, ui.Button{Label: locale.T(ctx, "integrationpages.open_in_projects"), URL: there, Small: true})
}
