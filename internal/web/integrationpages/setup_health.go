package integrationpages

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("integrationpages.run.")
	locale.Dynamic("integrationpages.run_state.")
	locale.Dynamic("integrationpages.health.waiting.")
}

// health shows how the integration fares.
func (p *Pages) health(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	h, err := p.tie.Health(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.health.title")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: p.crumbs(ctx, as, title), Body: healthPage(as, p.at(r, ""), title, h)})
}

func (p *Pages) checkNow(w http.ResponseWriter, r *http.Request) error {
	if err := p.tie.CheckNow(r.Context(), actor(r)); err != nil {
		if !mendable(err) {
			return err
		}
		p.shell.Flash(w, ui.Warning, shell.Errors(r.Context(), err).Summary)
	}
	shell.Redirect(w, r, p.at(r, "/health"))
	return nil
}

func runTable(ctx context.Context, list []integration.Run) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.health.runs"), Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.health.run")},
		{Label: locale.T(ctx, "integrationpages.firing.state")}, {Label: locale.T(ctx, "integrationpages.health.begun")}, {Label: locale.T(ctx, "integrationpages.health.ended")},
		{Label: locale.T(ctx, "integrationpages.health.done"), End: true}, {Label: locale.T(ctx, "integrationpages.health.failed"), End: true}},
		Empty: ui.Empty{Icon: "layout-list", Title: locale.T(ctx, "integrationpages.health.no_runs")}}
	tones := map[string]ui.Tone{integration.RunDone: ui.Success, integration.RunFailed: ui.Danger, integration.RunStopped: ui.Warning}
	for _, x := range list {
		ended := ""
		if !x.FinishedAt.IsZero() {
			ended = locale.DateTime(ctx, x.FinishedAt)
		}
		failed := locale.Number(ctx, x.Failed)
		if x.Kind == integration.RunDiscard {
			failed = locale.Number(ctx, int64(0)) // what stays is not what failed
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(locale.T(ctx, "integrationpages.run."+x.Kind)),
			ui.Badge{Label: locale.T(ctx, "integrationpages.run_state."+x.State), Tone: tones[x.State]}, ui.Text(locale.DateTime(ctx, x.StartedAt)), ui.Text(ended),
			ui.Text(locale.Number(ctx, x.Done)), ui.Text(failed)}})
	}
	return t
}

func tieTable(ctx context.Context, list []integration.TieCount) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.health.ties"), Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.archives.kind")},
		{Label: locale.T(ctx, "integrationpages.health.shown"), End: true}, {Label: locale.T(ctx, "integrationpages.health.hidden"), End: true},
		{Label: locale.T(ctx, "integrationpages.health.trashed"), End: true}}}
	for _, x := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(locale.T(ctx, "integrationpages.tie."+x.Kind)),
			ui.Text(locale.Number(ctx, x.Shown)), ui.Text(locale.Number(ctx, x.Hidden)), ui.Text(locale.Number(ctx, x.Trashed))}})
	}
	return t
}

// troubles lists what somebody should look at, each with the way there.
func troubles(ctx context.Context, base string, f integration.Failed) []ui.Anchor {
	var out []ui.Anchor
	add := func(n int64, key, url string) {
		if n > 0 {
			out = append(out, ui.Anchor{Label: locale.T(ctx, key, locale.Args{"Count": n}), URL: base + url})
		}
	}
	add(f.Users, "integrationpages.health.users", "/users?show=refused")
	add(f.Firings, "integrationpages.health.firings", "/rules/ledger?state=failed")
	add(f.Tasks, "integrationpages.health.tasks", "/tasks")
	add(f.Mirrors, "integrationpages.health.mirrors", "/mirrors?state=failed")
	add(f.Association, "integrationpages.health.association", "/association/report?show=failed")
	add(f.Restoration, "integrationpages.health.restoration", "/archives")
	return out
}

// waitingWords tells what is queued, and that nothing is.
func waitingWords(ctx context.Context, w integration.Waiting) string {
	words := counted(ctx, "integrationpages.health.waiting.", map[string]int64{"projects": w.Projects, "firings": w.Firings, "tasks": w.Tasks, "mirrors": w.Mirrors},
		"projects", "firings", "tasks", "mirrors")
	if words == "" {
		return locale.T(ctx, "integrationpages.health.waiting_none")
	}
	return words
}

// counted lists how many there are of each kind, of those there are any.
func counted(ctx context.Context, prefix string, counts map[string]int64, kinds ...string) string {
	var out []string
	for _, kind := range kinds {
		if n := counts[kind]; n > 0 {
			out = append(out, locale.T(ctx, prefix+kind, locale.Args{"Count": n}))
		}
	}
	return strings.Join(out, locale.T(ctx, "integrationpages.comma"))
}
