package crmpages

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/web/ui"
)

// value shows one value of a record in the reader's language; nil where there is none.
func value(ctx context.Context, as access.Actor, f field.Field, v any, names map[id.ID]string) templ.Component {
	text := words(ctx, as, f, v, names)
	if text == "" {
		return nil
	}
	switch f.Type {
	case field.Lookup:
		n, _ := v.(id.ID)
		if _, known := names[n]; known {
			return ui.Anchor{Label: text, URL: recordPath(as, f.Module, n)}
		}
		return quiet(text)
	case field.Email:
		return ui.Anchor{Label: text, URL: "mailto:" + text}
	case field.Phone:
		return ui.Anchor{Label: text, URL: "tel:" + strings.ReplaceAll(text, " ", "")}
	case field.URL:
		return ui.Anchor{Label: text, URL: webAddress(text), Attrs: templ.Attributes{"rel": "noopener noreferrer", "target": "_blank"}}
	}
	return ui.Text(text)
}

// words writes a value as plain text in the reader's language, empty where there is none.
func words(ctx context.Context, as access.Actor, f field.Field, v any, names map[id.ID]string) string {
	switch x := v.(type) {
	case string:
		switch f.Type {
		case field.Picklist:
			return option(ctx, x)
		case field.Date:
			return locale.Date(ctx, x)
		}
		return x
	case bool:
		if x {
			return locale.T(ctx, "crmpages.yes")
		}
		return locale.T(ctx, "crmpages.no")
	case int64:
		switch f.Type {
		case field.Currency:
			return locale.Money(ctx, x, as.Organisation().Currency)
		case field.Percent:
			return locale.Number(ctx, x) + "%"
		case field.DateTime:
			return moment(ctx, x)
		}
		return locale.Number(ctx, x)
	case id.ID:
		if x == 0 {
			return byProgram(ctx, f)
		}
		if name, known := names[x]; known {
			return name
		}
		return locale.T(ctx, "crmpages.hidden")
	case nil:
		return byProgram(ctx, f)
	}
	return ""
}

// byProgram names the program where nobody made or changed a record: the integration
// keeps tasks and fields the same on its own.
func byProgram(ctx context.Context, f field.Field) string {
	if f.Type == field.User && f.ReadOnly {
		return locale.T(ctx, "crmpages.system")
	}
	return ""
}

// moment writes a stored time.
func moment(ctx context.Context, micros int64) string {
	return locale.DateTime(ctx, time.UnixMicro(micros))
}

// option writes a pick list value; what has no label is shown as it is.
func option(ctx context.Context, v string) string {
	key := schema.OptionKey(v)
	if text := locale.T(ctx, key); text != key {
		return text
	}
	return v
}

// webAddress gives what a web field leads to; people leave out the scheme.
func webAddress(text string) string {
	if strings.Contains(text, "://") {
		return text
	}
	return "https://" + text
}

// numeric says whether values of the field stand at the end of a column.
func numeric(f field.Field) bool {
	return f.Type == field.Currency || f.Type == field.Integer || f.Type == field.Percent
}

// row makes a table row of a record; its first cell leads to the record.
func row(ctx context.Context, as access.Actor, m *schema.Module, columns []string, rec record.Record, names map[id.ID]string) ui.Row {
	out := ui.Row{}
	for i, name := range columns {
		f, _ := m.Field(name)
		if i == 0 {
			out.Cells = append(out.Cells, ui.Anchor{Label: rec.Name, URL: recordPath(as, m.Name, rec.ID)})
			continue
		}
		out.Cells = append(out.Cells, value(ctx, as, f, rec.Values[name], names))
	}
	return out
}

// unsorted are the column headings of a list in fixed order.
func unsorted(ctx context.Context, m *schema.Module, columns []string) []ui.Column {
	var out []ui.Column
	for _, name := range columns {
		f, _ := m.Field(name)
		out = append(out, ui.Column{Label: locale.T(ctx, f.Label), End: numeric(f)})
	}
	return out
}
