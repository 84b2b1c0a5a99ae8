package record

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// ChangeIn is UpdateIn that gives what changed in the room's own words, with which
// RevertIn takes it back; empty when nothing did.
func (s *Service) ChangeIn(ctx context.Context, tx *store.Tx, as access.Actor, module string, record id.ID, version int64, in map[string]any) (Record, string, error) {
	before, after, err := s.changeIn(ctx, tx, as, module, record, version, in)
	if err != nil || before.Version == after.Version {
		return after, "", err
	}
	m, _ := s.modules.Module(module)
	var list []Change
	for _, f := range m.Fields {
		if !f.ReadOnly && before.Values[f.Name] != after.Values[f.Name] {
			list = append(list, Change{Field: f.Name, From: before.Values[f.Name], To: after.Values[f.Name]})
		}
	}
	words, err := writeChanges(list)
	return after, words, err
}

// RevertIn gives a record the values back it had before a change. When one of them is
// no longer what the change made of it somebody worked on it since: then all stay, and
// the conflict names the fields.
func (s *Service) RevertIn(ctx context.Context, tx *store.Tx, as access.Actor, module string, record id.ID, words string) error {
	m, err := s.Module(as, module)
	if err != nil {
		return err
	}
	scope, err := s.access.Scope(ctx, as, module, access.Edit)
	if err != nil {
		return err
	}
	list, _, err := readChanges(m, words)
	if err != nil {
		return err
	}
	now, err := s.locked(ctx, tx, as, m, scope, record, "crm.fault.no_edit")
	if err != nil {
		return err
	}
	changed := fault.Conflict("crm.fault.changed_since")
	back := Values{}
	for _, c := range list {
		if now.Values[c.Field] != c.To {
			changed.Field(c.Field, "crm.fault.changed_since")
		}
		back[c.Field] = c.From
	}
	if err := changed.OrNil(); err != nil {
		return err
	}
	_, err = s.updateIn(ctx, tx, as, now, back)
	return err
}

// DeleteMany moves records of a module to the bin in the caller's transaction, with the
// checks of Delete. What is wrong with one is its problem and stops no other.
func (s *Service) DeleteMany(ctx context.Context, tx *store.Tx, as access.Actor, module string, records []id.ID) (map[id.ID]error, error) {
	m, err := s.Module(as, module)
	if err != nil {
		return nil, err
	}
	scope, err := s.access.Scope(ctx, as, module, access.Delete)
	if err != nil {
		return nil, err
	}
	mine, err := lockMany(ctx, tx, m, scope, records)
	if err != nil {
		return nil, err
	}
	problems, err := s.refusals(ctx, tx, as, module, records, mine)
	if err != nil || len(mine) == 0 {
		return problems, err
	}
	return problems, s.binIn(ctx, tx, as, m, mine)
}

// refusals says of the records that are not among mine why: those that are seen may
// not be deleted, the others are not there.
func (s *Service) refusals(ctx context.Context, tx *store.Tx, as access.Actor, module string, records, mine []id.ID) (map[id.ID]error, error) {
	out := map[id.ID]error{}
	if len(mine) == len(records) {
		return out, nil
	}
	seen, err := s.seen(ctx, tx, as, module, records)
	if err != nil {
		return nil, err
	}
	for _, n := range records {
		if out[n] = gone(); seen[n] {
			out[n] = fault.Forbidden("crm.fault.no_delete").WithCode("no_right")
		}
	}
	for _, n := range mine {
		delete(out, n)
	}
	return out, nil
}
