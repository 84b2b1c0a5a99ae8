package integrationpages

import (
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/ui"
)

// suggested is how many items the picker of hours offers of a kind.
const suggested = 10

// sheets serves the hours of projects.
func (p *Pages) sheets() projectviews.Sheets {
	return projectviews.Sheets{
		Shell: p.shell,
		At: func(r *http.Request, project id.ID) string {
			return projectPath(actor(r), project) + "/" + projectviews.Timesheets
		},
		List: func(r *http.Request, project id.ID, q gate.TimeQuery) (gate.TimeSheet, error) {
			return p.tie.TimeSheet(r.Context(), actor(r), project, q)
		},
		One: func(r *http.Request, project, entry id.ID) (gate.TimeLog, error) {
			return p.tie.TimeLog(r.Context(), actor(r), project, entry)
		},
		Save: func(r *http.Request, project id.ID, once string, in gate.TimeInput) error {
			_, err := p.tie.SaveTimeLog(r.Context(), actor(r), once, project, in)
			return err
		},
		Delete: func(r *http.Request, project, entry id.ID) error {
			return p.tie.DeleteTimeLog(r.Context(), actor(r), project, entry)
		},
		Find: func(r *http.Request, project id.ID, part projectviews.Part, q string) ([]projectviews.Item, error) {
			list, _, _, err := p.items(r.Context(), actor(r), part, project, gate.WorkQuery{Search: q, Page: page.Request{Size: suggested}})
			return list, err
		},
		Item: func(r *http.Request, project id.ID, part projectviews.Part, item id.ID) (projectviews.Item, error) {
			return p.one(r.Context(), actor(r), part, project, item)
		},
		Frame: func(r *http.Request, project id.ID) (projectviews.TimeMay, []projectviews.Ref, error) {
			v, err := p.projectOf(r)
			may := projectviews.TimeMay{Log: v.Project.Rights.LogTime, Others: v.Project.Rights.LogForOthers}
			if err != nil || !may.Others {
				return may, nil, err
			}
			able, err := p.tie.ProjectMembers(r.Context(), actor(r), project)
			return may, viewRefs(able), err
		},
		Show: func(w http.ResponseWriter, r *http.Request, _ id.ID, code int, body templ.Component) error {
			v, err := p.projectOf(r)
			if err != nil {
				return err
			}
			return p.showProjectPage(w, r, v, projectviews.Timesheets, code, body)
		},
	}
}

// spent shows hours and budget; both are zero for who may not see them.
func spent(p gate.Project) templ.Component {
	if p.Minutes == 0 && p.Budget == 0 {
		return ui.Text("")
	}
	return projectviews.Spent(p.Minutes, p.Budget)
}
