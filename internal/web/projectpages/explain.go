package projectpages

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("projectpages.explain.layer.")
	locale.Dynamic("projectpages.explain.person.")
	locale.Dynamic("projectpages.explain.bin.")
	locale.Dynamic("projectpages.explain.access.")
	locale.Dynamic("projectpages.explain.item.")
}

// explainView is the question, and the answer once there is one. An item is named by its
// kind and number: "task:12".
type explainView struct {
	at                   string
	person, personText   string
	project, projectText string
	item, itemText       string
	answer               *work.Explanation
	look                 string // where what a client user sees is shown
	errs                 ui.Errors
}

// explainPath is where it is asked about what is given; zero asks for it there.
func explainPath(as portal.Member, project id.ID, kind string, item id.ID) string {
	at := base(as) + "/explain?project=" + project.String()
	if item != 0 {
		at += "&item=" + url.QueryEscape(kind+":"+item.String())
	}
	return at
}

// explain says why somebody of the portal sees a project or something in it, or does not.
func (p *Pages) explain(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	if err := as.Require(portal.ActManagePeople); err != nil {
		return err
	}
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	v := explainView{at: base(as) + "/explain", person: in.Text("person"), personText: in.Text("person.text"), project: in.Text("project"),
		projectText: in.Text("project.text"), item: in.Text("item"), itemText: in.Text("item.text")}
	err = p.explainNames(ctx, as, in, &v)
	if err == nil && in.Has("person") && in.Has("project") {
		err = p.explained(ctx, as, in, &v)
	}
	code := 0
	if err != nil {
		if !shell.Expected(err) {
			return err
		}
		v.errs, code = shell.Errors(ctx, err), shell.StatusOf(err)
	}
	title := locale.T(ctx, "projectpages.explain.title")
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Body: explainPage(v), Crumbs: projectCrumbs(ctx, as, ui.Link{Label: title, Current: true})})
}

// explainNames names what the address asks about.
func (p *Pages) explainNames(ctx context.Context, as portal.Member, in shell.Input, v *explainView) error {
	if n := in.ID("person"); n != 0 {
		who, err := p.portals.Person(ctx, as, n)
		if err != nil {
			return gone(err, "person")
		}
		v.personText = who.Name
		if who.Kind == portal.KindClient && who.Active {
			v.look = base(as) + "/view-as/" + n.String()
		}
	}
	n := in.ID("project")
	if n == 0 {
		v.item = ""
		return nil
	}
	x, err := p.work.Project(ctx, as, n)
	if fault.Is(err, fault.KindNotFound) {
		return nil // in the bin: the answer says so
	}
	if err != nil {
		return err
	}
	v.projectText = x.Name
	kind, item := itemAsked(v.item)
	if item == 0 {
		v.item = ""
		return nil
	}
	if v.itemText, err = p.titleOf(ctx, as, n, kind, item); err != nil {
		v.item, v.itemText = "", ""
		return gone(err, "item")
	}
	return nil
}

func (p *Pages) explained(ctx context.Context, as portal.Member, in shell.Input, v *explainView) error {
	bad := fault.Invalid("web.ui.check_fields")
	if in.ID("person") == 0 {
		bad.Field("person", "projectpages.explain.choose_person")
	}
	if in.ID("project") == 0 {
		bad.Field("project", "projectpages.explain.choose_project")
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	kind, item := itemAsked(v.item)
	found, err := p.work.Explain(ctx, as, in.ID("person"), in.ID("project"), kind, item)
	if err != nil {
		return gone(err, "project")
	}
	v.answer, v.projectText = &found, found.Project.Name
	return nil
}

// gone says beside an input that what it names is not there.
func gone(err error, input string) error {
	if fault.Is(err, fault.KindNotFound) {
		return fault.Invalid("web.ui.check_fields").Field(input, "projectpages.explain.gone")
	}
	return err
}

func itemAsked(text string) (kind string, item id.ID) {
	kind, number, _ := strings.Cut(text, ":")
	n, err := id.Parse(number)
	if err != nil {
		return "", 0
	}
	return kind, n
}

// kindsOf pairs the parts of a project with how the domain calls what is in them.
var kindsOf = map[projectviews.Part]string{projectviews.Tasks: work.ExplainKinds()[0], projectviews.Milestones: work.ExplainKinds()[1], projectviews.Bugs: work.ExplainKinds()[2]}

func (p *Pages) titleOf(ctx context.Context, as portal.Member, project id.ID, kind string, item id.ID) (string, error) {
	for part, k := range kindsOf {
		if k == kind {
			i, err := p.one(ctx, as, part, project, item)
			return i.Title, err
		}
	}
	d, err := p.work.Document(ctx, as, project, item)
	return d.Name, err
}

// explainFind feeds the pickers of the question.
func (p *Pages) explainFind(find func(ctx context.Context, as portal.Member, in shell.Input) ([]ui.Option, error)) shell.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := member(r).Require(portal.ActManagePeople); err != nil {
			return err
		}
		in, err := shell.ReadQuery(r)
		if err != nil {
			return err
		}
		out, err := find(r.Context(), member(r), in)
		if err != nil {
			return err
		}
		return shell.Suggest(w, out)
	}
}

func (p *Pages) explainPeople(ctx context.Context, as portal.Member, in shell.Input) ([]ui.Option, error) {
	f := portal.PeopleFilter{Search: in.Text("q"), Page: page.Request{Size: suggested}}
	members, err := p.portals.Members(ctx, as, f)
	if err != nil {
		return nil, err
	}
	clients, err := p.portals.ClientUsers(ctx, as, f)
	var out []ui.Option
	for _, who := range append(members.Items, clients.Items...) {
		out = append(out, ui.Option{Value: who.ID.String(), Label: who.Name, Small: locale.T(ctx, "portal.role."+string(who.Role)) + " · " + who.Email})
	}
	return out, err
}

func (p *Pages) explainProjects(ctx context.Context, as portal.Member, in shell.Input) ([]ui.Option, error) {
	list, err := p.work.Projects(ctx, as, work.Query{Any: true, Search: in.Text("q"), Page: page.Request{Size: suggested}})
	var out []ui.Option
	for _, x := range list.Items {
		out = append(out, ui.Option{Value: x.ID.String(), Label: x.Name})
	}
	return out, err
}

func (p *Pages) explainItems(ctx context.Context, as portal.Member, in shell.Input) ([]ui.Option, error) {
	project, q := in.ID("project"), in.Text("q")
	var out []ui.Option
	if project == 0 {
		return out, nil // none is chosen yet
	}
	for _, part := range projectviews.Parts() {
		list, err := p.items(ctx, as, part, project, work.ItemQuery{Search: q, Page: page.Request{Size: suggested}})
		if err != nil {
			return nil, err
		}
		for _, i := range list.Items {
			out = append(out, ui.Option{Value: kindsOf[part] + ":" + i.ID.String(), Label: i.Title, Small: part.Title(ctx)})
		}
	}
	documents, err := p.work.Documents(ctx, as, project, page.Request{Size: page.MaxSize})
	for _, d := range documents.Items {
		if strings.Contains(strings.ToLower(d.Name), strings.ToLower(q)) {
			out = append(out, ui.Option{Value: work.ExplainKinds()[3] + ":" + d.ID.String(), Label: d.Name, Small: locale.T(ctx, "projectviews.document.title")})
		}
	}
	return out, err
}

// layers lists what each layer says.
func layers(ctx context.Context, e work.Explanation) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "projectpages.explain.layers"), Columns: []ui.Column{{Label: locale.T(ctx, "projectpages.explain.layer")},
		{Label: locale.T(ctx, "projectpages.explain.verdict")}, {Label: locale.T(ctx, "projectpages.explain.because")}}}
	for _, v := range e.Verdicts {
		badge := ui.Badge{Label: locale.T(ctx, "projectpages.explain.yes"), Tone: ui.Success}
		because := layerSays(ctx, v)
		switch {
		case !v.Asked:
			badge, because = ui.Badge{Label: locale.T(ctx, "projectpages.explain.not_asked")}, ""
		case !v.Passed:
			badge = ui.Badge{Label: locale.T(ctx, "projectpages.explain.no"), Tone: ui.Warning}
		}
		t.Rows = append(t.Rows, ui.Row{Muted: !v.Asked, Cells: []templ.Component{ui.Text(locale.T(ctx, "projectpages.explain.layer."+v.Layer)), badge, ui.Text(because)}})
	}
	return t
}

func layerSays(ctx context.Context, v work.Verdict) string {
	yes := map[bool]string{true: "yes", false: "no"}[v.Passed]
	switch v.Layer {
	case work.LayerPerson:
		return locale.T(ctx, "projectpages.explain.person."+yes, locale.Args{"Role": locale.T(ctx, "portal.role."+v.Word)})
	case work.LayerBin:
		return locale.T(ctx, "projectpages.explain.bin."+yes)
	}
	return locale.T(ctx, "projectpages.explain."+v.Layer+"."+v.Word)
}

// summary sums the layers up.
func summary(ctx context.Context, e work.Explanation) ui.Alert {
	what := e.Project.Name
	if e.Item != "" {
		what = e.Item
	}
	tone, word := ui.Warning, "projectpages.explain.hidden"
	if e.Shown() {
		tone, word = ui.Success, "projectpages.explain.shown"
	}
	return ui.Alert{Tone: tone, Text: locale.T(ctx, word, locale.Args{"Name": e.Person.Name, "What": what})}
}
