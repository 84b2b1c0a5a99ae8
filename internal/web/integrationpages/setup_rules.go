package integrationpages

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("integrationpages.rules.anchor.")
	locale.Dynamic("integrationpages.rules.module.")
	locale.Dynamic("integrationpages.rules.op.")
	locale.Dynamic("integrationpages.rules.clients.")
	locale.Dynamic("integrationpages.rules.reopen.")
	locale.Dynamic("integrationpages.firing.")
}

// ruleTabs leads between the rules and what they did.
func ruleTabs(ctx context.Context, at string, ledger bool) ui.Tabs {
	return ui.Tabs{Label: locale.T(ctx, "integrationpages.rules.title"), Items: []ui.Link{
		{Label: locale.T(ctx, "integrationpages.rules.list"), URL: at, Current: !ledger},
		{Label: locale.T(ctx, "integrationpages.rules.ledger"), URL: at + "/ledger", Current: ledger},
	}}
}

func (p *Pages) rules(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	list, err := p.tie.Rules(ctx, as)
	if err != nil {
		return err
	}
	o, err := p.tie.Overview(ctx, as)
	if err != nil {
		return err
	}
	at, title := p.at(r, "/rules"), locale.T(ctx, "integrationpages.rules.title")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: p.crumbs(ctx, as, title), Body: rulesPage(at, title, rulesTable(ctx, at, o, list))})
}

func rulesTable(ctx context.Context, at string, o integration.Overview, list []integration.Rule) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.rules.title"),
		Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.rules.name")}, {Label: locale.T(ctx, "integrationpages.rules.watches")},
			{Label: locale.T(ctx, "integrationpages.rules.state")}, {Label: locale.T(ctx, "integrationpages.rules.rehearse"), Quiet: true, End: true}},
		Empty: ui.Empty{Icon: "plug", Title: locale.T(ctx, "integrationpages.rules.none"), Text: locale.T(ctx, "integrationpages.rules.none_text"),
			Actions: []templ.Component{ui.Button{Label: locale.T(ctx, "integrationpages.rules.new"), Kind: ui.Primary, URL: at + "/new"}}},
	}
	for _, x := range list {
		state := ui.Badge{Label: locale.T(ctx, "integrationpages.rules.on"), Tone: ui.Success}
		switch {
		case x.Portal != o.Portal.ID:
			state = ui.Badge{Label: locale.T(ctx, "integrationpages.rules.other_portal"), Tone: ui.Warning}
		case !x.Active:
			state = ui.Badge{Label: locale.T(ctx, "integrationpages.rules.off"), Tone: ui.Neutral}
		}
		t.Rows = append(t.Rows, ui.Row{Muted: !x.Active, Cells: []templ.Component{
			ui.Anchor{Label: x.Name, URL: at + "/" + x.ID.String()}, ui.Text(locale.T(ctx, "integrationpages.rules.module."+x.Module)), state,
			ui.Button{Label: locale.T(ctx, "integrationpages.rules.rehearse"), Small: true, URL: at + "/" + x.ID.String() + "/rehearsal"},
		}})
	}
	return t
}

func (p *Pages) askDeleteRule(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	n, err := shell.ID(r, "rule")
	if err != nil {
		return err
	}
	x, err := p.tie.Rule(ctx, as, n)
	if err != nil {
		return err
	}
	at, title := p.at(r, "/rules/"+n.String()), locale.T(ctx, "integrationpages.rules.delete")
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "integrationpages.rules.delete_text", locale.Args{"Name": x.Name}),
		Action: at + "/delete", Label: title, Dangerous: true, BackURL: at}
	return p.shell.Render(w, r, shell.Page{Title: title, Body: asPage(ask), Fragment: ask})
}

func (p *Pages) deleteRule(w http.ResponseWriter, r *http.Request) error {
	n, err := shell.ID(r, "rule")
	if err != nil {
		return err
	}
	if err := p.tie.DeleteRule(r.Context(), actor(r), n); err != nil {
		return err
	}
	return p.shell.Done(w, r, p.at(r, "/rules"), locale.T(r.Context(), "integrationpages.rules.deleted"))
}

// rehearsal shows what a rule would do with the records there are.
func (p *Pages) rehearsal(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	n, err := shell.ID(r, "rule")
	if err != nil {
		return err
	}
	x, err := p.tie.Rule(ctx, as, n)
	if err != nil {
		return err
	}
	plan, err := p.tie.Rehearse(ctx, as, x)
	if err != nil {
		return err
	}
	at, title := p.at(r, "/rules/"+n.String()), locale.T(ctx, "integrationpages.rules.rehearse")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: p.ruleCrumbs(r, ui.Link{Label: x.Name, URL: at}, ui.Link{Label: title, Current: true}),
		Body: rehearsalPage(at, as.Org().String(), x, plan)})
}

func (p *Pages) runRule(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	n, err := shell.ID(r, "rule")
	if err != nil {
		return err
	}
	ctx := r.Context()
	fired, err := p.tie.RunRule(ctx, actor(r), n, in.IDs("record"))
	if err != nil {
		if !mendable(err) {
			return err
		}
		p.shell.Flash(w, ui.Warning, shell.Errors(ctx, err).Summary)
		shell.Redirect(w, r, p.at(r, "/rules/"+n.String()+"/rehearsal"))
		return nil
	}
	return p.shell.Done(w, r, p.at(r, "/rules/ledger"), locale.T(ctx, "integrationpages.rules.fired", locale.Args{"Count": fired}))
}

// ledger lists every firing of every rule.
func (p *Pages) ledger(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	state := r.URL.Query().Get("state")
	list, err := p.tie.Firings(ctx, as, state, shell.Paging(r))
	if err != nil {
		return err
	}
	at, title := p.at(r, "/rules"), locale.T(ctx, "integrationpages.rules.ledger")
	return p.shell.Render(w, r, shell.Page{Title: title, Crumbs: p.ruleCrumbs(r, ui.Link{Label: title, Current: true}),
		Body: ledgerPage(at, state, ledgerTable(ctx, at, as.Org().String(), state, list.Items), shell.Pager(r, list.Prev, list.Next))})
}

func ledgerTable(ctx context.Context, at, org, state string, list []integration.Firing) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.rules.ledger"),
		Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.firing.at")}, {Label: locale.T(ctx, "integrationpages.rules.rule")},
			{Label: locale.T(ctx, "integrationpages.firing.record")}, {Label: locale.T(ctx, "integrationpages.firing.state")},
			{Label: locale.T(ctx, "integrationpages.firing.what")}, {Label: locale.T(ctx, "integrationpages.firing.retry"), Quiet: true, End: true}},
		Empty: ui.Empty{Icon: "layout-list", Title: locale.T(ctx, "integrationpages.firing.none")},
	}
	if state != "" {
		t.Empty = ui.Empty{Icon: "layout-list", Title: locale.T(ctx, "integrationpages.firing.none_of_state")}
	}
	tones := map[string]ui.Tone{integration.FiringDone: ui.Success, integration.FiringFailed: ui.Danger, integration.FiringWaiting: ui.Info}
	for _, f := range list {
		var act templ.Component = ui.Text("")
		if f.State == integration.FiringFailed {
			act = ui.Post{Action: at + "/ledger/" + f.ID.String() + "/retry", Button: ui.Button{Label: locale.T(ctx, "integrationpages.firing.retry"), Small: true}}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(locale.DateTime(ctx, f.At)), ui.Text(f.RuleName),
			recordLink(org, f.Record.Module, f.Record.ID.String(), f.Record.Name),
			ui.Badge{Label: locale.T(ctx, "integrationpages.firing."+f.State), Tone: tones[f.State]}, firingWhat(org, f), act}})
	}
	return t
}

func (p *Pages) retryFiring(w http.ResponseWriter, r *http.Request) error {
	n, err := shell.ID(r, "firing")
	if err != nil {
		return err
	}
	if err := p.tie.RetryFiring(r.Context(), actor(r), n); err != nil {
		return err
	}
	return p.shell.Done(w, r, p.at(r, "/rules/ledger"), locale.T(r.Context(), "integrationpages.firing.retried"))
}

// ruleCrumbs is the way below the rules.
func (p *Pages) ruleCrumbs(r *http.Request, more ...ui.Link) ui.Crumbs {
	ctx := r.Context()
	c := p.crumbs(ctx, actor(r), "")
	c[2].Current = false
	return append(append(c, ui.Link{Label: locale.T(ctx, "integrationpages.rules.title"), URL: p.at(r, "/rules")}), more...)
}
