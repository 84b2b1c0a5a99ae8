package projectpages

import (
	"net/http"

	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
)

// inners serves what tasks are made of.
func (p *Pages) inners() projectviews.Inners {
	talks := p.talks()
	return projectviews.Inners{
		Shell: p.shell, At: talks.At, Show: talks.Show,
		Read: func(r *http.Request, w projectviews.Where) (gate.Inner, error) {
			in, err := p.work.Inner(r.Context(), member(r), w.Project, w.Item)
			return gate.InnerOf(in), err
		},
		AddLine: func(r *http.Request, w projectviews.Where, once, words string) error {
			_, err := p.work.AddChecklistLine(r.Context(), member(r), w.Project, w.Item, once, words)
			return err
		},
		Tick: func(r *http.Request, w projectviews.Where, line id.ID, done bool) error {
			return p.work.TickChecklistLine(r.Context(), member(r), w.Project, w.Item, line, done)
		},
		DeleteLine: func(r *http.Request, w projectviews.Where, line id.ID) error {
			return p.work.DeleteChecklistLine(r.Context(), member(r), w.Project, w.Item, line)
		},
		Place: func(r *http.Request, w projectviews.Where, parent id.ID) error {
			return p.work.PlaceTask(r.Context(), member(r), w.Project, w.Item, parent)
		},
		WaitFor: func(r *http.Request, w projectviews.Where, before id.ID) error {
			return p.work.AddPredecessor(r.Context(), member(r), w.Project, w.Item, before)
		},
		StopWait: func(r *http.Request, w projectviews.Where, before id.ID) error {
			return p.work.RemovePredecessor(r.Context(), member(r), w.Project, w.Item, before)
		},
		Find: func(r *http.Request, project id.ID, q string) ([]projectviews.Item, error) {
			list, err := p.items(r.Context(), member(r), projectviews.Tasks, project, work.ItemQuery{Search: q, Page: page.Request{Size: suggested}})
			return list.Items, err
		},
	}
}
