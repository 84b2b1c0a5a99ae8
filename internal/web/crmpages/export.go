package crmpages

import (
	"context"
	"io"
	"net/http"
	"os"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/csvfile"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
)

// export gives the view as it is filtered and sorted, whole, as a file: with its own
// columns, or with every field, which the import reads again. It is written to disk first: memory does not grow with
// it, and a fault half-way is an error page and not half a file.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, err := p.module(r)
	if err != nil {
		return err
	}
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	shelf, err := p.shelf(r, as, m)
	if err != nil {
		return err
	}
	fields := m.Fields
	if in.Text("columns") == "shown" {
		fields = nil
		for _, name := range shown(m, shelf.Current) {
			f, _ := m.Field(name)
			fields = append(fields, f)
		}
	}
	q := viewQuery(r, m, shelf.Current)
	if q.Filters, err = p.filters(ctx, as, m, readDraft(in, m.Filterable())); err != nil {
		return err
	}
	file, err := os.CreateTemp("", "musubi-export-*")
	if err != nil {
		return fault.Internal(err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := p.writeExport(ctx, as, m, fields, q, file); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+m.Name+`.csv"`)
	http.ServeContent(w, r, "", time.Time{}, file)
	return nil
}

func (p *Pages) writeExport(ctx context.Context, as access.Actor, m *schema.Module, fields []field.Field, q record.Query, w io.Writer) error {
	out := csvfile.NewWriter(w)
	var heads []string
	for _, f := range fields {
		heads = append(heads, locale.T(ctx, f.Label))
	}
	if err := out.Write(heads...); err != nil {
		return fault.Internal(err)
	}
	err := p.records.Export(ctx, as, m.Name, q, func(list record.List) error {
		for _, rec := range list.Items {
			cells := make([]string, len(fields))
			for i, f := range fields {
				cells[i] = cell(ctx, as, f, rec.Values[f.Name], list.Names)
			}
			if err := out.Write(cells...); err != nil {
				return fault.Internal(err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fault.Internal(err)
	}
	return nil
}

// cell writes a value as the import reads it: choices and names as the reader sees
// them, numbers, dates and moments bare.
func cell(ctx context.Context, as access.Actor, f field.Field, v any, names map[id.ID]string) string {
	switch f.Type {
	case field.Picklist, field.Lookup, field.User, field.Boolean:
		return words(ctx, as, f, v, names)
	case field.DateTime:
		if at, ok := v.(int64); ok {
			return time.UnixMicro(at).In(locale.From(ctx).Zone()).Format("2006-01-02 15:04")
		}
		return ""
	}
	return f.Format(v)
}

// exportPath is the address of the list's file, with its view, filters and order.
func exportPath(r *http.Request, as access.Actor, v listView) string {
	q := r.URL.Query()
	q.Set("view", v.shelf.Current.Key)
	q.Del("cursor")
	return modulePath(as, v.module.Name) + "/export.csv?" + q.Encode()
}
