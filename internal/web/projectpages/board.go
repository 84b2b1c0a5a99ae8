package projectpages

import (
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/projects/work"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
)

// board shows a project's tasks below their states.
func (p *Pages) board(w http.ResponseWriter, r *http.Request, x work.Project) error {
	ctx, as := r.Context(), member(r)
	list, err := p.items(ctx, as, projectviews.Tasks, x.ID, work.ItemQuery{Sort: work.SortDue, Page: page.Request{Size: projectviews.BoardSize}})
	if err != nil {
		return err
	}
	base := partPath(as, x.ID, projectviews.Tasks)
	return p.show(w, r, x, string(projectviews.Tasks), 0, templ.Join(projectviews.Views(ctx, base, true), projectviews.Board(base, list.Items, list.Next != "")))
}

// moveTask gives a task another state, from its card.
func (p *Pages) moveTask(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "item")
	if err != nil {
		return err
	}
	now, err := p.work.Task(ctx, as, project, n)
	if err != nil {
		return err
	}
	t := now.TaskInput
	t.Version, t.Status = in.Int("version"), in.Text(projectviews.StatusName(n))
	_, err = p.work.UpdateTask(ctx, as, project, t)
	to := partPath(as, project, projectviews.Tasks)
	if projectviews.StillOpen(err) {
		to += "/" + n.String()
	} else {
		to += "?view=board"
	}
	return p.sent(w, r, err, to, locale.T(ctx, "projectviews.board.moved", locale.Args{"Title": now.Title}))
}
