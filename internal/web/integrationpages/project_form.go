package integrationpages

import (
	"net/http"
	"strconv"

	"musubi/internal/crm/access"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// projectValues is a project's form as it was typed, with the contacts that get access.
type projectValues struct {
	projectviews.Project
	Contacts []string
	Known    []string // contacts without access
	Team     []gate.TeamMember
}

// teamLines is how many people a form puts on a project at once; more are added there.
const teamLines = 5

// teamName and roleName name the inputs of a line.
func teamName(i int) string { return "team" + strconv.Itoa(i) }
func roleName(i int) string { return "team_role" + strconv.Itoa(i) }

func readTeam(in shell.Input) []gate.TeamMember {
	var out []gate.TeamMember
	for i := range teamLines {
		if m := in.ID(teamName(i)); m != 0 {
			out = append(out, gate.TeamMember{Member: m, Role: in.Text(roleName(i))})
		}
	}
	return out
}

// line gives what a line of the form holds.
func (v projectValues) line(i int) gate.TeamMember {
	if i < len(v.Team) {
		return v.Team[i]
	}
	return gate.TeamMember{Role: gate.RoleMember}
}

func readProject(in shell.Input) projectValues {
	return projectValues{Project: projectviews.ReadProject(in), Contacts: in.All("contact"), Known: in.All("known"), Team: readTeam(in)}
}

// viewOptions turns what Projects offers into what the form shows.
func viewOptions(o gate.Options) projectviews.ProjectOptions {
	return projectviews.ProjectOptions{Owners: viewRefs(o.Owners), Groups: viewRefs(o.Groups), Statuses: o.Statuses, Templates: viewRefs(o.Templates), Fields: o.Fields}
}

func (p *Pages) newProject(w http.ResponseWriter, r *http.Request) error {
	return p.showNew(w, r, projectValues{Project: projectviews.Project{Workdays: true}}, ui.Errors{}, shell.Once(), 0)
}

func (p *Pages) showNew(w http.ResponseWriter, r *http.Request, v projectValues, errs ui.Errors, token string, status int) error {
	ctx, as := r.Context(), actor(r)
	module, record, err := from(r)
	if err != nil {
		return err
	}
	form, err := p.tie.NewProjectForm(ctx, as, module, record)
	if err != nil {
		return err
	}
	if !errs.Any() {
		v.prefill(form, module)
	}
	title := locale.T(ctx, "integrationpages.new_project")
	crumbs, base := tabCrumbs(ctx, as, ui.Link{Label: title, Current: true}), tabPath(as)
	if module != "" {
		base = relatedBase(as, module, record)
		crumbs = ui.Crumbs{{Label: form.Record.Name, URL: recordPath(as, module, record)}, {Label: title, Current: true}}
	}
	page := shell.Page{Title: title, Crumbs: crumbs, Status: status}
	switch {
	case form.Blocked != integration.NextNone:
		page.Body = blockedPage(as, title, form, repairValues{Then: "new"}, ui.Errors{})
	case !form.CanCreate && form.Reason != nil:
		// The button was there; Projects says no, and which right is missing.
		page.Body = refusedPage(title, locale.Fault(ctx, form.Reason), form.Owner, base, module != "")
		if page.Status == 0 {
			page.Status = http.StatusForbidden
		}
	default:
		page.Body = newProjectPage(title, base, form, v, errs, token)
	}
	return p.shell.Render(w, r, page)
}

// prefill fills an untouched form with what the mapping takes from the record.
func (v *projectValues) prefill(form integration.ProjectForm, module string) {
	f := form.Prefill
	v.Name, v.Overview, v.Start, v.End, v.Custom = f.Name, f.Overview, f.StartDate, f.EndDate, f.Custom
	if v.Name == "" && module == access.TabDeals {
		v.Name = form.Record.Name // what was sold is what is delivered
	}
}

func (p *Pages) createProject(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	module, record, err := from(r)
	if err != nil {
		return err
	}
	v := readProject(in)
	made, err := p.tie.CreateProject(ctx, as, integration.NewProject{
		Idem: in.Text("once"), Module: module, Record: record, Name: v.Name, Owner: in.ID("owner"), Group: in.ID("group"), Status: v.Status,
		StartDate: v.Start, EndDate: v.End, Overview: v.Overview, Public: v.Public, Contacts: in.IDs("contact"), Known: in.IDs("known"), Team: v.Team,
		Template: in.ID("template"), Anchor: v.Anchor, Workdays: v.Workdays, Custom: v.Custom, Budget: projectviews.ReadBudget(v.Budget),
	})
	if err != nil {
		if !p.words(err) {
			return err
		}
		return p.showNew(w, r, v, shell.Errors(ctx, err), in.Text("once"), shell.StatusOf(err))
	}
	to := projectPath(as, made.ID)
	if module != "" {
		to = recordPath(as, module, record) + "#projects"
	}
	return p.shell.Done(w, r, to, locale.T(ctx, "integrationpages.created", locale.Args{"Name": made.Name}))
}

// requestProject asks the administrators for the project that one may not make oneself.
func (p *Pages) requestProject(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	module, record, err := from(r)
	if err != nil {
		return err
	}
	to := recordPath(as, module, record)
	if err := p.tie.RequestProject(ctx, as, module, record); err != nil {
		if !shell.Expected(err) {
			return err
		}
		p.shell.Flash(w, ui.Warning, locale.Fault(ctx, err))
		shell.Redirect(w, r, to)
		return nil
	}
	return p.shell.Done(w, r, to, locale.T(ctx, "integrationpages.refused.asked"))
}

func (p *Pages) editProject(w http.ResponseWriter, r *http.Request) error {
	return p.showEdit(w, r, nil, ui.Errors{}, 0)
}

// showEdit shows the form; typed, when set, is what to show instead of what is saved.
// After a stale save both stand side by side.
func (p *Pages) showEdit(w http.ResponseWriter, r *http.Request, typed *projectValues, errs ui.Errors, status int) error {
	ctx, as := r.Context(), actor(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	now, err := p.tie.Project(ctx, as, project)
	if err != nil {
		return err
	}
	options, err := p.tie.ProjectOptions(ctx, as)
	if err != nil {
		return err
	}
	options.Templates = nil // a project begins as one, it does not become one
	v := saved(now.Project)
	if typed != nil {
		v = *typed
		v.Version = now.Project.Version
	}
	title := locale.T(ctx, "integrationpages.edit_project")
	return p.shell.Render(w, r, shell.Page{
		Title: title, Status: status,
		Crumbs: tabCrumbs(ctx, as, ui.Link{Label: now.Project.Name, URL: projectPath(as, project)}, ui.Link{Label: title, Current: true}),
		Body:   editProjectPage(title, projectPath(as, project), options, now.Project, v, typed != nil && status == http.StatusConflict, errs),
	})
}

func saved(p gate.Project) projectValues {
	v := projectValues{Project: projectviews.Project{Name: p.Name, Owner: p.Owner.ID.String(), Status: p.Status, Start: p.StartDate, End: p.EndDate,
		Overview: projectviews.Plain(p.Overview), Public: p.Public, Version: p.Version, Budget: projectviews.BudgetText(p.Budget), Custom: projectviews.Customs(p.Custom)}}
	if p.Group.ID != 0 {
		v.Group = p.Group.ID.String()
	}
	return v
}

func (p *Pages) saveProject(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	v := readProject(in)
	owner, group := in.ID("owner"), in.ID("group")
	patch := gate.ProjectPatch{Name: &v.Name, Group: &group, Status: &v.Status, StartDate: &v.Start, EndDate: &v.End, Public: &v.Public, Custom: v.Custom}
	now, err := p.tie.Project(ctx, as, project)
	if err != nil {
		return err
	}
	if v.Overview != projectviews.Plain(now.Project.Overview) {
		patch.Overview = &v.Overview // untouched, it keeps the formatting that a text box cannot show
	}
	patch.Budget = projectviews.ChangedBudget(v.Budget, now.Project.Budget)
	if owner != 0 {
		patch.Owner = &owner
	}
	if _, err := p.tie.UpdateProject(ctx, as, integration.ProjectEdit{Project: project, Version: v.Version, Patch: patch}); err != nil {
		if !p.words(err) {
			return err
		}
		return p.showEdit(w, r, &v, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, projectPath(as, project), locale.T(ctx, "integrationpages.saved"))
}

func (p *Pages) askTrash(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	v, err := p.tie.Project(ctx, as, project)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.trash")
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "integrationpages.trash.text", locale.Args{"Name": v.Project.Name}),
		Action: projectPath(as, project) + "/trash", Label: title, Dangerous: true, BackURL: projectPath(as, project),
		Hidden: []ui.Hidden{{Name: "once", Value: shell.Once()}}}
	return p.shell.Render(w, r, shell.Page{Title: title, Body: asPage(ask), Fragment: ask})
}

func (p *Pages) trash(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	if err := p.tie.TrashProject(r.Context(), actor(r), in.Text("once"), project); err != nil {
		return err
	}
	return p.shell.Done(w, r, tabPath(actor(r)), locale.T(r.Context(), "integrationpages.trashed"))
}
