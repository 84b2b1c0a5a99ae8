package projectviews

import (
	"context"

	"github.com/a-h/templ"

	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/ui"
)

// Form is what the page of one item needs.
type Form struct {
	Part   Part
	Base   string // address of the part
	Now    Item   // as it is saved
	Show   Item   // what the fields hold
	Owners []Ref  // who can be given it
	Lists  []Ref  // task lists to choose from
	Errors ui.Errors
	Token  string            // of this form, so that it saves once
	Stale  bool              // somebody else saved first
	Inner  *Inner            // what the task is made of; nil for a new one
	Talk   *Talk             // what was said about it; nil for a new one
	Panels []templ.Component // parts of other rooms, below
	More   []ui.Button       // other ways to save
	Hours  string            // where hours are logged for it; empty without the right
}

func (f Form) action() string {
	if f.Show.ID == 0 {
		return f.Base
	}
	return f.Base + "/" + f.Show.ID.String()
}

func (f Form) hidden() []ui.Hidden {
	out := []ui.Hidden{{Name: "version", Value: number(f.Show.Version)}, {Name: "once", Value: f.Token}}
	if f.Show.ID == 0 && f.Show.Parent != 0 {
		out = append(out, ui.Hidden{Name: "parent", Value: f.Show.Parent.String()})
	}
	return out
}

// first gives the first problem of the names a field has in the services.
func (f Form) first(names ...string) string {
	for _, n := range names {
		if e := f.Errors.For(n); e != "" {
			return e
		}
	}
	return ""
}

func options(list []Ref) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, r := range list {
		out[i] = ui.Option{Value: r.ID.String(), Label: r.Name}
	}
	return out
}

// owners offers those who can be given the item and those who have it already.
func (f Form) owners() []ui.Option {
	out := options(f.Owners)
	for _, o := range f.Now.Owners {
		known := false
		for _, r := range f.Owners {
			known = known || r.ID == o.ID
		}
		if !known {
			out = append(out, ui.Option{Value: o.ID.String(), Label: o.Name})
		}
	}
	return out
}

func (f Form) chosen() []string {
	var out []string
	for _, o := range f.Show.Owners {
		out = append(out, o.ID.String())
	}
	return out
}

func (f Form) one() string {
	if n := f.Show.FirstOwner(); n != 0 {
		return n.String()
	}
	return ""
}

func (f Form) list() string {
	if f.Show.List == 0 {
		return ""
	}
	return f.Show.List.String()
}

func (f Form) statuses(ctx context.Context) []ui.Option {
	keys := map[Part][]string{Tasks: gate.TaskStatuses(), Milestones: gate.MilestoneStatuses(), Bugs: gate.BugStatuses()}[f.Part]
	var out []ui.Option
	for _, k := range keys {
		out = append(out, ui.Option{Value: k, Label: f.Part.Status(ctx, k)})
	}
	return out
}

func words(ctx context.Context, prefix string, keys []string) []ui.Option {
	var out []ui.Option
	for _, k := range keys {
		out = append(out, ui.Option{Value: k, Label: locale.T(ctx, prefix+k)})
	}
	return out
}

func checked(on bool) string {
	if on {
		return "on"
	}
	return ""
}

// Ask is the question before an item is deleted.
func Ask(ctx context.Context, part Part, base string, i Item) ui.Confirm {
	title := locale.T(ctx, "projectviews.delete")
	at := base + "/" + i.ID.String()
	return ui.Confirm{Title: title, Text: locale.T(ctx, "projectviews.delete_text", locale.Args{"Name": i.Title}),
		Action: at + "/delete", Label: title, Dangerous: true, BackURL: at}
}

func (f Form) buttons(ctx context.Context) ui.Buttons {
	out := ui.Buttons{ui.Button{Label: locale.T(ctx, "projectviews.save"), Kind: ui.Primary}}
	for _, b := range f.More {
		out = append(out, b)
	}
	return append(out, ui.Button{Label: locale.T(ctx, "web.ui.cancel"), URL: f.Base})
}
