package integrationpages

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() { locale.Dynamic("integrationpages.match.") }

// rehearseAssociation shows every client with what the association would tie, and lets
// an administrator tie chosen pairs themselves.
func (p *Pages) rehearseAssociation(w http.ResponseWriter, r *http.Request) error {
	return p.showRehearsal(w, r, nil, ui.Errors{}, 0)
}

// showRehearsal shows the pairs; ticked, when not nil, are those that were sent.
func (p *Pages) showRehearsal(w http.ResponseWriter, r *http.Request, ticked []string, errs ui.Errors, code int) error {
	ctx, as := r.Context(), actor(r)
	list, err := p.tie.RehearseAssociation(ctx, as, r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.rehearsal")
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Wide: true, Crumbs: p.crumbs(ctx, as, title),
		Body: rehearsalPairs(p.at(r, "/association/rehearsal"), title, rehearsalTable(ctx, as, list.Items, ticked), len(list.Items) > 0, errs, shell.Pager(r, "", list.Next))})
}

func rehearsalTable(ctx context.Context, as access.Actor, list []integration.RehearsedPair, ticked []string) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.rehearsal"), Columns: []ui.Column{{Label: locale.T(ctx, "integrationpages.rehearsal.tie"), Quiet: true},
		{Label: locale.T(ctx, "integrationpages.client")}, {Label: locale.T(ctx, "integrationpages.client_users"), End: true}, {Label: locale.T(ctx, "integrationpages.account")},
		{Label: locale.T(ctx, "integrationpages.task.reason")}, {Label: locale.T(ctx, "integrationpages.rehearsal.score"), End: true}},
		Empty: ui.Empty{Icon: "users", Title: locale.T(ctx, "integrationpages.rehearsal.none")}}
	for _, x := range list {
		account := templ.Component(ui.Text(""))
		if x.Account.ID != 0 {
			account = ui.Anchor{Label: x.Account.Name, URL: recordPath(as, x.Account.Module, x.Account.ID)}
		}
		score := ""
		if x.Score > 0 {
			score = num(int64(x.Score))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{pairBox(x, ticked == nil && x.Match == integration.MatchExact || slices.Contains(ticked, pairValue(x))), ui.Text(x.Client.Name), ui.Text(num(int64(x.Users))), account,
			ui.Text(locale.T(ctx, "integrationpages.match."+x.Match)), ui.Text(score)}})
	}
	return t
}

// tieable says whether a pair can be ticked; exact ones are to begin with.
func tieable(p integration.RehearsedPair) bool {
	return p.Match == integration.MatchExact || p.Match == integration.MatchLegal
}

func pairValue(p integration.RehearsedPair) string {
	return p.Client.ID.String() + ":" + p.Account.ID.String()
}

func (p *Pages) linkRehearsed(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), actor(r)
	pairs, ticked := []integration.ClientPair(nil), append([]string{}, in.All("pair")...)
	for _, text := range ticked {
		client, account, _ := strings.Cut(text, ":")
		var one integration.ClientPair
		if one.Client, err = id.Parse(client); err != nil {
			continue
		}
		if one.Account, err = id.Parse(account); err != nil {
			continue
		}
		pairs = append(pairs, one)
	}
	done, err := p.tie.LinkClients(ctx, as, pairs)
	if err != nil {
		if !mendable(err) {
			return err
		}
		return p.showRehearsal(w, r, ticked, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, p.at(r, "/clients"), locale.T(ctx, "integrationpages.rehearsal.done", locale.Args{"Count": done}))
}

func (p *Pages) askUndo(w http.ResponseWriter, r *http.Request) error {
	return p.showUndo(w, r, ui.Errors{}, 0)
}

func (p *Pages) showUndo(w http.ResponseWriter, r *http.Request, errs ui.Errors, code int) error {
	ctx, as := r.Context(), actor(r)
	o, err := p.tie.Overview(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.undo")
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "integrationpages.undo.text"), Action: p.at(r, "/association/undo"), Label: title, Dangerous: true,
		BackURL: p.at(r, "/association"), Errors: errs, Hidden: []ui.Hidden{{Name: "version", Value: num(o.Version)}}}
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Crumbs: p.crumbs(ctx, as, title), Body: asPage(ask), Fragment: ask})
}

func (p *Pages) undoAssociation(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if _, err := p.tie.UndoAssociation(ctx, actor(r), in.Int("version")); err != nil {
		if !mendable(err) {
			return err
		}
		return p.showUndo(w, r, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, p.at(r, "/association"), locale.T(ctx, "integrationpages.undo.done"))
}
