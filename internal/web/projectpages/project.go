package projectpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// of reads the project of the address.
func (p *Pages) of(r *http.Request) (work.Project, error) {
	n, err := shell.ID(r, "project")
	if err != nil {
		return work.Project{}, err
	}
	return p.work.Project(r.Context(), member(r), n)
}

// Seen lets a handler below a project's address answer only those who see the project
// and the portal's people: no client user.
func (p *Pages) Seen(next http.HandlerFunc) http.HandlerFunc {
	return p.shell.Handle(func(w http.ResponseWriter, r *http.Request) error {
		if _, err := p.of(r); err != nil {
			return err
		}
		if err := member(r).Require(portal.ActSeePeople); err != nil {
			return err
		}
		next(w, r)
		return nil
	})
}

// show shows one part of a project under its header and tabs. What follows the tab's
// own page stands in crumbs.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, x work.Project, now string, code int, body templ.Component, more ...ui.Link) error {
	ctx, as := r.Context(), member(r)
	at := projectPath(as, x.ID)
	tabs := ui.Tabs{Label: locale.T(ctx, "projectpages.parts"), Items: []ui.Link{
		{Label: locale.T(ctx, "projectpages.overview"), URL: at, Current: now == ""},
		{Label: projectviews.Tasks.Title(ctx), URL: at + "/tasks", Current: now == "tasks", Count: num(x.Tasks.Open)},
		{Label: projectviews.Milestones.Title(ctx), URL: at + "/milestones", Current: now == "milestones", Count: num(x.Milestones.Open)},
	}}
	if !x.Template { // bugs are found, not planned
		tabs.Items = append(tabs.Items, ui.Link{Label: projectviews.Bugs.Title(ctx), URL: at + "/bugs", Current: now == "bugs", Count: num(x.Bugs.Open)})
	}
	if x.Rights.SeeDocuments {
		tabs.Items = append(tabs.Items, ui.Link{Label: locale.T(ctx, "projectviews.document.title"), URL: at + "/" + projectviews.DocumentsTab, Current: now == projectviews.DocumentsTab})
	}
	if x.Rights.SeeTime && !x.Template {
		tabs.Items = append(tabs.Items, ui.Link{Label: locale.T(ctx, "projectviews.time.title"), URL: at + "/" + projectviews.Timesheets, Current: now == projectviews.Timesheets})
	}
	if x.Rights.SeeUsers {
		tabs.Items = append(tabs.Items, ui.Link{Label: locale.T(ctx, "projectpages.users"), URL: at + "/users", Current: now == "users"})
	}
	crumbs := projectCrumbs(ctx, as)
	if x.Template {
		crumbs = templateCrumbs(ctx, as)
	}
	return p.shell.Render(w, r, shell.Page{Title: x.Name, Status: code, Crumbs: append(append(crumbs, ui.Link{Label: x.Name, URL: at}), more...),
		Body: projectFrame(as, x, tabs, body)})
}

func (p *Pages) project(w http.ResponseWriter, r *http.Request) error {
	x, err := p.of(r)
	if err != nil {
		return err
	}
	as := member(r)
	body := overview(x)
	if as.Can(portal.ActSeePeople) && !x.Template {
		if panel, ok := p.crm.Customer(r.Context(), as.Portal(), projectPath(as, x.ID)); ok {
			body = templ.Join(body, panel)
		}
	}
	return p.show(w, r, x, "", 0, body)
}

func projectActions(ctx context.Context, as portal.Member, x work.Project) []templ.Component {
	var out []templ.Component
	at := projectPath(as, x.ID)
	if x.Template {
		out = append(out, ui.Button{Label: locale.T(ctx, "projectpages.template.use"), Icon: "plus", Kind: ui.Primary, URL: base(as) + "/projects/new?template=" + x.ID.String()})
	}
	if x.Rights.Edit {
		out = append(out, ui.Button{Label: locale.T(ctx, "projectpages.edit"), Icon: "pencil", URL: at + "/edit"})
	}
	if as.Level(portal.ActTemplates) == portal.LevelAll && !x.Template {
		out = append(out, ui.Button{Label: locale.T(ctx, "projectpages.template.save"), Icon: "copy", URL: at + "/template"})
	}
	if x.Rights.Trash {
		out = append(out, ui.Button{Label: locale.T(ctx, "projectpages.trash"), Icon: "trash", URL: at + "/trash", Modal: true})
	}
	return out
}

// options gives what a project's form offers.
func (p *Pages) options(ctx context.Context, as portal.Member) (projectviews.ProjectOptions, error) {
	owners, err := p.work.Owners(ctx, as)
	if err != nil {
		return projectviews.ProjectOptions{}, err
	}
	out := projectviews.ProjectOptions{Owners: refs(owners)}
	statuses, err := p.work.ProjectStatuses(ctx, as)
	if err != nil {
		return out, err
	}
	for _, s := range statuses {
		out.Statuses = append(out.Statuses, gate.ProjectStatus{Key: s.Key, Name: s.Name, Closed: s.Closed})
	}
	fields, err := p.work.Fields(ctx, as)
	if err != nil {
		return out, err
	}
	for _, f := range fields {
		out.Fields = append(out.Fields, gateField(f))
	}
	if !as.Can(portal.ActGroups) {
		return out, nil
	}
	groups, err := p.work.Groups(ctx, as)
	for _, g := range groups {
		out.Groups = append(out.Groups, projectviews.Ref{ID: g.ID, Name: g.Name})
	}
	return out, err
}

// newOptions gives what the form of a new project offers besides.
func (p *Pages) newOptions(ctx context.Context, as portal.Member) (projectviews.ProjectOptions, error) {
	out, err := p.options(ctx, as)
	if err != nil || !as.Can(portal.ActTemplates) {
		return out, err
	}
	templates, err := p.work.Templates(ctx, as)
	for _, t := range templates {
		out.Templates = append(out.Templates, projectviews.Ref{ID: t.ID, Name: t.Name})
	}
	return out, err
}

func (p *Pages) newProject(w http.ResponseWriter, r *http.Request) error {
	v := projectviews.Project{Workdays: true, Template: r.URL.Query().Get("template")}
	return p.showNew(w, r, v, ui.Errors{}, shell.Once(), 0)
}

func (p *Pages) showNew(w http.ResponseWriter, r *http.Request, v projectviews.Project, errs ui.Errors, token string, code int) error {
	ctx, as := r.Context(), member(r)
	if err := as.Require(portal.ActAddProject); err != nil {
		return err
	}
	o, err := p.newOptions(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "projectpages.new_project")
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Crumbs: projectCrumbs(ctx, as, ui.Link{Label: title, Current: true}),
		Body: projectForm(formView{title: title, action: base(as) + "/projects", back: base(as) + "/projects", options: o, values: v, errs: errs,
			hidden: []ui.Hidden{{Name: "once", Value: token}}})})
}

// formView is what the form of a project needs; now is set when somebody saved first.
type formView struct {
	title, action, back string
	options             projectviews.ProjectOptions
	values              projectviews.Project
	errs                ui.Errors
	hidden              []ui.Hidden
	now                 *work.Project
}

func (p *Pages) createProject(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	v := projectviews.ReadProject(in)
	made, err := p.work.CreateProject(ctx, as, in.Text("once"), work.NewProject{Name: v.Name, Owner: in.ID("owner"), Group: in.ID("group"),
		Status: v.Status, StartDate: v.Start, EndDate: v.End, Overview: v.Overview, Public: &v.Public,
		Template: in.ID("template"), Anchor: v.Anchor, Workdays: v.Workdays, Custom: v.Custom, Budget: projectviews.ReadBudget(v.Budget)})
	if err != nil {
		if !words(err) {
			return err
		}
		return p.showNew(w, r, v, shell.Errors(ctx, err), in.Text("once"), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, projectPath(as, made.ID), locale.T(ctx, "projectpages.created", locale.Args{"Name": made.Name}))
}

func (p *Pages) editProject(w http.ResponseWriter, r *http.Request) error {
	return p.showEdit(w, r, nil, ui.Errors{}, 0)
}

// showEdit shows the form; typed, when set, is what to show instead of what is saved.
// After a stale save both stand there.
func (p *Pages) showEdit(w http.ResponseWriter, r *http.Request, typed *projectviews.Project, errs ui.Errors, code int) error {
	ctx, as := r.Context(), member(r)
	x, err := p.of(r)
	if err != nil {
		return err
	}
	if !x.Rights.Edit {
		return fault.Forbidden("work.fault.forbidden")
	}
	o, err := p.options(ctx, as)
	if err != nil {
		return err
	}
	at := projectPath(as, x.ID)
	title := locale.T(ctx, "projectpages.edit_project")
	v := formView{title: title, action: at + "/edit", back: at, options: o, values: saved(x), errs: errs,
		hidden: []ui.Hidden{{Name: "version", Value: num(x.Version)}}}
	if typed != nil {
		v.values = *typed
		if code == http.StatusConflict {
			v.now = &x
		}
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Body: projectForm(v),
		Crumbs: projectCrumbs(ctx, as, ui.Link{Label: x.Name, URL: at}, ui.Link{Label: title, Current: true})})
}

func saved(x work.Project) projectviews.Project {
	return projectviews.Project{Name: x.Name, Owner: idText(x.Owner.ID), Group: idText(x.Group.ID), Status: x.Status, Start: x.StartDate,
		End: x.EndDate, Overview: projectviews.Plain(x.Overview), Public: x.Public, Version: x.Version, Budget: projectviews.BudgetText(x.Budget), Custom: projectviews.Customs(gateCustom(x.Custom))}
}

func (p *Pages) saveProject(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	x, err := p.of(r)
	if err != nil {
		return err
	}
	v := projectviews.ReadProject(in)
	group := in.ID("group")
	patch := work.ProjectPatch{Name: &v.Name, Group: &group, Status: &v.Status, StartDate: &v.Start, EndDate: &v.End, Public: &v.Public, Custom: v.Custom, Budget: projectviews.ChangedBudget(v.Budget, x.Budget)}
	if owner := in.ID("owner"); owner != 0 {
		patch.Owner = &owner
	}
	if v.Overview != projectviews.Plain(x.Overview) {
		patch.Overview = &v.Overview // untouched, it keeps the formatting that a text box cannot show
	}
	if _, err := p.work.UpdateProject(ctx, as, x.ID, v.Version, patch); err != nil {
		if !words(err) {
			return err
		}
		return p.showEdit(w, r, &v, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, projectPath(as, x.ID), locale.T(ctx, "projectpages.saved"))
}

func (p *Pages) askTrash(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	x, err := p.of(r)
	if err != nil {
		return err
	}
	at, title := projectPath(as, x.ID), locale.T(ctx, "projectpages.trash")
	count := func(c work.Count) int64 { return c.Open + c.Closed }
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "projectpages.trash.text", locale.Args{"Name": x.Name,
		"Tasks": count(x.Tasks), "Milestones": count(x.Milestones), "Bugs": count(x.Bugs)}),
		Action: at + "/trash", Label: title, Dangerous: true, BackURL: at}
	return p.shell.Render(w, r, shell.Page{Title: title, Body: framed(ask), Fragment: ask})
}

func (p *Pages) trash(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	x, err := p.of(r)
	if err != nil {
		return err
	}
	if err := p.work.TrashProject(ctx, as, x.ID); err != nil {
		return err
	}
	to := base(as) + "/projects"
	if x.Template {
		to = templatesPath(as)
	}
	return p.shell.Done(w, r, to, locale.T(ctx, "projectpages.trashed"))
}

func (p *Pages) restore(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	n, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	if _, err := p.work.RestoreProject(ctx, as, n); err != nil {
		return err
	}
	return p.shell.Done(w, r, projectPath(as, n), locale.T(ctx, "projectpages.restored"))
}

// part is where a project's part lies.
func partPath(as portal.Member, project id.ID, part projectviews.Part) string {
	return projectPath(as, project) + "/" + string(part)
}
