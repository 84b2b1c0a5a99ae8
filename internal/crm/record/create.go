package record

import (
	"context"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// Create makes a record. Without an owner the acting user owns it. What is wrong with
// the values comes back as one invalid fault that names every field.
func (s *Service) Create(ctx context.Context, as access.Actor, module string, in map[string]any) (Record, error) {
	m, err := s.Module(as, module)
	if err != nil {
		return Record{}, err
	}
	if err := as.Require(module, access.Create); err != nil {
		return Record{}, err
	}
	values, err := parse(m, in)
	if err != nil {
		return Record{}, err
	}
	var out Record
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = s.createIn(ctx, tx, as, m, values)
		return err
	})
	return out, err
}

// createIn is Create inside a transaction, for values that were parsed.
func (s *Service) createIn(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, values Values) (Record, error) {
	if _, given := values["Owner"].(id.ID); !given && as.User() != 0 {
		values["Owner"] = as.User()
	}
	if err := required(m, values); err != nil {
		return Record{}, err
	}
	if err := s.checkLookups(ctx, tx, as, m, values, nil); err != nil {
		return Record{}, err
	}
	r := Record{ID: tx.NewID(), Module: m.Name, Version: 1, Values: values}
	now := store.Micros(tx.Now())
	values["Created_By"], values["Modified_By"] = as.User(), as.User()
	values["Created_Time"], values["Modified_Time"] = now, now
	if err := insert(ctx, tx, as.Org(), m, &r); err != nil {
		return Record{}, err
	}
	if err := timeline(ctx, tx, as, r.ID, ActCreated, nil); err != nil {
		return Record{}, err
	}
	for _, h := range s.hooks {
		if h.AfterCreate != nil {
			if err := h.AfterCreate(ctx, tx, as.Org(), m.Name, r.ID); err != nil {
				return Record{}, err
			}
		}
	}
	return r, nil
}

// parse turns what came into typed values. Unknown and read-only names are refused,
// since silently dropping them would look like success.
func parse(m *schema.Module, in map[string]any) (Values, error) {
	bad := fault.Invalid("crm.fault.invalid")
	out := Values{}
	names := make([]string, 0, len(in))
	for name := range in {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f, ok := m.Field(name)
		switch {
		case !ok:
			bad.Field(name, "crm.field.unknown")
			continue
		case f.ReadOnly:
			bad.Field(name, "crm.field.read_only")
			continue
		}
		v, problem := f.Check(in[name])
		if problem != nil {
			bad.Fields = append(bad.Fields, *problem)
			continue
		}
		out[name] = v
	}
	return out, bad.OrNil()
}

func required(m *schema.Module, v Values) error {
	bad := fault.Invalid("crm.fault.invalid")
	for _, f := range m.Fields {
		if f.Required && v[f.Name] == nil {
			bad.Field(f.Name, "crm.field.required")
		}
	}
	return bad.OrNil()
}

// checkLookups refuses look-ups to records that do not exist or that the badge may
// not see; what stood there before may stay.
func (s *Service) checkLookups(ctx context.Context, q store.Querier, as access.Actor, m *schema.Module, v, before Values) error {
	bad := fault.Invalid("crm.fault.invalid")
	for _, f := range m.Fields {
		n, ok := v[f.Name].(id.ID)
		if !ok || n == 0 || f.ReadOnly || before != nil && before[f.Name] == v[f.Name] {
			continue
		}
		var found bool
		var err error
		switch f.Type {
		case field.User:
			found, err = s.access.IsUser(ctx, q, as, n)
		case field.Lookup:
			found, err = s.visible(ctx, q, as, f.Module, n)
		}
		if err != nil {
			return err
		}
		if !found {
			bad.Field(f.Name, "crm.field.lookup")
		}
	}
	return bad.OrNil()
}
