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
	return p.taskStep(w, r, "?view=board", "projectviews.board.moved", func(in shell.Input, t work.Task) string {
		return in.Text(projectviews.StatusName(t.ID))
	})
}

// closeTask closes a task with one click on its line.
func (p *Pages) closeTask(w http.ResponseWriter, r *http.Request) error {
	return p.taskStep(w, r, "", "projectpages.task_closed", func(_ shell.Input, t work.Task) string {
		for _, s := range work.TaskStatuses() {
			if s.Closed {
				return s.Key
			}
		}
		return t.Status
	})
}

// taskStep gives a task the state a click asks for, without its form, and goes back to
// the list in the given view; to the task itself when something below it is still open.
func (p *Pages) taskStep(w http.ResponseWriter, r *http.Request, view, done string, status func(shell.Input, work.Task) string) error {
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
	t.Version, t.Status = in.Int("version"), status(in, now)
	_, err = p.work.UpdateTask(ctx, as, project, t)
	to := partPath(as, project, projectviews.Tasks) + view
	if projectviews.StillOpen(err) {
		to = partPath(as, project, projectviews.Tasks) + "/" + n.String()
	}
	return p.sent(w, r, err, to, locale.T(ctx, done, locale.Args{"Title": now.Title}))
}
