package projectpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func templatesPath(as portal.Member) string { return base(as) + "/settings/templates" }

// templateCrumbs is the way from the portal's settings.
func templateCrumbs(ctx context.Context, as portal.Member) ui.Crumbs {
	return ui.Crumbs{{Label: locale.T(ctx, "projectpages.settings"), URL: base(as) + "/settings"},
		{Label: locale.T(ctx, "projectpages.templates"), URL: templatesPath(as)}}
}

// badge says in the header what a project is: a template, or its status.
func badge(ctx context.Context, x work.Project) ui.Badge {
	if x.Template {
		return ui.Badge{Label: locale.T(ctx, "projectpages.template")}
	}
	return status(ctx, x)
}

// templateForm is the name of a template to make.
type templateForm struct {
	action, name, token string
	errs                ui.Errors
}

func (p *Pages) templates(w http.ResponseWriter, r *http.Request) error {
	return p.showTemplates(w, r, templateForm{token: shell.Once()}, 0)
}

func (p *Pages) showTemplates(w http.ResponseWriter, r *http.Request, f templateForm, code int) error {
	ctx, as := r.Context(), member(r)
	list, err := p.work.Templates(ctx, as)
	if err != nil {
		return err
	}
	f.action = templatesPath(as)
	title := locale.T(ctx, "projectpages.templates")
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code,
		Body:   templatesPage(title, templateTable(ctx, as, list), f, as.Level(portal.ActTemplates) == portal.LevelAll),
		Crumbs: ui.Crumbs{{Label: locale.T(ctx, "projectpages.settings"), URL: base(as) + "/settings"}, {Label: title, Current: true}}})
}

func templateTable(ctx context.Context, as portal.Member, list []work.Template) ui.Table {
	manage := as.Level(portal.ActTemplates) == portal.LevelAll
	t := ui.Table{
		Caption: locale.T(ctx, "projectpages.templates"),
		Columns: []ui.Column{{Label: locale.T(ctx, "projectpages.template")}, {Label: locale.T(ctx, "projectpages.template.milestones"), End: true},
			{Label: locale.T(ctx, "projectpages.template.tasks"), End: true}, {Label: locale.T(ctx, "projectpages.template.use"), Quiet: true}},
		Empty: ui.Empty{Icon: "copy", Title: locale.T(ctx, "projectpages.templates.none"), Text: locale.T(ctx, "projectpages.templates.none.text")},
	}
	for _, x := range list {
		var name, use templ.Component = ui.Text(x.Name), ui.Text("")
		if manage {
			name = ui.Anchor{Label: x.Name, URL: projectPath(as, x.ID)}
		}
		if as.Can(portal.ActAddProject) {
			use = ui.Button{Label: locale.T(ctx, "projectpages.template.use"), Small: true, URL: base(as) + "/projects/new?template=" + x.ID.String()}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{name, ui.Text(num(x.Milestones)), ui.Text(num(x.Tasks)), use}})
	}
	return t
}

func (p *Pages) addTemplate(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	f := templateForm{name: in.Text("name"), token: in.Text("once")}
	return p.makeTemplate(w, r, f, work.NewTemplate{Name: f.name}, p.showTemplates)
}

// makeTemplate makes a template and opens it, or shows the form again with what was
// wrong.
func (p *Pages) makeTemplate(w http.ResponseWriter, r *http.Request, f templateForm, in work.NewTemplate, again func(http.ResponseWriter, *http.Request, templateForm, int) error) error {
	ctx, as := r.Context(), member(r)
	made, err := p.work.CreateTemplate(ctx, as, f.token, in)
	if err != nil {
		if !words(err) || fault.Is(err, fault.KindForbidden) {
			return err
		}
		f.errs = shell.Errors(ctx, err)
		return again(w, r, f, shell.StatusOf(err))
	}
	return p.shell.Done(w, r, projectPath(as, made.ID), locale.T(ctx, "projectpages.template.made", locale.Args{"Name": made.Name}))
}

func (p *Pages) askTemplate(w http.ResponseWriter, r *http.Request) error {
	return p.showTemplate(w, r, templateForm{token: shell.Once()}, 0)
}

func (p *Pages) showTemplate(w http.ResponseWriter, r *http.Request, f templateForm, code int) error {
	ctx, as := r.Context(), member(r)
	x, err := p.of(r)
	if err != nil {
		return err
	}
	if as.Level(portal.ActTemplates) != portal.LevelAll {
		return as.Require(portal.ActTemplates)
	}
	if code == 0 {
		f.name = x.Name
	}
	at, title := projectPath(as, x.ID), locale.T(ctx, "projectpages.template.save")
	f.action = at + "/template"
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Body: templatePage(title, at, f),
		Crumbs: projectCrumbs(ctx, as, ui.Link{Label: x.Name, URL: at}, ui.Link{Label: title, Current: true})})
}

func (p *Pages) saveTemplate(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	f := templateForm{name: in.Text("name"), token: in.Text("once")}
	return p.makeTemplate(w, r, f, work.NewTemplate{Name: f.name, From: n}, p.showTemplate)
}
