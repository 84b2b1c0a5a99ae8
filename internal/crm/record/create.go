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
	if _, err := s.forCreate(as, module); err != nil {
		return Record{}, err
	}
	var out Record
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		made, problems, err := s.CreateMany(ctx, tx, as, module, []map[string]any{in})
		if err == nil {
			out, err = made[0], problems[0]
		}
		return err
	})
	if err != nil {
		return Record{}, err
	}
	return out, nil
}

// CreateMany makes records of one module in the caller's transaction, each with the
// checks of Create, in a few statements for all of them. What is wrong with a row is
// its problem and stops no other. Reserve ids for a large batch before.
func (s *Service) CreateMany(ctx context.Context, tx *store.Tx, as access.Actor, module string, rows []map[string]any) ([]Record, []error, error) {
	m, err := s.forCreate(as, module)
	if err != nil {
		return nil, nil, err
	}
	values, problems := make([]Values, len(rows)), make([]error, len(rows))
	for i, row := range rows {
		if values[i], problems[i] = parse(m, row); problems[i] != nil {
			continue
		}
		if _, given := values[i]["Owner"].(id.ID); !given && as.User() != 0 {
			values[i]["Owner"] = as.User()
		}
		problems[i] = required(m, values[i])
	}
	if err := s.checkLookups(ctx, tx, as, m, values, nil, problems); err != nil {
		return nil, nil, err
	}
	out, err := s.createIn(ctx, tx, as, m, values, problems)
	return out, problems, err
}

// forCreate gives the module a badge may create records in.
func (s *Service) forCreate(as access.Actor, module string) (*schema.Module, error) {
	m, err := s.Module(as, module)
	if err != nil {
		return nil, err
	}
	return m, as.Require(module, access.Create)
}

// createIn stores the values that have no problem and tells the hooks.
func (s *Service) createIn(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, values []Values, problems []error) ([]Record, error) {
	out := make([]Record, len(values))
	var good []*Record
	now := store.Micros(tx.Now())
	for i, v := range values {
		if problems[i] != nil {
			continue
		}
		v["Created_By"], v["Modified_By"] = user(as), user(as)
		v["Created_Time"], v["Modified_Time"] = now, now
		out[i] = Record{ID: tx.NewID(), Module: m.Name, Version: 1, Values: v}
		good = append(good, &out[i])
	}
	if err := insert(ctx, tx, as, m, good); err != nil {
		return nil, err
	}
	made := make([]Record, len(good))
	for i, r := range good {
		made[i] = *r
	}
	for _, h := range s.hooks {
		if h.AfterCreate == nil || len(made) == 0 {
			continue
		}
		if err := h.AfterCreate(ctx, tx, as.Org(), made); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// user is who acts as the value of a field: nobody for the system.
func user(as access.Actor) any {
	if as.User() == 0 {
		return nil
	}
	return as.User()
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
		// A record without an owner would be nobody's to see.
		if (f.Required || f.Name == "Owner") && v[f.Name] == nil {
			bad.Field(f.Name, "crm.field.required")
		}
	}
	return bad.OrNil()
}

// checkLookups refuses look-ups to records that do not exist or that the badge may
// not see, and owners who left, with one query for each module looked up; what stood
// there before may stay. A row's problem is set in problems.
func (s *Service) checkLookups(ctx context.Context, q store.Querier, as access.Actor, m *schema.Module, rows []Values, before Values, problems []error) error {
	asked := map[string][]id.ID{} // by module, "" for users
	each := func(see func(row int, f field.Field, n id.ID)) {
		for i, v := range rows {
			if problems[i] != nil {
				continue
			}
			for _, f := range m.Fields {
				n, ok := v[f.Name].(id.ID)
				if ok && n != 0 && !f.ReadOnly && (before == nil || before[f.Name] != v[f.Name]) {
					see(i, f, n)
				}
			}
		}
	}
	each(func(_ int, f field.Field, n id.ID) { asked[f.Module] = append(asked[f.Module], n) })
	found := map[string]map[id.ID]bool{}
	for module, ids := range asked {
		var err error
		if module == "" {
			found[module], err = s.access.Assignable(ctx, q, as, ids)
		} else {
			found[module], err = s.seen(ctx, q, as, module, ids)
		}
		if err != nil {
			return err
		}
	}
	bad := map[int]*fault.Error{}
	each(func(row int, f field.Field, n id.ID) {
		if found[f.Module][n] {
			return
		}
		if bad[row] == nil {
			bad[row] = fault.Invalid("crm.fault.invalid")
		}
		bad[row].Field(f.Name, "crm.field.lookup")
	})
	for row, problem := range bad {
		problems[row] = problem
	}
	return nil
}
