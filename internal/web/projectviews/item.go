package projectviews

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Part is one kind of work in a project, as addresses name it.
type Part string

// The parts.
const (
	Tasks      Part = "tasks"
	Milestones Part = "milestones"
	Bugs       Part = "bugs"
)

// Parts lists them in the order of their tabs.
func Parts() []Part { return []Part{Tasks, Milestones, Bugs} }

func init() {
	locale.Dynamic("projectviews.part.")
	locale.Dynamic("projectviews.new.")
	locale.Dynamic("projectviews.none.")
}

// noun is the part's word in the status keys of Projects.
func (p Part) noun() string {
	return map[Part]string{Tasks: "task", Milestones: "milestone", Bugs: "bug"}[p]
}

// Title names the part.
func (p Part) Title(ctx context.Context) string { return locale.T(ctx, "projectviews.part."+string(p)) }

// New is what the button says that adds one.
func (p Part) New(ctx context.Context) string { return locale.T(ctx, "projectviews.new."+string(p)) }

// Status names a state.
func (p Part) Status(ctx context.Context, key string) string {
	return locale.T(ctx, "work.status."+p.noun()+"."+key)
}

// Ref names something to choose or to show.
type Ref struct {
	ID   id.ID
	Name string
}

// Item is a task, milestone or bug as list and form show it. Of a milestone Due is the
// end; of a bug Priority is the severity.
type Item struct {
	ID         id.ID
	Version    int64
	Number     string
	Title      string
	Text       string // plain
	Owners     []Ref
	Status     string
	Closed     bool
	Overdue    bool
	Start      string
	Due        string
	Percent    string // as typed
	Priority   string
	External   bool
	List       id.ID
	ListName   string
	Checklist  gate.Count // its lines
	Subtasks   gate.Count
	Parent     id.ID // the task it is part of
	ParentName string
	Early      bool // it starts before something it waits for ends
	Whole      bool // close what is open below it too
	CanEdit    bool
	CanDelete  bool
}

// OwnerNames writes the owners side by side.
func (i Item) OwnerNames() string {
	out := ""
	for n, o := range i.Owners {
		if n > 0 {
			out += ", "
		}
		out += o.Name
	}
	return out
}

// Plain turns the rich text of Projects into lines for a text box.
func Plain(rich string) string { return gate.Plain(rich) }

// Kept gives the rich text to save: what is stored when the text box was left as it
// was, since a box shows no formatting.
func Kept(typed, stored string) string {
	if typed == Plain(stored) {
		return stored
	}
	return typed
}

// ReadPercent reads a percentage; what is no number becomes one that is refused.
func ReadPercent(typed string) int {
	if typed == "" {
		return 0
	}
	n, err := strconv.Atoi(typed)
	if err != nil {
		return -1
	}
	return n
}

// ReadItem reads the form of an item. What is no number or id is left out and refused
// by the service, which knows what is required.
func ReadItem(in shell.Input, n id.ID) Item {
	i := Item{ID: n, Version: in.Int("version"), Title: in.Text("title"), Text: in.Text("text"), Status: in.Text("status"),
		Start: in.Text("start_date"), Due: in.Text("due_date"), Percent: in.Text("percent"), Priority: in.Text("priority"),
		External: in.On("external"), List: in.ID("list"), Parent: in.ID("parent"), Whole: in.On("whole")}
	for _, o := range in.IDs("owner") {
		i.Owners = append(i.Owners, Ref{ID: o})
	}
	return i
}

// OwnerIDs gives the ids of the owners.
func (i Item) OwnerIDs() []id.ID {
	out := make([]id.ID, len(i.Owners))
	for n, o := range i.Owners {
		out[n] = o.ID
	}
	return out
}

// FirstOwner is the owner of an item that has one at most.
func (i Item) FirstOwner() id.ID {
	if len(i.Owners) == 0 {
		return 0
	}
	return i.Owners[0].ID
}

// Table lists items; base is the address of the part. With closing, each open task that
// may be edited has a button that closes it.
func Table(ctx context.Context, part Part, base string, list []Item, closing bool) ui.Table {
	t := ui.Table{Caption: part.Title(ctx), Columns: []ui.Column{{Label: locale.T(ctx, "projectviews.title")}},
		Empty: ui.Empty{Icon: "folder", Title: locale.T(ctx, "projectviews.none."+string(part))}}
	add := func(keys ...string) {
		for _, k := range keys {
			t.Columns = append(t.Columns, ui.Column{Label: locale.T(ctx, k)})
		}
	}
	if part == Tasks {
		add("projectviews.list")
	}
	add("projectviews.owner", "projectviews.status")
	switch part {
	case Tasks:
		add("projectviews.priority")
	case Bugs:
		add("projectviews.severity")
	}
	add("projectviews.due", "projectviews.flag")
	if closing {
		t.Columns = append(t.Columns, ui.Column{Label: locale.T(ctx, "projectviews.close"), Quiet: true, End: true})
	}
	for _, i := range list {
		t.Rows = append(t.Rows, ui.Row{Muted: i.Closed, Cells: cells(ctx, part, base, i, closing)})
	}
	return t
}

func cells(ctx context.Context, part Part, base string, i Item, closing bool) []templ.Component {
	out := []templ.Component{ui.Anchor{Label: i.Title, Small: small(ctx, i), URL: base + "/" + i.ID.String()}}
	if part == Tasks {
		out = append(out, ui.Text(i.ListName))
	}
	tone := ui.Info
	if i.Closed {
		tone = ui.Neutral
	}
	out = append(out, ui.Text(i.OwnerNames()), ui.Badge{Label: part.Status(ctx, i.Status), Tone: tone})
	switch part {
	case Tasks:
		out = append(out, ui.Text(word(ctx, "work.priority.", i.Priority)))
	case Bugs:
		out = append(out, ui.Text(word(ctx, "work.severity.", i.Priority)))
	}
	flag := "projectviews.internal"
	if i.External {
		flag = "projectviews.external"
	}
	out = append(out, due(ctx, i), ui.Text(locale.T(ctx, flag)))
	if !closing {
		return out
	}
	if i.Closed || !i.CanEdit {
		return append(out, ui.Text(""))
	}
	return append(out, ui.Post{Action: base + "/" + i.ID.String() + "/close", Hidden: []ui.Hidden{{Name: "version", Value: number(i.Version)}},
		Button: ui.Button{Label: locale.T(ctx, "projectviews.close"), Small: true, Icon: "check"}})
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func word(ctx context.Context, prefix, key string) string {
	if key == "" || key == "none" {
		return ""
	}
	return locale.T(ctx, prefix+key)
}

// due shows a date, with a word when it is past.
func due(ctx context.Context, i Item) templ.Component {
	switch {
	case i.Due == "":
		return ui.Text("")
	case i.Overdue:
		return ui.Badge{Label: locale.T(ctx, "projectviews.overdue", locale.Args{"Date": locale.Date(ctx, i.Due)}), Tone: ui.Warning}
	}
	return ui.Text(locale.Date(ctx, i.Due))
}
