package projectpages

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/work"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

func fieldsPath(as portal.Member) string { return base(as) + "/settings/fields" }

func gateField(f work.Field) gate.Field {
	return gate.Field{ID: f.ID, Name: f.Name, Kind: f.Kind, Options: f.Options, Required: f.Required}
}

func gateCustom(list []work.CustomValue) []gate.CustomValue {
	out := make([]gate.CustomValue, len(list))
	for i, v := range list {
		out[i] = gate.CustomValue{Field: gateField(v.Field), Value: v.Value}
	}
	return out
}

// fieldForm is the form of a field with what stands in it.
type fieldForm struct {
	field work.Field
	errs  ui.Errors
}

func (p *Pages) fields(w http.ResponseWriter, r *http.Request) error {
	return p.showFields(w, r, fieldForm{field: work.Field{Kind: work.FieldText}}, 0)
}

func (p *Pages) showFields(w http.ResponseWriter, r *http.Request, form fieldForm, code int) error {
	ctx, as := r.Context(), member(r)
	if err := as.Require(portal.ActSettings); err != nil {
		return err
	}
	list, err := p.work.Fields(ctx, as)
	if err != nil {
		return err
	}
	title := locale.T(ctx, "projectpages.fields")
	return p.shell.Render(w, r, shell.Page{Title: title, Status: code, Body: fieldsPage(fieldsPath(as), title, fieldTable(ctx, as, list), form),
		Crumbs: ui.Crumbs{{Label: locale.T(ctx, "projectpages.settings"), URL: base(as) + "/settings"}, {Label: title, Current: true}}})
}

func fieldTable(ctx context.Context, as portal.Member, list []work.Field) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "projectpages.fields"), Columns: []ui.Column{{Label: locale.T(ctx, "projectpages.name")},
		{Label: locale.T(ctx, "projectpages.fields.kind")}, {Label: locale.T(ctx, "projectpages.fields.options")}, {Label: locale.T(ctx, "projectpages.fields.required")}},
		Empty: ui.Empty{Icon: "folder", Title: locale.T(ctx, "projectpages.fields.none")}}
	for _, f := range list {
		required := ""
		if f.Required {
			required = locale.T(ctx, "projectviews.custom.yes")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Anchor{Label: f.Name, URL: fieldsPath(as) + "/" + f.ID.String()},
			ui.Text(locale.T(ctx, "work.field."+f.Kind)), ui.Text(strings.Join(f.Options, ", ")), ui.Text(required)}})
	}
	return t
}

// fieldOf reads the field of the address.
func (p *Pages) fieldOf(r *http.Request) (work.Field, error) {
	n, err := shell.ID(r, "field")
	if err != nil {
		return work.Field{}, err
	}
	as := member(r)
	if err := as.Require(portal.ActSettings); err != nil {
		return work.Field{}, err
	}
	list, err := p.work.Fields(r.Context(), as)
	if err != nil {
		return work.Field{}, err
	}
	for _, f := range list {
		if f.ID == n {
			return f, nil
		}
	}
	return work.Field{}, fault.NotFound("work.fault.not_found")
}

func (p *Pages) field(w http.ResponseWriter, r *http.Request) error {
	f, err := p.fieldOf(r)
	if err != nil {
		return err
	}
	return p.showField(w, r, fieldForm{field: f}, 0)
}

func (p *Pages) showField(w http.ResponseWriter, r *http.Request, form fieldForm, code int) error {
	ctx, as := r.Context(), member(r)
	return p.shell.Render(w, r, shell.Page{Title: form.field.Name, Status: code, Body: fieldPage(fieldsPath(as), form),
		Crumbs: ui.Crumbs{{Label: locale.T(ctx, "projectpages.settings"), URL: base(as) + "/settings"},
			{Label: locale.T(ctx, "projectpages.fields"), URL: fieldsPath(as)}, {Label: form.field.Name, Current: true}}})
}

func readField(in shell.Input) work.Field {
	return work.Field{Name: in.Text("name"), Kind: in.Text("kind"), Options: strings.Split(in.Raw("options"), "\n"), Required: in.On("required"), Version: in.Int("version")}
}

func (p *Pages) addField(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	f := readField(in)
	if _, err := p.work.SaveField(ctx, as, f); err != nil {
		if !words(err) || fault.Is(err, fault.KindForbidden) {
			return err
		}
		return p.showFields(w, r, fieldForm{f, shell.Errors(ctx, err)}, shell.StatusOf(err))
	}
	return p.shell.Done(w, r, fieldsPath(as), locale.T(ctx, "projectpages.saved"))
}

func (p *Pages) saveField(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, as := r.Context(), member(r)
	now, err := p.fieldOf(r)
	if err != nil {
		return err
	}
	f := readField(in)
	f.ID, f.Kind = now.ID, now.Kind
	if _, err := p.work.SaveField(ctx, as, f); err != nil {
		if !words(err) || fault.Is(err, fault.KindForbidden) {
			return err
		}
		f.Version = now.Version
		return p.showField(w, r, fieldForm{f, shell.Errors(ctx, err)}, shell.StatusOf(err))
	}
	return p.shell.Done(w, r, fieldsPath(as), locale.T(ctx, "projectpages.saved"))
}

func (p *Pages) askField(w http.ResponseWriter, r *http.Request) error {
	f, err := p.fieldOf(r)
	if err != nil {
		return err
	}
	ctx, at := r.Context(), fieldsPath(member(r))+"/"+f.ID.String()
	title := locale.T(ctx, "projectpages.fields.delete")
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "projectpages.fields.delete_text", locale.Args{"Name": f.Name}),
		Action: at + "/delete", Label: title, Dangerous: true, BackURL: at}
	return p.shell.Render(w, r, shell.Page{Title: title, Body: framed(ask), Fragment: ask})
}

func (p *Pages) deleteField(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), member(r)
	n, err := shell.ID(r, "field")
	if err != nil {
		return err
	}
	return p.sent(w, r, p.work.DeleteField(ctx, as, n), fieldsPath(as), locale.T(ctx, "projectpages.deleted"))
}

func kindOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, k := range work.FieldKinds() {
		out = append(out, ui.Option{Value: k, Label: locale.T(ctx, "work.field."+k)})
	}
	return out
}
