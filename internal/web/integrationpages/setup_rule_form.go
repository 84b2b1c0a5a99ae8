package integrationpages

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// ruleView is the form of a rule as it was typed; now, when set, is what somebody else
// saved.
type ruleView struct {
	at    string // where it is sent
	back  string
	value integration.Rule
	days  string                  // as typed
	lines []integration.Condition // as typed; without any, those of value
	form  integration.RuleForm
	now   *integration.Rule
	errs  ui.Errors
}

// newRule begins with the rule most want: a won deal becomes a project.
func (p *Pages) newRule(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := ruleView{value: integration.Rule{Active: true, Module: access.TabDeals, Action: integration.RuleAction{Pattern: "{Account_Name} {Deal_Name}",
		Base: "Closing_Date", Workdays: true, Clients: integration.ClientsContact, Notes: true, Files: true}}}
	switch module := r.URL.Query().Get("module"); module {
	case "", access.TabDeals:
		v.value.Name = locale.T(ctx, "integrationpages.rules.won_name")
		v.value.Conditions = []integration.Condition{{Field: "Stage", Op: integration.OpWon}}
	case access.TabAccounts:
		v.value.Module, v.value.Action.Pattern, v.value.Action.Base = module, "{Account_Name}", ""
	default:
		v.value.Module, v.value.Action.Pattern, v.value.Action.Base = module, "{Account_Name} {Last_Name}", ""
	}
	return p.showRule(w, r, v, 0)
}

func (p *Pages) rule(w http.ResponseWriter, r *http.Request) error {
	n, err := shell.ID(r, "rule")
	if err != nil {
		return err
	}
	x, err := p.tie.Rule(r.Context(), actor(r), n)
	if err != nil {
		return err
	}
	return p.showRule(w, r, ruleView{value: x}, 0)
}

func (p *Pages) showRule(w http.ResponseWriter, r *http.Request, v ruleView, code int) error {
	ctx, as := r.Context(), actor(r)
	form, err := p.tie.RuleForm(ctx, as, v.value.Module)
	if err != nil {
		return err
	}
	v.form, v.back, v.at = form, p.at(r, "/rules"), p.at(r, "/rules")
	title := locale.T(ctx, "integrationpages.rules.new")
	if v.value.ID != 0 {
		title, v.at = v.value.Name, v.at+"/"+v.value.ID.String()
		if code == http.StatusConflict {
			now, err := p.tie.Rule(ctx, as, v.value.ID)
			if err != nil {
				return err
			}
			v.now, v.value.Version = &now, now.Version
		}
	}
	if v.days == "" {
		v.days = strconv.Itoa(v.value.Action.Days)
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Crumbs: p.ruleCrumbs(r, ui.Link{Label: title, Current: true}), Body: rulePage(title, v)})
}

// ruleLines is how many conditions the form has room for.
const ruleLines = 4

func (p *Pages) saveRule(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	x := integration.Rule{Version: in.Int("version"), Name: in.Text("name"), Active: in.On("active"), Module: in.Text("module"),
		Action: integration.RuleAction{Template: in.ID("template"), Group: in.ID("group"), Owner: in.ID("owner"), Pattern: in.Text("pattern"),
			Anchor: in.Text("anchor"), Base: in.Text("base"), Days: int(in.Int("days")), Workdays: in.On("workdays"),
			Clients: in.Text("clients"), Notes: in.On("notes"), Files: in.On("files"), Reopen: in.Text("reopen")}}
	if chi.URLParam(r, "rule") != "" {
		if x.ID, err = shell.ID(r, "rule"); err != nil {
			return err
		}
	}
	var lines []integration.Condition
	for i := range ruleLines {
		n := strconv.Itoa(i)
		c := integration.Condition{Field: in.Text("field" + n), Op: in.Text("op" + n), Value: in.Text("value" + n)}
		lines = append(lines, c)
		if c.Field != "" {
			x.Conditions = append(x.Conditions, c)
		}
	}
	v := ruleView{value: x, days: in.Text("days"), lines: lines}
	err = nil
	if _, bad := strconv.Atoi(v.days); bad != nil && v.days != "" {
		err = fault.Invalid("integration.rule.invalid").Field("days", "integration.rule.days", fault.Args{"Limit": 3660})
	}
	if err == nil {
		_, err = p.tie.SaveRule(ctx, as, x)
	}
	if err != nil {
		if !mendable(err) {
			return err
		}
		v.errs = shell.Errors(ctx, err)
		return p.showRule(w, r, v, shell.StatusOf(err))
	}
	return p.shell.Done(w, r, p.at(r, "/rules"), locale.T(ctx, "integrationpages.rules.saved", locale.Args{"Name": x.Name}))
}

// line gives the condition of a line of the form.
func (v ruleView) line(i int) integration.Condition {
	list := v.value.Conditions
	if v.lines != nil {
		list = v.lines
	}
	if i >= len(list) {
		return integration.Condition{}
	}
	c := list[i]
	if c.Said != "" {
		c.Value = c.Said
	}
	return c
}

func fieldOptions(ctx context.Context, list []integration.RuleField) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, f := range list {
		out[i] = ui.Option{Value: f.Name, Label: locale.T(ctx, f.Label)}
	}
	return out
}

// wordOptions are options whose labels are words under a prefix.
func wordOptions(ctx context.Context, prefix string, list []string) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, w := range list {
		out[i] = ui.Option{Value: w, Label: locale.T(ctx, prefix+w)}
	}
	return out
}

func candidateRows(ctx context.Context, org string, list []integration.Candidate) []ui.Row {
	var out []ui.Row
	for _, c := range list {
		var state templ.Component = ui.Badge{Label: locale.T(ctx, "integrationpages.firing.would"), Tone: ui.Info}
		switch {
		case c.State != "":
			state = ui.Badge{Label: locale.T(ctx, "integrationpages.firing."+c.State), Tone: ui.Neutral}
		case c.Blocked != "":
			state = ui.Text(locale.T(ctx, "integrationpages.blocked."+c.Blocked))
		}
		out = append(out, ui.Row{Cells: []templ.Component{candidateCell(org, c), ui.Text(c.Project), state}})
	}
	return out
}

func ruleActions(ctx context.Context, v ruleView) []templ.Component {
	if v.value.ID == 0 {
		return nil
	}
	return []templ.Component{
		ui.Button{Label: locale.T(ctx, "integrationpages.rules.rehearse"), URL: v.at + "/rehearsal"},
		ui.Button{Label: locale.T(ctx, "integrationpages.rules.delete"), URL: v.at + "/delete", Modal: true, Kind: ui.Dangerous},
	}
}

// moduleLinks lets a new rule watch another module.
func moduleLinks(ctx context.Context, v ruleView) []ui.Link {
	var out []ui.Link
	for _, m := range integration.RuleModules() {
		out = append(out, ui.Link{Label: locale.T(ctx, "integrationpages.rules.module."+m), URL: v.back + "/new?module=" + m, Current: m == v.value.Module})
	}
	return out
}

func idOrBlank(n id.ID) string {
	if n == 0 {
		return ""
	}
	return n.String()
}

func ticked(on bool) string {
	if on {
		return "on"
	}
	return ""
}
