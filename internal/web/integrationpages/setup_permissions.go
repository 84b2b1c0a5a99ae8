package integrationpages

import (
	"context"
	"net/http"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// gridForm is the permission grid as a page shows it.
type gridForm struct {
	base   string
	wizard bool
	portal string
	grid   integration.Grid
	ticks  map[id.ID]access.Rights            // what was ticked; nil shows what is saved
	inner  map[id.ID]map[string]access.Rights // likewise, inside a project; empty follows the row
	hidden []ui.Hidden
	steps  ui.Steps
	errs   ui.Errors
	differ []difference
	plan   *integration.GridRehearsal
}

// difference is one tick that another administrator saved otherwise.
type difference struct {
	Profile string
	Right   string
	Yours   bool
	Theirs  bool
}

func (f gridForm) rights(row integration.GridRow) access.Rights {
	if t, ok := f.ticks[row.Profile]; ok && !row.Locked {
		return t
	}
	return row.Rights
}

func (p *Pages) permissions(w http.ResponseWriter, r *http.Request) error {
	return p.showPermissions(w, r, gridForm{}, 0)
}

func (p *Pages) showPermissions(w http.ResponseWriter, r *http.Request, f gridForm, status int) error {
	ctx, as := r.Context(), actor(r)
	o, err := p.tie.Overview(ctx, as)
	if err != nil {
		return err
	}
	if f.grid, err = p.tie.Grid(ctx, as); err != nil {
		return err
	}
	f.base = p.at(r, "")
	title := locale.T(ctx, "integrationpages.edit_settings")
	f.portal = o.Portal.Name
	f.hidden = []ui.Hidden{{Name: "grid", Value: num(f.grid.Version)}, {Name: "version", Value: num(o.Version)}}
	switch {
	case o.Portal.ID != 0:
	case o.Status == integration.StatusSettingUp:
		choices, err := p.tie.Portals(ctx, as)
		if err != nil {
			return err
		}
		if choices.Chosen == 0 {
			shell.Redirect(w, r, f.base+"/portal")
			return nil
		}
		f.wizard, f.portal = true, choices.ChosenName
		f.steps = wizard(ctx, f.base, stepPermissions, true)
		title = locale.T(ctx, "integrationpages.permissions.title")
		f.hidden = append(f.hidden, ui.Hidden{Name: "portal", Value: choices.Chosen.String()}, ui.Hidden{Name: "choice", Value: num(choices.Version)})
	default:
		shell.Redirect(w, r, f.base)
		return nil
	}
	f.compare(ctx)
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: p.crumbs(ctx, as, title), Body: permissionsPage(title, f), Status: status})
}

// compare lists where the ticks of a stale form differ from what is saved now, so
// that neither administrator's work is lost unseen.
func (f *gridForm) compare(ctx context.Context) {
	if f.ticks == nil {
		return
	}
	for _, row := range f.grid.Rows {
		mine, ok := f.ticks[row.Profile]
		if !ok || row.Locked {
			continue
		}
		for _, m := range shownModules {
			set, own := f.inner[row.Profile][m]
			if !own {
				set = mine
			}
			for i, theirs := range columns(row.Module(m)) {
				if yours := columns(set)[i]; yours != theirs {
					f.differ = append(f.differ, difference{row.Name, moduleWord(ctx, m) + " " + rightWords(ctx)[i], yours, theirs})
				}
			}
		}
		for i, theirs := range columns(row.Rights) {
			if yours := columns(mine)[i]; yours != theirs {
				f.differ = append(f.differ, difference{row.Name, rightWords(ctx)[i], yours, theirs})
			}
		}
	}
}

// savePermissions is 保存: in the set-up it binds the portal with the grid in one
// act, afterwards it saves the grid alone.
func (p *Pages) savePermissions(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	f := gridForm{ticks: map[id.ID]access.Rights{}, inner: map[id.ID]map[string]access.Rights{}}
	form := integration.GridForm{Version: in.Int("grid")}
	for _, profile := range in.IDs("profile") {
		rights := readRights(in, profile)
		f.ticks[profile], f.inner[profile] = rights, readModules(in, profile)
		form.Rows = append(form.Rows, integration.GridTicks{Profile: profile, Rights: rights, Modules: f.inner[profile]})
	}
	if in.On("rehearse") {
		plan, err := p.tie.RehearseGrid(ctx, as, form, in.ID("portal"), in.Int("choice"))
		if err == nil {
			f.plan = &plan
			return p.showPermissions(w, r, f, 0)
		}
		if !mendable(err) {
			return err
		}
		f.errs = shell.Errors(ctx, err)
		return p.showPermissions(w, r, f, shell.StatusOf(err))
	}
	if portal := in.ID("portal"); portal != 0 {
		_, err = p.tie.SaveSetup(ctx, as, integration.Setup{Portal: portal, Grid: form, Version: in.Int("version"), ChoiceVersion: in.Int("choice")})
		if err == nil {
			shell.Redirect(w, r, p.at(r, "/association"))
			return nil
		}
	} else if _, err = p.tie.SaveGrid(ctx, as, form); err == nil {
		return p.shell.Done(w, r, p.at(r, ""), locale.T(ctx, "integrationpages.saved"))
	}
	if !mendable(err) {
		return err
	}
	f.errs = shell.Errors(ctx, err)
	if fault.Is(err, fault.KindStale) {
		f.errs.Summary = locale.T(ctx, "integrationpages.stale")
	}
	return p.showPermissions(w, r, f, shell.StatusOf(err))
}

// shownModules are the modules of a project that are built; the grid keeps others as
// they are, which is as the row says.
var shownModules = []string{integration.ModuleTasks, integration.ModuleMilestones, integration.ModuleBugs, integration.ModuleDocuments}

// own says whether a profile's second level is set apart from its row.
func (f gridForm) own(row integration.GridRow) bool {
	if f.inner != nil {
		return len(f.inner[row.Profile]) > 0
	}
	return len(row.Modules) > 0
}

func (f gridForm) module(row integration.GridRow, module string) access.Rights {
	if f.inner == nil {
		return row.Module(module)
	}
	if set, ok := f.inner[row.Profile][module]; ok {
		return set
	}
	return f.rights(row)
}

func ownName(profile id.ID) string { return "own" + profile.String() }

func innerTick(profile id.ID, module, right string) string {
	return "m" + profile.String() + "." + module + "." + right
}

// readModules reads the second level of a profile; empty when it is to follow the row.
func readModules(in shell.Input, profile id.ID) map[string]access.Rights {
	out := map[string]access.Rights{}
	if !in.On(ownName(profile)) {
		return out
	}
	for _, m := range shownModules {
		on := func(right string) bool { return in.On(innerTick(profile, m, right)) }
		out[m] = access.Rights{View: on("view"), Create: on("create"), Edit: on("edit"), Delete: on("delete")}
	}
	return out
}

// innerGrid is the second level of a profile.
func innerGrid(ctx context.Context, f gridForm, row integration.GridRow) ui.CheckGrid {
	words := rightWords(ctx)
	g := ui.CheckGrid{ID: "inner-" + row.Profile.String(), Caption: locale.T(ctx, "integrationpages.inner.of", locale.Args{"Profile": row.Name}),
		Corner: locale.T(ctx, "integrationpages.inner.module"), Columns: words[:], Leads: true}
	for _, m := range shownModules {
		line := ui.GridRow{Label: moduleWord(ctx, m)}
		for i, on := range columns(f.module(row, m)) {
			line.Cells = append(line.Cells, ui.GridCell{Name: innerTick(row.Profile, m, rightNames[i]), Value: "on", Checked: on})
		}
		g.Rows = append(g.Rows, line)
	}
	return g
}

func moduleWord(ctx context.Context, module string) string {
	if module == integration.ModuleDocuments {
		return locale.T(ctx, "projectviews.document.title")
	}
	return projectviews.Part(module).Title(ctx)
}

func tick(profile id.ID, right string) string { return "r" + profile.String() + "." + right }

// rightNames are the values of the four columns, in order.
var rightNames = [4]string{"view", "create", "edit", "delete"}

func columns(r access.Rights) [4]bool { return [4]bool{r.View, r.Create, r.Edit, r.Delete} }

func readRights(in shell.Input, profile id.ID) access.Rights {
	return access.Rights{
		View: in.On(tick(profile, "view")), Create: in.On(tick(profile, "create")),
		Edit: in.On(tick(profile, "edit")), Delete: in.On(tick(profile, "delete")),
	}
}

func rightWords(ctx context.Context) [4]string {
	return [4]string{
		locale.T(ctx, "integrationpages.right.view"), locale.T(ctx, "integrationpages.right.create"),
		locale.T(ctx, "integrationpages.right.edit"), locale.T(ctx, "integrationpages.right.delete"),
	}
}
