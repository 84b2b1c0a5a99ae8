package integrationpages

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("integrationpages.explain.layer.")
	locale.Dynamic("integrationpages.explain.passed.")
	locale.Dynamic("integrationpages.explain.refused.")
}

// explainView is the question, and the answer once there is one.
type explainView struct {
	base, users          string // where users are asked for
	user, userText       string
	project, projectText string
	item, itemText       string // "tasks:12"
	portal               string // where it is asked for client users
	answer               *integration.Explanation
	errs                 ui.Errors
}

// explain says why a CRM user sees a project, or does not: every layer with its verdict.
func (p *Pages) explain(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	o, err := p.tie.Overview(ctx, as)
	if err != nil {
		return err
	}
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	v := explainView{base: p.at(r, ""), users: "/crm/" + as.Org().String() + "/users/suggest", user: in.Text("user"), userText: in.Text("user.text"),
		project: in.Text("project"), projectText: in.Text("project.text"), item: in.Text("item"), itemText: in.Text("item.text")}
	if o.Portal.ID != 0 {
		v.portal = "/portal/" + o.Portal.ID.String() + "/explain"
	}
	if in.ID("project") == 0 {
		v.item, v.itemText = "", ""
	}
	code := 0
	if in.Has("user") {
		found, err := p.explained(ctx, r, in)
		if err != nil {
			if !mendable(err) {
				return err
			}
			v.errs, code = shell.Errors(ctx, err), shell.StatusOf(err)
		} else {
			v.answer, v.userText, v.projectText, v.itemText = &found, found.User.Name, found.Project.Name, found.Item
		}
	}
	title := locale.T(ctx, "integrationpages.explain.title")
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Crumbs: p.crumbs(ctx, as, title), Body: explainPage(v)})
}

func (p *Pages) explained(ctx context.Context, r *http.Request, in shell.Input) (integration.Explanation, error) {
	bad := fault.Invalid("web.ui.check_fields")
	if in.ID("user") == 0 {
		bad.Field("user", "integrationpages.explain.choose_user")
	}
	if in.ID("project") == 0 && in.Text("project.text") != "" {
		bad.Field("project", "integrationpages.explain.choose_project")
	}
	if err := bad.OrNil(); err != nil {
		return integration.Explanation{}, err
	}
	q := integration.Question{User: in.ID("user"), Project: in.ID("project")}
	if module, number, _ := strings.Cut(in.Text("item"), ":"); q.Project != 0 && number != "" {
		n, err := id.Parse(number)
		if err != nil || !slices.Contains(integration.ExplainModules(), module) {
			return integration.Explanation{}, bad.Field("item", "integrationpages.explain.choose_item")
		}
		q.Module, q.Item = module, n
	}
	found, err := p.tie.Explain(ctx, actor(r), q)
	if q.Item != 0 && fault.Is(err, fault.KindNotFound) {
		err = bad.Field("item", "integrationpages.explain.choose_item")
	}
	return found, err
}

// findProjects feeds the picker of projects.
func (p *Pages) findProjects(w http.ResponseWriter, r *http.Request) error {
	found, err := p.tie.FindProjects(r.Context(), actor(r), r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	return shell.Suggest(w, refOptions(found))
}

// findItems feeds the picker of what is in a project.
func (p *Pages) findItems(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	found, err := p.tie.FindItems(ctx, actor(r), in.ID("project"), in.Text("q"))
	if err != nil {
		return err
	}
	kinds := map[string]string{integration.ModuleTasks: locale.T(ctx, "integrationpages.project.tasks"), integration.ModuleMilestones: locale.T(ctx, "integrationpages.project.milestones"),
		integration.ModuleBugs: locale.T(ctx, "integrationpages.project.bugs"), integration.ModuleDocuments: locale.T(ctx, "projectviews.document.title")}
	out := make([]ui.Option, len(found))
	for i, x := range found {
		out[i] = ui.Option{Value: x.Module + ":" + x.ID.String(), Label: x.Title, Small: kinds[x.Module]}
	}
	return shell.Suggest(w, out)
}

func refOptions(list []gate.Ref) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, x := range list {
		out[i] = ui.Option{Value: x.ID.String(), Label: x.Name}
	}
	return out
}

// verdicts lists the layers in their order.
func verdicts(ctx context.Context, e integration.Explanation) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.explain.layers"), Columns: []ui.Column{
		{Label: locale.T(ctx, "integrationpages.explain.layer")}, {Label: locale.T(ctx, "integrationpages.explain.verdict")}, {Label: locale.T(ctx, "integrationpages.explain.because")}}}
	for _, v := range e.Verdicts {
		badge := ui.Badge{Label: locale.T(ctx, "integrationpages.explain.yes"), Tone: ui.Success}
		switch {
		case !v.Asked:
			badge = ui.Badge{Label: locale.T(ctx, "integrationpages.explain.not_asked")}
		case !v.Passed:
			badge = ui.Badge{Label: locale.T(ctx, "integrationpages.explain.no"), Tone: ui.Warning}
		}
		t.Rows = append(t.Rows, ui.Row{Muted: !v.Asked, Cells: []templ.Component{
			ui.Text(locale.T(ctx, "integrationpages.explain.layer."+v.Layer)), badge, ui.Text(because(ctx, e, v))}})
	}
	return t
}

// because puts a verdict into words; what was not asked says nothing.
func because(ctx context.Context, e integration.Explanation, v integration.Verdict) string {
	if !v.Asked {
		return ""
	}
	of := "integrationpages.explain.refused."
	if v.Passed {
		of = "integrationpages.explain.passed."
	}
	return locale.T(ctx, of+v.Layer, locale.Args{"Profile": e.Profile, "Word": layerWord(ctx, v), "Rights": allowed(ctx, v)})
}

// layerWord words what tells a verdict from others of its layer.
func layerWord(ctx context.Context, v integration.Verdict) string {
	for _, prefix := range map[string][]string{
		integration.LayerStatus: {"integrationpages.status."}, integration.LayerMember: {"integrationpages.outcome."}, integration.LayerProject: {"integrationpages.role."}, integration.LayerItem: {"integrationpages.role."},
	}[v.Layer] {
		if locale.From(ctx).Has(prefix + v.Word) {
			return locale.T(ctx, prefix+v.Word)
		}
	}
	return "–"
}

func allowed(ctx context.Context, v integration.Verdict) string {
	var out []string
	for _, x := range []struct {
		on  bool
		key string
	}{
		{v.Rights.View, "integrationpages.right.view"}, {v.Rights.Create, "integrationpages.right.create"},
		{v.Rights.Edit, "integrationpages.right.edit"}, {v.Rights.Delete, "integrationpages.right.delete"},
	} {
		if x.on {
			out = append(out, locale.T(ctx, x.key))
		}
	}
	return strings.Join(out, " · ")
}
