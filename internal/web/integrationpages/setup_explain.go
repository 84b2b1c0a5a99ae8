package integrationpages

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/fault"
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
	answer               *integration.Explanation
	errs                 ui.Errors
}

// explain says why a CRM user sees a project, or does not: every layer with its verdict.
func (p *Pages) explain(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	if _, err := p.tie.Overview(ctx, as); err != nil {
		return err
	}
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	v := explainView{base: p.at(r, ""), users: "/crm/" + as.Org().String() + "/users/suggest", user: in.Text("user"), userText: in.Text("user.text"),
		project: in.Text("project"), projectText: in.Text("project.text")}
	code := 0
	if in.Has("user") {
		found, err := p.explained(ctx, r, in)
		if err != nil {
			if !mendable(err) {
				return err
			}
			v.errs, code = shell.Errors(ctx, err), shell.StatusOf(err)
		} else {
			v.answer, v.userText, v.projectText = &found, found.User.Name, found.Project.Name
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
	return p.tie.Explain(ctx, actor(r), in.ID("user"), in.ID("project"))
}

// findProjects feeds the picker of projects.
func (p *Pages) findProjects(w http.ResponseWriter, r *http.Request) error {
	found, err := p.tie.FindProjects(r.Context(), actor(r), r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	return shell.Suggest(w, refOptions(found))
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
		integration.LayerStatus: {"integrationpages.status."}, integration.LayerMember: {"integrationpages.outcome."}, integration.LayerProject: {"integrationpages.role."},
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
