package projectviews

import (
	"context"
	"strconv"
	"strings"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Each of the portal's own fields is sent with its mark, since a box that is not ticked
// sends nothing.
const (
	customName = "custom."
	customMark = "has.custom."
)

// readCustom reads the portal's own fields of a project's form.
func readCustom(in shell.Input) map[id.ID]string {
	out := map[id.ID]string{}
	for _, name := range in.Names() {
		text, ok := strings.CutPrefix(name, customMark)
		if !ok {
			continue
		}
		if n, err := id.Parse(text); err == nil {
			out[n] = in.Raw(customName + text)
		}
	}
	return out
}

// Customs gives a form's values of what a project holds.
func Customs(list []gate.CustomValue) map[id.ID]string {
	out := map[id.ID]string{}
	for _, v := range list {
		out[v.Field.ID] = v.Value
	}
	return out
}

// customField is the input of one field.
func customField(ctx context.Context, f gate.Field, value string, errs ui.Errors) ui.Field {
	name := customName + f.ID.String()
	out := ui.Field{Name: name, Label: f.Name, Value: value, Required: f.Required, Error: errs.For(name), MaxLength: 250}
	switch f.Kind {
	case gate.FieldLong:
		out.Kind, out.Lines, out.Wide, out.MaxLength = ui.LongField, 4, true, 0
	case gate.FieldDate:
		out.Kind = ui.DateField
	case gate.FieldChoice:
		out.Kind, out.Blank = ui.SelectField, locale.T(ctx, "projectviews.custom.none")
		known := value == ""
		for _, o := range f.Options {
			out.Options = append(out.Options, ui.Option{Value: o, Label: o})
			known = known || o == value
		}
		if !known { // taken off the list, and still what the project holds
			out.Options = append(out.Options, ui.Option{Value: value, Label: value})
		}
	case gate.FieldCheck:
		out.Kind, out.Required, out.Wide = ui.CheckField, false, true
		out.Value = checked(value != "")
	}
	return out
}

func customHidden(f gate.Field) ui.Hidden {
	return ui.Hidden{Name: customMark + f.ID.String(), Value: "1"}
}

// CustomFacts tells what a project holds in the portal's own fields, of those that hold
// something.
func CustomFacts(ctx context.Context, list []gate.CustomValue) []ui.Detail {
	var out []ui.Detail
	for _, v := range list {
		if v.Value == "" {
			continue
		}
		words := v.Value
		switch v.Field.Kind {
		case gate.FieldNumber:
			words = figure(ctx, v.Value)
		case gate.FieldDate:
			words = locale.Date(ctx, v.Value)
		case gate.FieldCheck:
			words = locale.T(ctx, "projectviews.custom.yes")
		}
		out = append(out, ui.Detail{Label: v.Field.Name, Value: ui.Text(words), Wide: v.Field.Kind == gate.FieldLong})
	}
	return out
}

// figure writes a number with the separators of the language.
func figure(ctx context.Context, text string) string {
	size, negative := strings.CutPrefix(text, "-")
	whole, fraction, broken := strings.Cut(size, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return text
	}
	out := locale.Number(ctx, n)
	if broken {
		out += "." + fraction
	}
	if negative {
		out = "-" + out
	}
	return out
}
