package integration

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/store"
)

// The standard fields of a project that a record may fill. The portal's own fields are
// targets too, as TargetCustom with their id.
const (
	TargetName     = "name"
	TargetOverview = "overview"
	TargetStart    = "start_date"
	TargetEnd      = "end_date"
	TargetCustom   = "custom."
)

// What a project tells of itself and no record can fill: it only goes to the record.
const (
	SourceStatus  = "status"
	SourcePercent = "percent"
	SourceNext    = "next_milestone"
	SourceNextDay = "next_milestone_day"
)

// How a mapped field goes on after the project was made of its record.
const (
	FlowOnce      = "once"       // copied then, and never again
	FlowToProject = "to_project" // what changes in the record changes in the project
	FlowToCRM     = "to_crm"     // and the other way
	FlowBoth      = "both"
)

// Flows lists how a mapped field may go on, the default first.
func Flows() []string { return []string{FlowOnce, FlowToProject, FlowToCRM, FlowBoth} }

// MappingChoice is the field of a record that belongs to one of its project, and how
// it goes on.
type MappingChoice struct {
	Field string
	Flow  string
}

func (c MappingChoice) live() bool { return c.Field != "" && c.Flow != FlowOnce }

// MappingTarget is a field of projects with the fields of a module that fit it. A
// portal's own field has its Name. Told is what a project only tells.
type MappingTarget struct {
	Target string
	Kind   string // a gate.Field kind
	Name   string
	Fields []RuleField
	Told   bool
	MappingChoice
}

// MappingForm is one module's mapping. Shown says whether its records show their
// projects.
type MappingForm struct {
	Module  string
	Shown   bool
	Targets []MappingTarget
}

// MappingModules lists the modules whose records become projects.
func MappingModules() []string {
	return []string{access.TabDeals, access.TabAccounts, access.TabContacts}
}

// fits says whether a field of the CRM can fill a field of a kind.
func fits(kind string, f field.Field) bool {
	switch kind {
	case gate.FieldLong:
		return true
	case gate.FieldText:
		return f.Type != field.LongText
	case gate.FieldNumber:
		return f.Type == field.Integer || f.Type == field.Currency || f.Type == field.Percent
	case gate.FieldDate:
		return f.Type == field.Date || f.Type == field.DateTime
	case gate.FieldChoice:
		return f.Type == field.Picklist || f.Type == field.Text
	case gate.FieldCheck:
		return f.Type == field.Boolean
	}
	return false
}

// takes says whether a field of the CRM can hold what a project's field of a kind says.
func takes(kind string, f field.Field) bool {
	if f.ReadOnly {
		return false
	}
	switch kind {
	case gate.FieldLong:
		return f.Type == field.LongText
	case gate.FieldText:
		return f.Type == field.Text || f.Type == field.LongText
	case gate.FieldDate:
		return f.Type == field.Date
	}
	return fits(kind, f)
}

// targets lists the fields of projects there are, and then what they tell of themselves.
func targets(own []gate.Field) []MappingTarget {
	out := []MappingTarget{{Target: TargetName, Kind: gate.FieldText}, {Target: TargetOverview, Kind: gate.FieldLong},
		{Target: TargetStart, Kind: gate.FieldDate}, {Target: TargetEnd, Kind: gate.FieldDate}}
	for _, f := range own {
		out = append(out, MappingTarget{Target: TargetCustom + f.ID.String(), Kind: f.Kind, Name: f.Name})
	}
	return append(out, MappingTarget{Target: SourceStatus, Kind: gate.FieldText, Told: true}, MappingTarget{Target: SourcePercent, Kind: gate.FieldNumber, Told: true},
		MappingTarget{Target: SourceNext, Kind: gate.FieldText, Told: true}, MappingTarget{Target: SourceNextDay, Kind: gate.FieldDate, Told: true})
}

// Mapping gives a module's mapping with what fits each field. Administrators only.
func (s *Service) Mapping(ctx context.Context, as access.Actor, module string) (MappingForm, error) {
	out := MappingForm{Module: module}
	l, m, err := s.mappingModule(ctx, as, module)
	if err != nil {
		return out, err
	}
	var own []gate.Field
	err = s.pageCall(ctx, l, func(ctx context.Context, g gate.Session) (err error) {
		own, err = g.Fields(ctx)
		return err
	})
	if err != nil {
		return out, err
	}
	chosen, err := mappingsOf(ctx, s.p.DB, l, module)
	if err != nil {
		return out, err
	}
	out.Shown, out.Targets = l.shows(module), targets(own)
	for i, t := range out.Targets {
		fit := fits
		if t.Told {
			fit = takes
		}
		out.Targets[i].Fields = fieldsOf(m, func(f field.Field) bool { return fit(t.Kind, f) })
		out.Targets[i].MappingChoice = chosen[t.Target]
	}
	return out, nil
}

func (s *Service) mappingModule(ctx context.Context, as access.Actor, module string) (link, *schema.Module, error) {
	l, err := s.adminLink(ctx, as)
	if err != nil {
		return l, nil, err
	}
	if !slices.Contains(MappingModules(), module) {
		return l, nil, fault.NotFound("integration.fault.no_record")
	}
	if err := l.works(s.p.DB.Now()); err != nil {
		return l, nil, err
	}
	m, err := s.p.Records.Module(as, module)
	return l, m, err
}

// SaveMapping replaces a module's mapping: by target the field that belongs to it. A
// field that does not fit, or cannot hold what would come, is a refusal. The records
// that have projects are brought together by jobs where a field is live.
func (s *Service) SaveMapping(ctx context.Context, as access.Actor, module string, in map[string]MappingChoice) error {
	form, err := s.Mapping(ctx, as, module)
	if err != nil {
		return err
	}
	m, err := s.p.Records.Module(as, module)
	if err != nil {
		return err
	}
	bad := fault.Invalid("integration.mapping.invalid")
	keep := map[string]MappingChoice{}
	fed := map[string]bool{} // fields of the record a project writes
	for _, t := range form.Targets {
		c := in[t.Target]
		if c.Field == "" {
			continue
		}
		if t.Told {
			c.Flow = FlowToCRM
		}
		if c.Flow == "" {
			c.Flow = FlowOnce
		}
		f, _ := m.Field(c.Field)
		back := c.Flow == FlowToCRM || c.Flow == FlowBoth
		switch {
		case !slices.ContainsFunc(t.Fields, func(f RuleField) bool { return f.Name == c.Field }):
			bad.Field("map."+t.Target, "integration.mapping.type")
		case !slices.Contains(Flows(), c.Flow):
			bad.Field("flow."+t.Target, "integration.mapping.flow_unknown")
		case back && !takes(t.Kind, f):
			bad.Field("flow."+t.Target, "integration.mapping.cannot_write")
		case back && fed[c.Field]:
			bad.Field("map."+t.Target, "integration.mapping.twice")
		default:
			keep[t.Target] = c
			fed[c.Field] = fed[c.Field] || back
		}
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	return s.p.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := lockLink(ctx, tx, as.Org())
		if err != nil {
			return err
		}
		if err := writeMappings(ctx, tx, l, module, keep); err != nil {
			return err
		}
		if err := s.mirrorModule(ctx, tx, l, module); err != nil {
			return err
		}
		return s.audit(ctx, tx, as, "integration.mapping_changed", module+": "+strings.Join(slices.Sorted(maps.Keys(keep)), ", "))
	})
}

// Prefill is what a record fills in of a project that is made of it.
type Prefill struct {
	Name      string
	Overview  string
	StartDate string
	EndDate   string
	Custom    map[id.ID]string
}

// prefill reads what the mapping takes from a record. The names of what it points at
// are those the badge sees.
func (s *Service) prefill(ctx context.Context, as access.Actor, l link, module string, of id.ID, own []gate.Field) (Prefill, error) {
	out := Prefill{Custom: map[id.ID]string{}}
	chosen, err := mappingsOf(ctx, s.p.DB, l, module)
	if err != nil || len(chosen) == 0 {
		return out, err
	}
	m, err := s.p.Records.Module(as, module)
	if err != nil {
		return out, err
	}
	rec, names, err := s.p.Records.Get(ctx, as, module, of)
	if err != nil {
		return out, err
	}
	values, err := s.recordValues(ctx, l, m, rec, names, own, chosen)
	if err != nil {
		return out, err
	}
	for target, v := range values {
		if chosen[target].Flow == FlowToCRM {
			continue
		}
		switch target {
		case TargetName:
			out.Name = v
		case TargetOverview:
			out.Overview = v
		case TargetStart:
			out.StartDate = v
		case TargetEnd:
			out.EndDate = v
		default:
			if n, err := id.Parse(strings.TrimPrefix(target, TargetCustom)); err == nil && v != "" {
				out.Custom[n] = v
			}
		}
	}
	return out, nil
}

// recordValues writes what a record holds in its mapped fields as projects take it, by
// target.
func (s *Service) recordValues(ctx context.Context, l link, m *schema.Module, rec record.Record, names map[id.ID]string, own []gate.Field, chosen map[string]MappingChoice) (map[string]string, error) {
	org, err := s.p.Access.Organisation(ctx, s.system(l.Org))
	if err != nil {
		return nil, err
	}
	words, out := locale.For(org.Locale, org.TimeZone), map[string]string{}
	for _, t := range targets(own) {
		f, ok := m.Field(chosen[t.Target].Field)
		if !ok || !fits(t.Kind, f) {
			continue
		}
		v := mapped(f, rec, names, words, org.TimeZone)
		if t.Kind == gate.FieldChoice {
			at := slices.IndexFunc(own, func(f gate.Field) bool { return TargetCustom+f.ID.String() == t.Target })
			v = choice(own[at].Options, v, rec.Values.Text(f.Name))
		}
		out[t.Target] = v
	}
	return out, nil
}

// choice gives the option that a value or its label names; none where there is none.
func choice(options []string, words ...string) string {
	for _, w := range words {
		if i := slices.IndexFunc(options, func(o string) bool { return strings.EqualFold(o, w) }); i >= 0 {
			return options[i]
		}
	}
	return ""
}

// mapped writes a value as a project's field takes it.
func mapped(f field.Field, rec record.Record, names map[id.ID]string, words *locale.Localizer, zone string) string {
	switch v := rec.Values[f.Name].(type) {
	case string:
		if f.Type == field.Picklist {
			return words.T(schema.OptionKey(v))
		}
	case id.ID:
		return names[v]
	case bool:
		if !v {
			return ""
		}
	case int64:
		if f.Type == field.DateTime {
			return store.FromMicros(v).In(zoneOf(zone)).Format(time.DateOnly)
		}
	}
	return f.Format(rec.Values[f.Name])
}
