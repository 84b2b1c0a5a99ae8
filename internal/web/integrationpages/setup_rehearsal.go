package integrationpages

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func init() {
	locale.Dynamic("integrationpages.match.")
	locale.Dynamic("integrationpages.alike.")
}

// leastScores are the scores from which all pairs of a page can be ticked at once.
var leastScores = []int64{100, 90, 80, 70, 60, 50}

// rehearseAssociation shows every client with what the association would tie, and lets
// an administrator tie chosen pairs themselves.
func (p *Pages) rehearseAssociation(w http.ResponseWriter, r *http.Request) error {
	return p.showRehearsal(w, r, nil, ui.Errors{}, 0)
}

// showRehearsal shows the pairs; ticked, when not nil, are those that were sent.
func (p *Pages) showRehearsal(w http.ResponseWriter, r *http.Request, ticked []string, errs ui.Errors, code int) error {
	ctx, as, q := r.Context(), actor(r), r.URL.Query()
	list, err := p.tie.RehearseAssociation(ctx, as, q.Get("cursor"))
	if err != nil {
		return err
	}
	least, err := strconv.Atoi(q.Get("least"))
	if err != nil {
		least = 0
	}
	if least > 0 && ticked == nil {
		ticked = []string{}
		for _, x := range list.Items {
			if tieable(x) && x.Score >= least {
				ticked = append(ticked, pairValue(x))
			}
		}
	}
	o, err := p.tie.Overview(ctx, as)
	if err != nil {
		return err
	}
	title, text := locale.T(ctx, "integrationpages.rehearsal"), locale.T(ctx, "integrationpages.rehearsal.text")
	if !o.AskNow {
		text = locale.T(ctx, "integrationpages.rehearsal.text_later")
	}
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Wide: true, Crumbs: p.crumbs(ctx, as, title),
		Body: rehearsalPairs(rehearsalView{At: p.at(r, "/association/rehearsal"), Title: title, Text: text, Cursor: q.Get("cursor"), Least: int64(least),
			Table: rehearsalTable(ctx, as, list.Items, ticked), Any: slices.ContainsFunc(list.Items, tieable), Errs: errs, Pager: shell.Pager(r, "", list.Next)})})
}

// rehearsalView is what the page of pairs shows.
type rehearsalView struct {
	At, Title, Text, Cursor string
	Least                   int64
	Table                   ui.Table
	Any                     bool
	Errs                    ui.Errors
	Pager                   ui.Pager
}

// leastOptions offer the scores pairs can be ticked from.
func leastOptions(ctx context.Context) []ui.Option {
	out := make([]ui.Option, len(leastScores))
	for i, n := range leastScores {
		out[i] = ui.Option{Value: num(n), Label: locale.T(ctx, "integrationpages.rehearsal.at_least", locale.Args{"Score": n})}
	}
	out[0].Label = locale.T(ctx, "integrationpages.rehearsal.percent", locale.Args{"Score": leastScores[0]})
	return out
}

// matchWords says why a pair is one, or why not.
func matchWords(ctx context.Context, x integration.RehearsedPair) string {
	if x.Match != integration.MatchSimilar {
		return locale.T(ctx, "integrationpages.match."+x.Match)
	}
	words := make([]string, len(x.Reasons))
	for i, r := range x.Reasons {
		words[i] = locale.T(ctx, "integrationpages.alike."+r)
	}
	return strings.Join(words, locale.T(ctx, "integrationpages.alike.and"))
}

func rehearsalTable(ctx context.Context, as access.Actor, list []integration.RehearsedPair, ticked []string) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.rehearsal"), Columns: []ui.Column{
		{Label: locale.T(ctx, "integrationpages.client")}, {Label: locale.T(ctx, "integrationpages.client_users"), End: true}, {Label: locale.T(ctx, "integrationpages.account")},
		{Label: locale.T(ctx, "integrationpages.task.reason")}, {Label: locale.T(ctx, "integrationpages.rehearsal.score"), End: true},
		{Label: locale.T(ctx, "integrationpages.rehearsal.other"), Quiet: true, End: true}},
		Empty: ui.Empty{Icon: "users", Title: locale.T(ctx, "integrationpages.rehearsal.none")}}
	for _, x := range list {
		account := templ.Component(ui.Text(""))
		if x.Account.ID != 0 {
			account = ui.Anchor{Label: x.Account.Name, URL: recordPath(as, x.Account.Module, x.Account.ID)}
		}
		score := ""
		if x.Score > 0 {
			score = locale.T(ctx, "integrationpages.rehearsal.percent", locale.Args{"Score": x.Score})
		}
		other := templ.Component(ui.Text(""))
		if x.Match != integration.MatchTied {
			other = ui.Anchor{Label: locale.T(ctx, "integrationpages.rehearsal.choose"), URL: ui.URL(SetupPath(as)+"/clients", "client", x.Client.ID.String(), "name", x.Client.Name)}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{pairBox(x, ticked == nil && x.Match == integration.MatchExact || slices.Contains(ticked, pairValue(x))), ui.Text(num(int64(x.Users))), account,
			ui.Text(matchWords(ctx, x)), ui.Text(score), other}})
	}
	return t
}

// tieable says whether a pair can be ticked; exact ones are to begin with.
func tieable(p integration.RehearsedPair) bool {
	return p.Match == integration.MatchExact || p.Match == integration.MatchLegal || p.Match == integration.MatchSimilar
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
	return p.showUndo(w, r, false, ui.Errors{}, 0)
}

func (p *Pages) showUndo(w http.ResponseWriter, r *http.Request, bin bool, errs ui.Errors, code int) error {
	ctx, as := r.Context(), actor(r)
	o, err := p.tie.Overview(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "integrationpages.undo")
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "integrationpages.undo.text"), Action: p.at(r, "/association/undo"), Label: title, Dangerous: true,
		BackURL: p.at(r, "/association"), Errors: errs, Hidden: []ui.Hidden{{Name: "version", Value: num(o.Version)}}}
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Crumbs: p.crumbs(ctx, as, title), Body: asPage(withBin(ask, bin)), Fragment: withBin(ask, bin)})
}

func (p *Pages) undoAssociation(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	bin := in.On("bin")
	if _, err := p.tie.UndoAssociation(ctx, actor(r), in.Int("version"), bin); err != nil {
		if !mendable(err) {
			return err
		}
		return p.showUndo(w, r, bin, shell.Errors(ctx, err), shell.StatusOf(err))
	}
	return p.shell.Done(w, r, p.at(r, "/association"), locale.T(ctx, "integrationpages.undo.done"))
}

// discarded says how many contacts went to the bin, and how many stay where there are any.
func discarded(ctx context.Context, run integration.Run) string {
	said := locale.T(ctx, "integrationpages.discard.done", locale.Args{"Count": run.Done - run.Failed})
	if run.Failed == 0 {
		return said
	}
	return locale.T(ctx, "integrationpages.discard.rest", locale.Args{"Said": said, "Count": run.Failed})
}

func (p *Pages) discardProgress(w http.ResponseWriter, r *http.Request) error {
	run, err := p.tie.Run(r.Context(), actor(r), integration.RunDiscard)
	if err != nil {
		return err
	}
	return p.shell.RenderPart(w, r, discardBar(p.at(r, ""), run))
}

// repeatAssociation runs the association once more.
func (p *Pages) repeatAssociation(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	if err := p.tie.RepeatAssociation(r.Context(), actor(r), in.Int("version")); err != nil {
		if !mendable(err) {
			return err
		}
		return p.showAssociation(w, r, shell.Errors(r.Context(), err), shell.StatusOf(err))
	}
	shell.Redirect(w, r, p.at(r, "/association"))
	return nil
}
