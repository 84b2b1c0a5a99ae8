package orgpages

import (
	"context"

	"github.com/a-h/templ"

	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// clash is what a stale save shows: where what was typed differs from what somebody
// else saved meanwhile. Nil means that nobody did.
type clash []clashRow

// clashRow is one input that differs.
type clashRow struct{ Label, Mine, Theirs string }

// differ adds an input whose two versions are not the same.
func (c *clash) differ(label, mine, theirs string) {
	if *c == nil {
		*c = clash{}
	}
	if mine != theirs {
		*c = append(*c, clashRow{label, mine, theirs})
	}
}

func clashTable(ctx context.Context, c clash) ui.Table {
	t := ui.Table{
		Caption: locale.T(ctx, "orgpages.stale"),
		Columns: []ui.Column{{Label: locale.T(ctx, "orgpages.stale.field")}, {Label: locale.T(ctx, "orgpages.stale.mine")}, {Label: locale.T(ctx, "orgpages.stale.theirs")}},
		Empty:   ui.Text(locale.T(ctx, "orgpages.stale.same")),
	}
	for _, r := range c {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.Label), ui.Text(r.Mine), ui.Text(r.Theirs)}})
	}
	return t
}

// saveButton says that saving once more overwrites what the others saved.
func saveButton(ctx context.Context, c clash) ui.Button {
	if c != nil {
		return ui.Button{Label: locale.T(ctx, "orgpages.save_anyway"), Kind: ui.Primary}
	}
	return ui.Button{Label: locale.T(ctx, "orgpages.save"), Kind: ui.Primary}
}

// mendable says whether the form itself can show the fault. "Not found" is among
// them, since a choice may be gone by the time it is posted; the form reads its own
// subject again, so that a subject that is gone is still a page not found.
func mendable(err error) bool { return shell.Expected(err) || fault.Is(err, fault.KindNotFound) }

func stale(err error) bool { return fault.Is(err, fault.KindStale) }

// onOff puts a tick into words.
func onOff(ctx context.Context, on bool) string {
	if on {
		return locale.T(ctx, "orgpages.on")
	}
	return locale.T(ctx, "orgpages.off")
}

// optionLabel gives the words of a choice; what is no choice any more is shown as it came.
func optionLabel(list []ui.Option, value string) string {
	for _, o := range list {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}
