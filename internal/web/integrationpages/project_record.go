package integrationpages

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// addRecord is the page that puts a project on one more record.
type addRecord struct {
	title        string
	project      integration.ProjectView
	module       string
	record, text string
	source       string
	at, back     string
	token        string
	errs         ui.Errors
}

func belongActions(ctx context.Context, as access.Actor, v integration.ProjectView) []templ.Component {
	if !v.Rights.Grid.Create {
		return nil
	}
	return []templ.Component{ui.Button{Label: locale.T(ctx, "integrationpages.add_record"), URL: projectPath(as, v.Project.ID) + "/records/new", Small: true}}
}

func gateNames(list []gate.Ref) string {
	names := make([]string, len(list))
	for i, r := range list {
		names[i] = r.Name
	}
	return strings.Join(names, ", ")
}

func addRecordTabs(ctx context.Context, v addRecord) ui.Tabs {
	out := ui.Tabs{Label: v.title}
	for _, m := range integration.MappingModules() {
		out.Items = append(out.Items, ui.Link{Label: locale.T(ctx, "integrationpages.mapping.module."+m), URL: v.at + "/new?module=" + m, Current: m == v.module})
	}
	return out
}

func (p *Pages) addRecord(w http.ResponseWriter, r *http.Request) error {
	return p.showAddRecord(w, r, addRecord{module: mappingModule(r), token: shell.Once()}, 0)
}

func (p *Pages) showAddRecord(w http.ResponseWriter, r *http.Request, v addRecord, code int) error {
	ctx, as := r.Context(), actor(r)
	if !slices.Contains(integration.MappingModules(), v.module) {
		return fault.NotFound("fault.not_found")
	}
	var err error
	if v.project, err = p.projectOf(r); err != nil {
		return err
	}
	if !v.project.Rights.Grid.Create {
		return fault.Forbidden("integration.fault.grid_create")
	}
	v.back = projectPath(as, v.project.Project.ID)
	v.at, v.source = v.back+"/records", crmPath(as)+"/"+v.module+"/suggest"
	v.title = locale.T(ctx, "integrationpages.add_record")
	return p.shell.Render(w, r, shell.Page{Title: v.title, Status: code, Body: addRecordPage(v),
		Crumbs: tabCrumbs(ctx, as, ui.Link{Label: v.project.Project.Name, URL: v.back}, ui.Link{Label: v.title, Current: true})})
}

// associateRecord puts the project on a record, with the same checks as from the record.
func (p *Pages) associateRecord(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	v := addRecord{module: in.Text("module"), record: in.Text("record"), text: in.Text("record.text"), token: in.Text("once")}
	record := in.ID("record")
	if record == 0 {
		err = fault.Invalid("web.ui.check_fields").Field("record", "integrationpages.add_record.choose")
	} else {
		var done []integration.Associated
		done, err = p.tie.AssociateExisting(ctx, as, integration.Associate{Idem: v.token, Module: v.module, Record: record, Projects: []id.ID{project}})
		if err == nil && len(done) == 1 && done[0].Problem != nil {
			err = done[0].Problem
		}
	}
	if err != nil {
		if !p.words(err) {
			return err
		}
		v.errs = shell.Errors(ctx, err)
		return p.showAddRecord(w, r, v, shell.StatusOf(err))
	}
	return p.shell.Done(w, r, projectPath(as, project), locale.T(ctx, "integrationpages.associate.done", locale.Args{"Count": 1}))
}
