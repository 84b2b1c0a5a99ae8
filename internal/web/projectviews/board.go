package projectviews

import (
	"context"
	"slices"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/ui"
)

// BoardSize is how many tasks a board shows.
const BoardSize = 200

// column is one state of a board with its tasks.
type column struct {
	status string
	items  []Item
}

// columns puts tasks below their states, in the order of the states.
func columns(list []Item) []column {
	var out []column
	for _, s := range gate.TaskStatuses() {
		c := column{status: s}
		for _, i := range list {
			if i.Status == s {
				c.items = append(c.items, i)
			}
		}
		out = append(out, c)
	}
	return out
}

// movable says whether any card of the board can be moved.
func movable(list []Item) bool {
	return slices.ContainsFunc(list, func(i Item) bool { return i.CanEdit })
}

// Views are the ways to look at a project's tasks.
func Views(ctx context.Context, base string, board bool) ui.Tabs {
	return ui.Tabs{Label: locale.T(ctx, "projectviews.views"), Items: []ui.Link{
		{Label: locale.T(ctx, "projectviews.as_list"), URL: base, Current: !board},
		{Label: locale.T(ctx, "projectviews.as_board"), URL: base + "?view=board", Current: board},
	}}
}

func statusOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, s := range gate.TaskStatuses() {
		out = append(out, ui.Option{Value: s, Label: Tasks.Status(ctx, s)})
	}
	return out
}

// StatusName names a card's choice of state: a page holds one for each task.
func StatusName(item id.ID) string { return "status." + item.String() }
