package crmpages

import (
	"context"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/page"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// draft is what stands in the inputs of a form: text by the input's name. A look-up
// has two, its id and what was typed (see textOf), so nothing typed is ever lost.
type draft map[string]string

// textOf names the input that holds what was typed into a look-up.
func textOf(name string) string { return name + ".text" }

// readDraft takes the inputs of some fields out of a form or an address.
func readDraft(in shell.Input, fields []field.Field) draft {
	d := draft{}
	for _, f := range fields {
		for _, name := range []string{f.Name, textOf(f.Name)} {
			if in.Has(name) {
				d[name] = in.Text(name)
			}
		}
	}
	return d
}

// draftOf fills the inputs from a record.
func draftOf(rec record.Record, fields []field.Field, names map[id.ID]string) draft {
	d := draft{}
	for _, f := range fields {
		v := rec.Values[f.Name]
		d[f.Name] = f.Format(v)
		if n, ok := v.(id.ID); ok {
			d[textOf(f.Name)] = names[n]
		}
	}
	return d
}

// editable lists the fields of a module's form, in the order of its sections.
func editable(m *schema.Module) []field.Field {
	var out []field.Field
	for _, s := range m.Sections {
		for _, name := range s.Fields {
			if f, ok := m.Field(name); ok && !f.ReadOnly {
				out = append(out, f)
			}
		}
	}
	return out
}

func pointing(f field.Field) bool { return f.Type == field.Lookup || f.Type == field.User }

// resolve turns the inputs into values. Of a look-up the typed text counts: it is the
// name of the chosen record, or that of exactly one other. What cannot be read is one
// invalid fault that names the fields.
func (p *Pages) resolve(ctx context.Context, as access.Actor, fields []field.Field, d draft) (map[string]any, error) {
	out, bad := map[string]any{}, fault.Invalid("crm.fault.invalid")
	for _, f := range fields {
		text, given := d[f.Name]
		if _, typed := d[textOf(f.Name)]; !given && !typed {
			if f.Type == field.Boolean {
				out[f.Name] = nil
			}
			continue
		}
		if !pointing(f) {
			v, wrong := f.Parse(text)
			if wrong != nil {
				bad.Fields = append(bad.Fields, *wrong)
				continue
			}
			out[f.Name] = v
			continue
		}
		v, ok, err := p.pointed(ctx, as, f, d)
		if err != nil {
			return nil, err
		}
		if !ok {
			bad.Field(f.Name, "crm.field.lookup")
			continue
		}
		out[f.Name] = v
	}
	return out, bad.OrNil()
}

// pointed finds what a look-up means; not ok when nothing or more than one is called so.
func (p *Pages) pointed(ctx context.Context, as access.Actor, f field.Field, d draft) (v any, ok bool, err error) {
	chosen, wrong := f.Parse(d[f.Name])
	if wrong != nil {
		chosen = nil
	}
	text, typed := d[textOf(f.Name)]
	text = strings.TrimSpace(text)
	if !typed { // an address gives the id alone
		return chosen, wrong == nil, nil
	}
	n, _ := chosen.(id.ID)
	name, known, err := p.nameOf(ctx, as, f, n)
	switch {
	case err != nil:
		return nil, false, err
	case text == "" && n != 0 && !known: // nobody can clear by hand what has no name to them
		return n, true, nil
	case text == "":
		return nil, true, nil
	case known && text == name:
		return n, true, nil
	}
	options, err := p.options(ctx, as, f, text, page.DefaultSize)
	if err != nil {
		return nil, false, err
	}
	var same []id.ID
	for _, o := range options {
		if o.Label == text {
			if n, err := id.Parse(o.Value); err == nil {
				same = append(same, n)
			}
		}
	}
	if len(same) != 1 {
		return nil, false, nil
	}
	return same[0], true, nil
}

// nameOf names what a look-up points at, as far as the badge may know it.
func (p *Pages) nameOf(ctx context.Context, as access.Actor, f field.Field, n id.ID) (string, bool, error) {
	if n == 0 {
		return "", false, nil
	}
	var names map[id.ID]string
	var err error
	if f.Type == field.User {
		names, err = p.access.UserNames(ctx, as, []id.ID{n})
	} else if as.Can(f.Module, access.View) {
		names, err = p.records.Names(ctx, as, f.Module, []id.ID{n})
	}
	name, known := names[n]
	return name, known, err
}

// nameDraft puts names beside ids that came without: from an address.
func (p *Pages) nameDraft(ctx context.Context, as access.Actor, fields []field.Field, d draft) error {
	for _, f := range fields {
		if _, typed := d[textOf(f.Name)]; !pointing(f) || typed || d[f.Name] == "" {
			continue
		}
		n, err := id.Parse(d[f.Name])
		if err != nil {
			delete(d, f.Name)
			continue
		}
		name, known, err := p.nameOf(ctx, as, f, n)
		if err != nil {
			return err
		}
		if !known {
			delete(d, f.Name)
			continue
		}
		d[textOf(f.Name)] = name
	}
	return nil
}

// input is the control of a field with what stands in it and what is wrong with it.
func input(ctx context.Context, as access.Actor, f field.Field, d draft, errs ui.Errors) ui.Field {
	in := ui.Field{Name: f.Name, Label: locale.T(ctx, f.Label), Value: d[f.Name], Required: f.Required, Error: errs.For(f.Name)}
	switch f.Type {
	case field.LongText:
		in.Kind, in.Lines, in.MaxLength = ui.LongField, 5, f.Max
	case field.URL:
		in.Kind, in.MaxLength = ui.WebField, f.Max
	case field.Email:
		in.Kind, in.MaxLength = ui.EmailField, f.Max
	case field.Phone:
		in.Kind, in.MaxLength = ui.PhoneField, f.Max
	case field.Picklist:
		in.Kind, in.Blank = ui.SelectField, locale.T(ctx, "crmpages.form.choose")
		for _, o := range f.Options {
			in.Options = append(in.Options, ui.Option{Value: o, Label: option(ctx, o)})
		}
	case field.Lookup, field.User:
		in.Kind, in.Text, in.Source = ui.LookupField, d[textOf(f.Name)], modulePath(as, f.Module)+"/suggest"
		if f.Type == field.User {
			in.Source = crmPath(as) + "/users/suggest"
			in.Required = in.Required || f.Name == "Owner"
		}
		if in.Value != "" && in.Text == "" && in.Error == "" {
			in.Hint = locale.T(ctx, "crmpages.form.hidden")
		}
	case field.Integer:
		in.Kind = ui.NumberField
	case field.Percent:
		in.Kind, in.Suffix = ui.NumberField, "%"
	case field.Currency:
		in.Kind, in.Suffix = ui.MoneyField, as.Organisation().Currency
	case field.Date:
		in.Kind = ui.DateField
	case field.Boolean:
		in.Kind = ui.CheckField
		if v, _ := f.Parse(in.Value); v == true {
			in.Value = "on"
		}
	default:
		in.MaxLength = f.Max
	}
	return in
}
