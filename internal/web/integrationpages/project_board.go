package integrationpages

import (
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/projects/gate"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// board shows a project's tasks below their states.
func (p *Pages) board(w http.ResponseWriter, r *http.Request, v integration.ProjectView) error {
	ctx, as := r.Context(), actor(r)
	list, _, next, err := p.items(ctx, as, projectviews.Tasks, v.Project.ID, gate.WorkQuery{Page: page.Request{Size: projectviews.BoardSize}})
	if err != nil {
		return err
	}
	base := partPath(as, v.Project.ID, projectviews.Tasks)
	return p.showProject(w, r, v, string(projectviews.Tasks), templ.Join(projectviews.Views(ctx, base, true), projectviews.Board(base, list, next != "")))
}

// moveTask gives a task another state, from its card.
func (p *Pages) moveTask(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "item")
	if err != nil {
		return err
	}
	now, err := p.tie.Task(ctx, as, project, n)
	if err != nil {
		return err
	}
	t := now.TaskInput
	t.Version, t.Status = in.Int("version"), in.Text(projectviews.StatusName(n))
	board := partPath(as, project, projectviews.Tasks) + "?view=board"
	if _, err := p.tie.SaveTask(ctx, as, "", project, t); err != nil {
		if !p.words(err) {
			return err
		}
		p.shell.Flash(w, ui.Warning, shell.Errors(ctx, err).Summary)
		if projectviews.StillOpen(err) {
			board = partPath(as, project, projectviews.Tasks) + "/" + n.String()
		}
		shell.Redirect(w, r, board)
		return nil
	}
	return p.shell.Done(w, r, board, locale.T(ctx, "projectviews.board.moved", locale.Args{"Title": now.Title}))
}
