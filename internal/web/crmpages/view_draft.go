package crmpages

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/query"
	"musubi/internal/crm/schema"
	"musubi/internal/crm/view"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
)

// viewDraft is what stands in the form of a view. It goes to the server and back for
// every condition and column that is added, moved or taken out, so that the page needs
// no script.
type viewDraft struct {
	name, sort string
	desc       bool
	shared     bool
	any        bool
	criteria   []criterionDraft
	columns    []string
}

// criterionDraft is one condition as typed. The field stands fixed in its line; inputs
// holds everything else, by the input's name.
type criterionDraft struct {
	field field.Field
	known bool // there is such a field, and the person sees it
	op    query.Operator
	in    draft
	many  []string
}

// The inputs of a condition, after its name.
const (
	partField = ".field"
	partOp    = ".op"
	partValue = ".value"
	partUntil = ".until"
	partDays  = ".days"
	partMany  = ".many"
)

// inputOf gives the input a fault of a draft is shown beside.
func inputOf(d viewDraft, name string) string {
	if at, ok := strings.CutPrefix(name, query.At(0)[:len(query.At(0))-1]); ok {
		if i, err := strconv.Atoi(at); err == nil && i < len(d.criteria) {
			return name + partOp
		}
	}
	switch name {
	case "criteria":
		return "add_criterion"
	case "columns":
		return "add_column"
	}
	return name
}

// readViewDraft reads the form and does what its button says to the draft; saves is the
// button that means the whole form.
func readViewDraft(in shell.Input, as access.Actor, m *schema.Module) (d viewDraft, saves bool) {
	d = viewDraft{name: in.Text("name"), sort: in.Text("sort"), desc: in.Text("order") == "desc", shared: in.On("shared"), any: in.Text("match") == "any",
		columns: slices.Clone(in.All("column"))}
	for i := 0; i <= query.MaxCriteria && in.Has(query.At(i)+partField); i++ {
		d.criteria = append(d.criteria, readCriterion(in, as, m, query.At(i), in.Text(query.At(i)+partField)))
	}
	act, at, _ := strings.Cut(in.Text("do"), ":")
	place, err := strconv.Atoi(at)
	if err != nil {
		place = -1
	}
	switch act {
	case "add_criterion":
		if f, ok := m.Field(in.Text("add_criterion")); ok && len(d.criteria) < query.MaxCriteria && query.Sees(as, f) {
			d.criteria = append(d.criteria, criterionDraft{field: f, known: true, op: query.Operators(f.Type)[0], in: draft{}})
		}
	case "drop_criterion":
		if place >= 0 && place < len(d.criteria) {
			d.criteria = slices.Delete(d.criteria, place, place+1)
		}
	case "add_column":
		if name := in.Text("add_column"); name != "" && len(d.columns) < view.MaxColumns {
			d.columns = append(d.columns, name)
		}
	case "drop_column":
		if place >= 0 && place < len(d.columns) {
			d.columns = slices.Delete(d.columns, place, place+1)
		}
	case "up":
		if place > 0 && place < len(d.columns) {
			d.columns[place-1], d.columns[place] = d.columns[place], d.columns[place-1]
		}
	case "down":
		if place >= 0 && place+1 < len(d.columns) {
			d.columns[place+1], d.columns[place] = d.columns[place], d.columns[place+1]
		}
	case "usual":
		d.columns = view.Usual(as, m)
	default:
		return d, true
	}
	return d, false
}

func readCriterion(in shell.Input, as access.Actor, m *schema.Module, at, name string) criterionDraft {
	f, ok := m.Field(name)
	c := criterionDraft{field: f, known: ok && query.Sees(as, f), op: query.Operator(in.Text(at + partOp)), in: draft{}, many: in.All(at + partMany)}
	if !c.known {
		c.field = field.Field{Name: name}
	}
	for _, part := range []string{partValue, partUntil, partDays} {
		if in.Has(at + part) {
			c.in[part] = in.Text(at + part)
		}
		if in.Has(textOf(at + part)) {
			c.in[textOf(part)] = in.Text(textOf(at + part))
		}
	}
	return c
}

// asked turns a draft into what the domain checks and keeps. Names of records and users
// become their ids.
func (p *Pages) asked(ctx context.Context, as access.Actor, d viewDraft) (view.Draft, error) {
	out := view.Draft{Name: d.name, Shared: d.shared, Columns: d.columns, Sort: d.sort, Desc: d.desc, Criteria: query.Criteria{Any: d.any}}
	bad := fault.Invalid("crm.view.invalid")
	for i, c := range d.criteria {
		one := query.Criterion{Field: c.field.Name, Op: c.op}
		switch c.op.Takes() {
		case query.OneValue, query.Two:
			one.Values = []string{c.in[partValue]}
			if pointing(c.field) {
				f := c.field
				f.Name = partValue
				v, ok, err := p.pointed(ctx, as, f, c.in)
				if err != nil {
					return out, err
				}
				if !ok {
					bad.Field(query.At(i), "crm.field.lookup")
				}
				one.Values = []string{f.Format(v)}
			}
			if c.op.Takes() == query.Two {
				one.Values = append(one.Values, c.in[partUntil])
			}
		case query.Days:
			one.Values = []string{c.in[partDays]}
		case query.Many:
			one.Values = c.many
		}
		out.Criteria.List = append(out.Criteria.List, one)
	}
	return out, bad.OrNil()
}

// viewDraftOf fills the form from a view.
func (p *Pages) viewDraftOf(ctx context.Context, as access.Actor, m *schema.Module, v view.Draft) (viewDraft, error) {
	d := viewDraft{name: v.Name, sort: v.Sort, desc: v.Desc, shared: v.Shared, any: v.Criteria.Any, columns: v.Columns}
	names, err := p.criteriaNames(ctx, as, m, v.Criteria.List)
	if err != nil {
		return d, err
	}
	for _, one := range v.Criteria.List {
		f, ok := m.Field(one.Field)
		c := criterionDraft{field: f, known: ok && query.Sees(as, f), op: one.Op, in: draft{}}
		if !c.known {
			c.field = field.Field{Name: one.Field}
		}
		switch one.Op.Takes() {
		case query.Two:
			c.in[partValue], c.in[partUntil] = one.Values[0], one.Values[1]
		case query.OneValue:
			c.in[partValue] = one.Values[0]
			if n, err := id.Parse(one.Values[0]); err == nil && pointing(f) {
				c.in[textOf(partValue)] = names[n]
			}
		case query.Days:
			c.in[partDays] = one.Values[0]
		case query.Many:
			c.many = one.Values
		}
		d.criteria = append(d.criteria, c)
	}
	return d, nil
}

// criteriaNames gathers the names of the records and users that criteria are about.
func (p *Pages) criteriaNames(ctx context.Context, as access.Actor, m *schema.Module, list []query.Criterion) (map[id.ID]string, error) {
	users, records := []id.ID{}, map[string][]id.ID{}
	for _, c := range list {
		f, ok := m.Field(c.Field)
		if !ok || !pointing(f) || !query.Sees(as, f) {
			continue
		}
		for _, text := range c.Values {
			n, err := id.Parse(text)
			switch {
			case err != nil:
			case f.Type == field.User:
				users = append(users, n)
			default:
				records[f.Module] = append(records[f.Module], n)
			}
		}
	}
	out, err := p.access.UserNames(ctx, as, users)
	if err != nil {
		return nil, err
	}
	if out == nil {
		out = map[id.ID]string{}
	}
	for module, ids := range records {
		found, err := p.records.Names(ctx, as, module, ids)
		if err != nil {
			return nil, err
		}
		for n, name := range found {
			out[n] = name
		}
	}
	return out, nil
}

// criteriaText says in words what a view asks for.
func criteriaText(ctx context.Context, as access.Actor, m *schema.Module, c query.Criteria, names map[id.ID]string) string {
	var parts []string
	for _, one := range c.List {
		f, ok := m.Field(one.Field)
		if !ok || !query.Sees(as, f) {
			parts = append(parts, locale.T(ctx, "crmpages.hidden"))
			continue
		}
		var values []string
		for _, text := range one.Values {
			if one.Op.Takes() == query.Days {
				values = append(values, text)
				continue
			}
			v, _ := query.Operand(f).Parse(text)
			values = append(values, words(ctx, as, query.Operand(f), v, names))
		}
		key := "crmpages.view.said"
		if len(values) == 0 {
			key = "crmpages.view.said_alone"
		}
		parts = append(parts, locale.T(ctx, key, locale.Args{"Field": locale.T(ctx, f.Label), "Operator": locale.T(ctx, one.Op.Label(f.Type)),
			"Values": strings.Join(values, locale.T(ctx, "crmpages.view.comma"))}))
	}
	if c.Any {
		return strings.Join(parts, locale.T(ctx, "crmpages.view.or"))
	}
	return strings.Join(parts, locale.T(ctx, "crmpages.view.and"))
}

func columnsText(ctx context.Context, m *schema.Module, columns []string) string {
	var out []string
	for _, name := range columns {
		if f, ok := m.Field(name); ok {
			out = append(out, locale.T(ctx, f.Label))
		}
	}
	return strings.Join(out, locale.T(ctx, "crmpages.view.comma"))
}

func orderText(ctx context.Context, m *schema.Module, d view.Draft) string {
	by := d.Sort
	if by == "" {
		by = m.DefaultSort
	}
	f, _ := m.Field(by)
	if d.Desc {
		return locale.T(ctx, f.Label) + " ↓"
	}
	return locale.T(ctx, f.Label) + " ↑"
}
