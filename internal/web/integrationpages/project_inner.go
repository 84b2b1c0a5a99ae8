package integrationpages

import (
	"net/http"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/web/projectviews"
)

// inners serves what tasks are made of.
func (p *Pages) inners() projectviews.Inners {
	talks := p.talks()
	return projectviews.Inners{
		Shell: p.shell, At: talks.At, Show: talks.Show,
		Read: func(r *http.Request, w projectviews.Where) (gate.Inner, error) {
			return p.tie.TaskInner(r.Context(), actor(r), w.Project, w.Item)
		},
		AddLine: func(r *http.Request, w projectviews.Where, once, words string) error {
			_, err := p.tie.AddChecklistLine(r.Context(), actor(r), once, w.Project, w.Item, words)
			return err
		},
		Tick: func(r *http.Request, w projectviews.Where, line id.ID, done bool) error {
			return p.tie.TickChecklistLine(r.Context(), actor(r), w.Project, w.Item, line, done)
		},
		DeleteLine: func(r *http.Request, w projectviews.Where, line id.ID) error {
			return p.tie.DeleteChecklistLine(r.Context(), actor(r), w.Project, w.Item, line)
		},
		Place: func(r *http.Request, w projectviews.Where, parent id.ID) error {
			return p.tie.PlaceTask(r.Context(), actor(r), w.Project, w.Item, parent)
		},
		WaitFor: func(r *http.Request, w projectviews.Where, before id.ID) error {
			return p.tie.AddPredecessor(r.Context(), actor(r), w.Project, w.Item, before)
		},
		StopWait: func(r *http.Request, w projectviews.Where, before id.ID) error {
			return p.tie.RemovePredecessor(r.Context(), actor(r), w.Project, w.Item, before)
		},
		Find: func(r *http.Request, project id.ID, q string) ([]projectviews.Item, error) {
			list, _, _, err := p.items(r.Context(), actor(r), projectviews.Tasks, project, gate.WorkQuery{Search: q, Page: page.Request{Size: suggested}})
			return list, err
		},
	}
}
