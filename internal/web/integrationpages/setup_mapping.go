package integrationpages

import (
	"context"
	"net/http"

	"musubi/internal/crm/access"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("integrationpages.mapping.target.")
	locale.Dynamic("integrationpages.mapping.module.")
	locale.Dynamic("integrationpages.mapping.flow.")
}

// The names of the inputs of a target: its field and how it goes on.
const (
	mapName  = "map."
	flowName = "flow."
)

func mappingModule(r *http.Request) string {
	if m := r.URL.Query().Get("module"); m != "" {
		return m
	}
	return access.TabDeals
}

func (p *Pages) mapping(w http.ResponseWriter, r *http.Request) error {
	return p.showMapping(w, r, mappingModule(r), nil, ui.Errors{}, 0)
}

// showMapping shows one module's mapping; typed is what could not be saved.
func (p *Pages) showMapping(w http.ResponseWriter, r *http.Request, module string, typed map[string]integration.MappingChoice, errs ui.Errors, code int) error {
	ctx, as := r.Context(), actor(r)
	form, err := p.tie.Mapping(ctx, as, module)
	if err != nil {
		return err
	}
	for i, t := range form.Targets {
		if typed != nil {
			form.Targets[i].MappingChoice = typed[t.Target]
		}
	}
	title := locale.T(ctx, "integrationpages.mapping")
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Crumbs: p.crumbs(ctx, as, title), Body: mappingPage(p.at(r, ""), title, form, errs)})
}

func (p *Pages) saveMapping(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as, module := r.Context(), actor(r), in.Text("module")
	form, err := p.tie.Mapping(ctx, as, module)
	if err != nil {
		return err
	}
	typed := map[string]integration.MappingChoice{}
	for _, t := range form.Targets {
		typed[t.Target] = integration.MappingChoice{Field: in.Text(mapName + t.Target), Flow: in.Text(flowName + t.Target)}
	}
	if err := p.tie.SaveMapping(ctx, as, module, typed); err != nil {
		if !mendable(err) {
			return err
		}
		return p.showMapping(w, r, module, typed, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, p.at(r, "/mapping")+"?module="+module, locale.T(ctx, "integrationpages.saved"))
}

// showModule has the records of a module show their projects, or no more.
func (p *Pages) showModule(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	module := in.Text("module")
	if err := p.tie.ShowModule(r.Context(), actor(r), module, in.Text("show") == "1"); err != nil {
		return err
	}
	return p.shell.Done(w, r, p.at(r, "/mapping")+"?module="+module, locale.T(r.Context(), "integrationpages.saved"))
}

func mappingTabs(ctx context.Context, at, now string) ui.Tabs {
	out := ui.Tabs{Label: locale.T(ctx, "integrationpages.mapping")}
	for _, m := range integration.MappingModules() {
		out.Items = append(out.Items, ui.Link{Label: locale.T(ctx, "integrationpages.mapping.module."+m), URL: at + "?module=" + m, Current: m == now})
	}
	return out
}

// targetLabel names a field of projects.
func targetLabel(ctx context.Context, t integration.MappingTarget) string {
	if t.Name != "" {
		return t.Name
	}
	return locale.T(ctx, "integrationpages.mapping.target."+t.Target)
}

func mappedOptions(ctx context.Context, t integration.MappingTarget) []ui.Option {
	var out []ui.Option
	for _, f := range t.Fields {
		out = append(out, ui.Option{Value: f.Name, Label: locale.T(ctx, f.Label)})
	}
	return out
}

// parted splits the targets into those a record can fill and those a project only tells.
func parted(list []integration.MappingTarget) (filled, told []integration.MappingTarget) {
	for _, t := range list {
		if t.Told {
			told = append(told, t)
		} else {
			filled = append(filled, t)
		}
	}
	return filled, told
}
