package record

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// Update changes the values that are named; nil clears one. A version other than the
// present one is a stale fault: Get then gives what the other person saved.
func (s *Service) Update(ctx context.Context, as access.Actor, module string, record id.ID, version int64, in map[string]any) (Record, error) {
	if _, err := s.Module(as, module); err != nil {
		return Record{}, err
	}
	if version == AnyVersion {
		return Record{}, stale()
	}
	var out Record
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, _, err = s.UpdateIn(ctx, tx, as, module, record, version, in)
		return err
	})
	return out, err
}

// AnyVersion is for those who know no version of a record: a file.
const AnyVersion = -1

// UpdateIn is Update in the caller's transaction, at the version or at AnyVersion. It
// gives the record as it is afterwards, and says whether anything changed.
func (s *Service) UpdateIn(ctx context.Context, tx *store.Tx, as access.Actor, module string, record id.ID, version int64, in map[string]any) (Record, bool, error) {
	before, after, err := s.changeIn(ctx, tx, as, module, record, version, in)
	return after, err == nil && after.Version != before.Version, err
}

// changeIn is UpdateIn that gives the record as it was before, too.
func (s *Service) changeIn(ctx context.Context, tx *store.Tx, as access.Actor, module string, record id.ID, version int64, in map[string]any) (before, after Record, err error) {
	m, err := s.Module(as, module)
	if err != nil {
		return Record{}, Record{}, err
	}
	scope, err := s.access.Scope(ctx, as, module, access.Edit)
	if err != nil {
		return Record{}, Record{}, err
	}
	change, err := parse(m, in)
	if err != nil {
		return Record{}, Record{}, err
	}
	if before, err = s.locked(ctx, tx, as, m, scope, record, "crm.fault.no_edit"); err != nil {
		return Record{}, Record{}, err
	}
	if version != AnyVersion && before.Version != version {
		return Record{}, Record{}, stale()
	}
	after, err = s.updateIn(ctx, tx, as, before, change)
	return before, after, err
}

func (s *Service) updateIn(ctx context.Context, tx *store.Tx, as access.Actor, before Record, change Values) (Record, error) {
	m, _ := s.modules.Module(before.Module)
	after := before
	after.Values = Values{}
	for k, v := range before.Values {
		after.Values[k] = v
	}
	for name, v := range change {
		after.Values[name] = v
		for _, follower := range m.Follows[name] {
			if _, given := change[follower]; !given && before.Values[name] != v {
				delete(after.Values, follower)
			}
		}
	}
	changed := changes(m, change, before.Values, after.Values)
	if len(changed) == 0 {
		return before, nil
	}
	if err := required(m, after.Values); err != nil {
		return Record{}, err
	}
	problems := make([]error, 1)
	if err := s.checkLookups(ctx, tx, as, m, []Values{after.Values}, before.Values, problems); err != nil {
		return Record{}, err
	}
	if problems[0] != nil {
		return Record{}, problems[0]
	}
	if err := notAbove(ctx, tx, as.Org(), m, before.ID, after.Values); err != nil {
		return Record{}, err
	}
	after.Values["Modified_By"], after.Values["Modified_Time"] = user(as), store.Micros(tx.Now())
	after.Version++
	if err := update(ctx, tx, as.Org(), m, before, &after); err != nil {
		return Record{}, err
	}
	if err := timeline(ctx, tx, as, before.ID, ActUpdated, changed); err != nil {
		return Record{}, err
	}
	for _, h := range s.hooks {
		if h.AfterUpdate != nil {
			if err := h.AfterUpdate(ctx, tx, as.Org(), before, after); err != nil {
				return Record{}, err
			}
		}
	}
	return after, nil
}

// locked gives the record and holds its row. One the badge does not see is not found;
// one it sees outside the scope is refused with the key.
func (s *Service) locked(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, scope access.Scope, record id.ID, refusal string) (Record, error) {
	r, err := get(ctx, tx, m, scope, record, true)
	if !missing(err) {
		return r, err
	}
	if ok, err := s.visible(ctx, tx, as, m.Name, record); err != nil || !ok {
		return Record{}, orGone(err)
	}
	return Record{}, fault.Forbidden(refusal).WithCode("no_right")
}

// Delete moves a record to the bin.
func (s *Service) Delete(ctx context.Context, as access.Actor, module string, record id.ID) error {
	m, err := s.Module(as, module)
	if err != nil {
		return err
	}
	scope, err := s.access.Scope(ctx, as, module, access.Delete)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := s.locked(ctx, tx, as, m, scope, record, "crm.fault.no_delete"); err != nil {
			return err
		}
		done, err := s.deleteIn(ctx, tx, as, m, record)
		if err == nil && !done {
			err = gone()
		}
		return err
	})
}

// Restore takes a record out of the bin.
func (s *Service) Restore(ctx context.Context, as access.Actor, module string, record id.ID) error {
	m, err := s.Module(as, module)
	if err != nil {
		return err
	}
	scope, err := s.access.Scope(ctx, as, module, access.Delete)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if ok, err := inBin(ctx, tx, scope, module, record); err != nil || !ok {
			return orGone(err)
		}
		if done, err := setDeleted(ctx, tx, as, m, record, false); err != nil || !done {
			return orGone(err)
		}
		for _, h := range s.hooks {
			if h.AfterRestore != nil {
				if err := h.AfterRestore(ctx, tx, as.Org(), module, record); err != nil {
					return err
				}
			}
		}
		return timeline(ctx, tx, as, record, ActRestored, nil)
	})
}

func orGone(err error) error {
	if err != nil {
		return err
	}
	return gone()
}

// selfLookups lists the look-ups of a module to itself: parents.
func selfLookups(fields []field.Field, module string) []field.Field {
	var out []field.Field
	for _, f := range fields {
		if f.Type == field.Lookup && f.Module == module {
			out = append(out, f)
		}
	}
	return out
}
