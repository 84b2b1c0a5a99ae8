package integrationpages

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/integration"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/projectviews"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// maxBars is how many projects the chart shows; the table has all.
const maxBars = 15

// rollUp shows what the projects of an account, and of all below it, come to.
func (p *Pages) rollUp(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	module, record, err := from(r)
	if err != nil {
		return err
	}
	if module != access.TabAccounts {
		return fault.NotFound("fault.not_found")
	}
	q := sorting(r)
	list, err := p.tie.RelatedList(ctx, as, module, record, q)
	if err != nil {
		return err
	}
	if list.State == integration.StateHidden {
		return fault.NotFound("fault.not_found")
	}
	title := locale.T(ctx, "integrationpages.rollup")
	return p.shell.Render(w, r, shell.Page{Title: title, Wide: true, Body: rollUpPage(r, as, title, q, list),
		Crumbs: ui.Crumbs{{Label: list.Record.Name, URL: recordPath(as, module, record)}, {Label: title, Current: true}}})
}

// rollUpScope says whether the sums are those of all projects or of this page.
func rollUpScope(ctx context.Context, list integration.RelatedList) string {
	if list.Rows.Next != "" || list.Rows.Prev != "" {
		return locale.T(ctx, "integrationpages.rollup.page")
	}
	return locale.T(ctx, "integrationpages.rollup.all")
}

// rollUpSums says in words what the projects of the page come to.
func rollUpSums(ctx context.Context, as access.Actor, list integration.RelatedList) ui.Details {
	sums := list.Sums()
	n := locale.From(ctx).Number
	items := []ui.Detail{
		{Label: locale.T(ctx, "integrationpages.rollup.projects"), Value: ui.Text(locale.T(ctx, "integrationpages.rollup.open_of", locale.Args{"Open": sums.Open, "All": sums.Projects}))},
	}
	if list.Deals > 0 {
		items = append(items, ui.Detail{Label: locale.T(ctx, "integrationpages.deal_amount"), Value: ui.Text(locale.T(ctx, "integrationpages.rollup.deals", locale.Args{"Amount": locale.Money(ctx, list.Amount, as.Organisation().Currency), "Count": list.Deals}))})
	}
	if sums.Timed > 0 {
		items = append(items, ui.Detail{Label: locale.T(ctx, "integrationpages.rollup.hours"), Value: ui.Text(projectviews.Hours(sums.Minutes))},
			ui.Detail{Label: locale.T(ctx, "integrationpages.rollup.budget"), Value: ui.Text(projectviews.Hours(sums.Budget))},
			ui.Detail{Label: locale.T(ctx, "integrationpages.rollup.over"), Value: ui.Text(n(int64(sums.Over)))})
	}
	return ui.Details{Items: items}
}

func rollUpTable(r *http.Request, as access.Actor, q integration.ListQuery, list integration.RelatedList) ui.Table {
	ctx := r.Context()
	t := ui.Table{Caption: locale.T(ctx, "integrationpages.rollup"), Wide: true, Columns: []ui.Column{
		heading(r, q, gate.SortName, locale.T(ctx, "integrationpages.project.name")),
		{Label: locale.T(ctx, "integrationpages.project.status")},
		{Label: locale.T(ctx, "integrationpages.project.percent"), End: true},
	}, Empty: ui.Empty{Icon: "folder", Title: locale.T(ctx, "integrationpages.related.empty")}}
	timed, sold := list.Sums().Timed > 0, list.Deals > 0
	if timed {
		t.Columns = append(t.Columns, ui.Column{Label: locale.T(ctx, "integrationpages.rollup.hours"), End: true},
			ui.Column{Label: locale.T(ctx, "integrationpages.rollup.budget"), End: true}, ui.Column{Label: locale.T(ctx, "integrationpages.rollup.used"), End: true})
	}
	if sold {
		t.Columns = append(t.Columns, ui.Column{Label: locale.T(ctx, "integrationpages.deal_amount"), End: true})
	}
	t.Columns = append(t.Columns, heading(r, q, gate.SortEnd, locale.T(ctx, "integrationpages.project.dates")))
	percent := func(n int) string { return locale.T(ctx, "integrationpages.percent", locale.Args{"Percent": n}) }
	for _, row := range list.Rows.Items {
		cells := []templ.Component{
			templ.Join(ui.Anchor{Label: row.Name, URL: projectPath(as, row.ID)}, whys(as, row)),
			projectviews.StatusBadge(ctx, row.Project), ui.Text(percent(row.Percent)),
		}
		if timed {
			var hours, budget, used string
			if row.Rights.SeeTime {
				hours = projectviews.Hours(row.Minutes)
				if row.Budget > 0 {
					budget, used = projectviews.Hours(row.Budget), percent(row.Used())
				}
			}
			cells = append(cells, ui.Text(hours), ui.Text(budget), ui.Text(used))
		}
		if sold {
			amount := ""
			if row.Deals > 0 {
				amount = locale.Money(ctx, row.Amount, as.Organisation().Currency)
			}
			cells = append(cells, ui.Text(amount))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: append(cells, span(row.StartDate, row.EndDate)), Muted: row.Closed})
	}
	return t
}

// bars are what the chart shows, as its script reads it: how far each project is, beside
// how much of its budget is used up.
type bars struct {
	Labels []string `json:"labels"`
	Series []series `json:"series"`
}

type series struct {
	Label  string `json:"label"`
	Values []*int `json:"values"`
}

// rollUpBars gives the bars of the open projects; empty when there is nothing to compare.
func rollUpBars(ctx context.Context, list integration.RelatedList) (data string, count int) {
	out := bars{Series: []series{{Label: locale.T(ctx, "integrationpages.project.percent")}}}
	used := series{Label: locale.T(ctx, "integrationpages.rollup.used")}
	budgets := false
	for _, row := range list.Rows.Items {
		if row.Closed || len(out.Labels) == maxBars {
			continue
		}
		out.Labels = append(out.Labels, row.Name)
		done := row.Percent
		out.Series[0].Values = append(out.Series[0].Values, &done)
		var u *int
		if row.Rights.SeeTime && row.Budget > 0 {
			n := row.Used()
			u, budgets = &n, true
		}
		used.Values = append(used.Values, u)
	}
	if len(out.Labels) < 2 {
		return "", 0
	}
	if budgets {
		out.Series = append(out.Series, used)
	}
	text, err := json.Marshal(out)
	if err != nil {
		return "", 0
	}
	return string(text), len(out.Labels)
}

// barsHeight is the class of a chart with so many bars.
func barsHeight(n int) string {
	return "bars-" + strconv.Itoa((n+4)/5) // 1 to 3
}
