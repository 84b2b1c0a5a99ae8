package work

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

// The kinds of fields a portal may add to its projects. Labels: "work.field.<kind>".
const (
	FieldText   = "text"
	FieldLong   = "long_text"
	FieldNumber = "number"
	FieldDate   = "date"
	FieldChoice = "choice"
	FieldCheck  = "check"
)

// FieldKinds lists the kinds; the first is the default.
func FieldKinds() []string {
	return []string{FieldText, FieldLong, FieldNumber, FieldDate, FieldChoice, FieldCheck}
}

// Limits of a portal's own fields.
const (
	MaxFields  = 50
	MaxOptions = 100
	maxLong    = 10_000 // characters
)

func init() { locale.Dynamic("work.field.") }

// Field is a field a portal adds to its projects. Its kind stays as it was made.
type Field struct {
	ID       id.ID
	Name     string
	Kind     string
	Options  []string // of a choice
	Required bool
	Version  int64
}

// Fields lists the portal's own fields in the order they were made. Client users see
// none.
func (s *Service) Fields(ctx context.Context, as portal.Member) ([]Field, error) {
	if err := as.RequireKnown(); err != nil || as.Client() {
		return nil, err
	}
	return listFields(ctx, s.db, as.Portal())
}

// SaveField adds a field, or changes name, options and whether it is required at the
// version shown. Values that are no option any more stay where they are.
func (s *Service) SaveField(ctx context.Context, as portal.Member, in Field) (Field, error) {
	if err := as.Require(portal.ActSettings); err != nil {
		return Field{}, err
	}
	in.Name, in.Options = line(in.Name), optionsOf(in.Options)
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := listFields(ctx, tx, as.Portal())
		if err != nil {
			return err
		}
		if in.ID == 0 {
			if err := in.check(); err != nil {
				return err
			}
			if len(all) >= MaxFields {
				return fault.Conflict("work.fault.too_many_fields").With("Max", MaxFields)
			}
			in.ID, in.Version = tx.NewID(), 1
			return insertField(ctx, tx, as.Portal(), in)
		}
		at := slices.IndexFunc(all, func(f Field) bool { return f.ID == in.ID })
		if at < 0 {
			return notFound()
		}
		in.Kind = all[at].Kind
		if err := in.check(); err != nil {
			return err
		}
		n, err := updateField(ctx, tx, as.Portal(), in)
		if err == nil && n == 0 {
			err = stale()
		}
		in.Version++
		return err
	})
	if store.IsDuplicate(err) {
		err = fault.Conflict("work.fault.field_exists").Field("name", "work.fault.field_exists")
	}
	return in, err
}

// DeleteField takes a field away from all projects.
func (s *Service) DeleteField(ctx context.Context, as portal.Member, field id.ID) error {
	if err := as.Require(portal.ActSettings); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := deleteField(ctx, tx, as.Portal(), field)
		if err == nil && n == 0 {
			err = notFound()
		}
		return err
	})
}

func (f Field) check() error {
	c := newCheck()
	c.name("name", f.Name, 100)
	if !slices.Contains(FieldKinds(), f.Kind) {
		c.bad("kind", "work.fault.choice")
	}
	if f.Kind == FieldChoice && len(f.Options) == 0 {
		c.bad("options", "work.fault.options")
	}
	if len(f.Options) > MaxOptions {
		c.bad("options", "work.fault.too_many_options")
	}
	for _, o := range f.Options {
		c.length("options", o, 100)
	}
	return c.ok()
}

// optionsOf gives the words once each, without empty ones.
func optionsOf(list []string) []string {
	var out []string
	for _, o := range list {
		if o = line(o); o != "" && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// customOf gives what a project holds in the fields there are.
func customOf(fields []Field, held map[id.ID]string) []CustomValue {
	out := make([]CustomValue, len(fields))
	for i, f := range fields {
		out[i] = CustomValue{f, held[f.ID]}
	}
	return out
}

// CustomValue is what a project holds in one of the portal's own fields.
type CustomValue struct {
	Field Field
	Value string
}

// custom checks values of the portal's own fields and gives them as they are kept.
// before is what the project holds already, nil for a new one, which must fill in what
// is required.
func (c *check) custom(fields []Field, before, in map[id.ID]string) map[id.ID]string {
	out := map[id.ID]string{}
	for _, f := range fields {
		v, given := in[f.ID]
		if !given {
			v = before[f.ID]
		} else if v != before[f.ID] || before == nil {
			v = c.value(f, v)
		}
		if v == "" && f.Required && (given || before == nil) {
			c.f.Field(f.key(), "work.fault.required_field", fault.Args{"Name": f.Name})
		}
		if v != "" {
			out[f.ID] = v
		}
	}
	return out
}

// key is the name a fault gives the field.
func (f Field) key() string { return "custom." + f.ID.String() }

var numberShape = regexp.MustCompile(`^-?\d{1,15}(\.\d{1,4})?$`)

func (c *check) value(f Field, v string) string {
	if f.Kind == FieldLong {
		v = strings.TrimSpace(text(v))
	} else {
		v = line(v)
	}
	if v == "" {
		return ""
	}
	switch f.Kind {
	case FieldText:
		c.length(f.key(), v, MaxText)
	case FieldLong:
		c.length(f.key(), v, maxLong)
	case FieldDate:
		c.day(f.key(), v)
	case FieldNumber:
		v = strings.ReplaceAll(v, ",", "")
		if !numberShape.MatchString(v) {
			c.bad(f.key(), "work.fault.number")
		}
	case FieldChoice:
		if !slices.Contains(f.Options, v) {
			c.bad(f.key(), "work.fault.choice")
		}
	case FieldCheck:
		v = "true"
	}
	return v
}
