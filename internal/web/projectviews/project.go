package projectviews

import (
	"context"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Project is a project's form as it was typed.
type Project struct {
	Name, Owner, Group, Status, Start, End, Overview string
	Public                                           bool
	Template, Anchor                                 string
	Budget                                           string // hours, as typed
	Workdays                                         bool
	Version                                          int64
	Custom                                           map[id.ID]string
}

// ReadProject reads the form of a project.
func ReadProject(in shell.Input) Project {
	return Project{Name: in.Text("name"), Owner: in.Text("owner"), Group: in.Text("group"), Status: in.Text("status"),
		Start: in.Text("start_date"), End: in.Text("end_date"), Overview: in.Text("overview"), Public: in.On("public"), Version: in.Int("version"),
		Template: in.Text("template"), Anchor: in.Text("anchor"), Workdays: in.On("workdays"), Budget: in.Text("budget"), Custom: readCustom(in)}
}

// ProjectOptions are what a project's form offers.
type ProjectOptions struct {
	Owners   []Ref
	Groups   []Ref
	Statuses []gate.ProjectStatus
	// Templates are those a new project may begin as.
	Templates []Ref
	// Fields are the portal's own.
	Fields []gate.Field
}

func anchors(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: gate.AnchorStart, Label: locale.T(ctx, "projectviews.anchor.start")},
		{Value: gate.AnchorEnd, Label: locale.T(ctx, "projectviews.anchor.end")},
	}
}

func projectStatuses(ctx context.Context, list []gate.ProjectStatus) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, s := range list {
		out[i] = ui.Option{Value: s.Key, Label: StatusLabel(ctx, s.Key, s.Name)}
	}
	return out
}

// chosenStatus is what stands in the form: the first open one in a new one.
func chosenStatus(typed string, list []gate.ProjectStatus) string {
	for _, s := range list {
		if typed == "" && !s.Closed {
			return s.Key
		}
	}
	return typed
}

// StatusLabel names a status of projects: as the portal calls it, or by its key's word.
func StatusLabel(ctx context.Context, key, name string) string {
	if name != "" {
		return name
	}
	return locale.T(ctx, "work.status.project."+key)
}

// StatusBadge shows the status of a project in the colour the portal gave it.
func StatusBadge(ctx context.Context, p gate.Project) ui.Badge {
	tone := ui.Info
	switch {
	case p.StatusColour != "":
		tone = ui.Tone(p.StatusColour)
	case p.Closed:
		tone = ui.Neutral
	}
	return ui.Badge{Label: StatusLabel(ctx, p.Status, p.StatusName), Tone: tone}
}
