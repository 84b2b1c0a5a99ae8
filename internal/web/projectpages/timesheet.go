package projectpages

import (
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/ui"
)

// suggested is how many items the picker of hours offers of a kind.
const suggested = 10

// sheets serves the hours of projects.
func (p *Pages) sheets() projectviews.Sheets {
	at := func(r *http.Request, project id.ID) string {
		return projectPath(member(r), project) + "/" + projectviews.Timesheets
	}
	return projectviews.Sheets{
		Shell: p.shell, At: at,
		List: func(r *http.Request, project id.ID, q gate.TimeQuery) (gate.TimeSheet, error) {
			sheet, err := p.work.TimeLogs(r.Context(), member(r), project, work.TimeQuery(q))
			return gate.TimeSheetOf(sheet), err
		},
		One: func(r *http.Request, project, entry id.ID) (gate.TimeLog, error) {
			t, err := p.work.TimeLog(r.Context(), member(r), project, entry)
			return gate.TimeLogOf(t), err
		},
		Save: func(r *http.Request, project id.ID, once string, in gate.TimeInput) error {
			_, err := p.work.SaveTimeLog(r.Context(), member(r), project, once, work.TimeInput(in))
			return err
		},
		Delete: func(r *http.Request, project, entry id.ID) error {
			return p.work.DeleteTimeLog(r.Context(), member(r), project, entry)
		},
		Find: func(r *http.Request, project id.ID, part projectviews.Part, q string) ([]projectviews.Item, error) {
			list, err := p.items(r.Context(), member(r), part, project, work.ItemQuery{Search: q, Page: page.Request{Size: suggested}})
			return list.Items, err
		},
		Item: func(r *http.Request, project id.ID, part projectviews.Part, item id.ID) (projectviews.Item, error) {
			return p.one(r.Context(), member(r), part, project, item)
		},
		Frame: func(r *http.Request, project id.ID) (projectviews.TimeMay, []projectviews.Ref, error) {
			x, err := p.work.Project(r.Context(), member(r), project)
			may := projectviews.TimeMay{Log: x.Rights.LogTime, Others: x.Rights.LogForOthers}
			if err != nil || !may.Others {
				return may, nil, err
			}
			able, err := p.work.Assignable(r.Context(), member(r), project)
			return may, refs(able), err
		},
		Show: func(w http.ResponseWriter, r *http.Request, project id.ID, code int, body templ.Component) error {
			x, err := p.of(r)
			if err != nil {
				return err
			}
			return p.show(w, r, x, projectviews.Timesheets, code, body, ui.Link{Label: locale.T(r.Context(), "projectviews.time.title"), URL: at(r, project)})
		},
	}
}

// spent shows hours and budget to whoever may see them.
func spent(x work.Project) templ.Component {
	if x.Minutes == 0 && x.Budget == 0 {
		return ui.Text("")
	}
	return projectviews.Spent(x.Minutes, x.Budget)
}
