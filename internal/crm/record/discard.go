package record

import (
	"context"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/store"
)

// DiscardIn moves those of the records to the bin that are as they were made: never
// changed, without notes and files, and named by no other record. It says how many. System only.
func (s *Service) DiscardIn(ctx context.Context, tx *store.Tx, as access.Actor, module string, records []id.ID) (int, error) {
	if err := as.RequireSystem(); err != nil {
		return 0, err
	}
	m, err := s.Module(as, module)
	if err != nil || len(records) == 0 {
		return 0, err
	}
	free, err := untouched(ctx, tx, as.Org(), m, s.naming(module), records)
	if err != nil {
		return 0, err
	}
	if len(free) == 0 {
		return 0, nil
	}
	return len(free), s.binIn(ctx, tx, as, m, free)
}

// binIn moves records whose rows are held to the bin.
func (s *Service) binIn(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, records []id.ID) error {
	if err := binMany(ctx, tx, as, m, records); err != nil {
		return err
	}
	for _, h := range s.hooks {
		if h.AfterDelete == nil {
			continue
		}
		for _, n := range records {
			if err := h.AfterDelete(ctx, tx, as.Org(), m.Name, n); err != nil {
				return err
			}
		}
	}
	return timelines(ctx, tx, as, records, ActDeleted)
}

// naming lists table and column of every look-up to a module.
func (s *Service) naming(module string) [][2]string {
	var out [][2]string
	for _, m := range s.modules.All() {
		for _, f := range m.Fields {
			if f.Type == field.Lookup && f.Module == module {
				out = append(out, [2]string{m.Table, f.Column})
			}
		}
	}
	return out
}

// deleteIn moves a locked record to the bin; done is false when it is there already.
func (s *Service) deleteIn(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, record id.ID) (done bool, err error) {
	if done, err = setDeleted(ctx, tx, as, m, record, true); err != nil || !done {
		return done, err
	}
	for _, h := range s.hooks {
		if h.AfterDelete != nil {
			if err := h.AfterDelete(ctx, tx, as.Org(), m.Name, record); err != nil {
				return false, err
			}
		}
	}
	return true, timeline(ctx, tx, as, record, ActDeleted, nil)
}
