// Package auditviews puts an audit log into words: who did what, and when. Every act
// that any room records has its words here.
package auditviews

import (
	"context"

	"github.com/a-h/templ"

	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/web/ui"
)

func init() { locale.Dynamic("auditviews.act.") }

// Table lists entries of a log; detail words what a room noted for itself, and nil
// leaves it as it is.
func Table(ctx context.Context, list []identity.Entry, detail func(context.Context, identity.Entry) string) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "auditviews.log"), Columns: []ui.Column{{Label: locale.T(ctx, "auditviews.act")}, {Label: locale.T(ctx, "auditviews.who")},
		{Label: locale.T(ctx, "auditviews.detail")}, {Label: locale.T(ctx, "auditviews.when"), Short: true}},
		Empty: ui.Empty{Title: locale.T(ctx, "auditviews.none")}}
	for _, e := range list {
		text := e.Detail
		if detail != nil {
			text = detail(ctx, e)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(words(ctx, e.Act)), ui.Text(doer(ctx, e)), ui.Text(text), ui.Text(locale.DateTime(ctx, e.At))}})
	}
	return t
}

// words gives an act's words; one that has none yet is shown by its own name rather
// than left out, since a log must not hide anything.
func words(ctx context.Context, act string) string {
	key := "auditviews.act." + act
	if locale.From(ctx).Has(key) {
		return locale.T(ctx, key)
	}
	return act
}

// doer names who acted: a person, or the program itself.
func doer(ctx context.Context, e identity.Entry) string {
	if e.Name == "" && e.Actor == 0 {
		return locale.T(ctx, "auditviews.program")
	}
	return e.Name
}
