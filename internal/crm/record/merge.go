package record

import (
	"context"
	"slices"
	"strings"

	"musubi/internal/crm/access"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// MaxMerge is how many records one merge makes one of.
const MaxMerge = 3

// maxTwins bounds the records a merge offers.
const maxTwins = 20

// Merge asks to make one record of several. Others go into the Master. From names the
// record whose value a field keeps; the master's stays where it names none. Versions are
// those the page was read at.
type Merge struct {
	Master   id.ID
	Others   []id.ID
	From     map[string]id.ID
	Versions map[id.ID]int64
}

// Merging is a merge while it is carried out, before anything has changed.
type Merging struct {
	Module string
	Master Record
	Others []Record
}

// Comparison is records side by side, the master first, with the names of what they
// point at as in List.
type Comparison struct {
	Records []Record
	Names   map[id.ID]string
}

// merges gives a module whose records can be merged.
func (s *Service) merges(as access.Actor, module string) (*schema.Module, error) {
	m, err := s.Module(as, module)
	if err == nil && len(m.Twins) == 0 {
		err = fault.NotFound("crm.fault.no_merge")
	}
	return m, err
}

// Twins gives records that may be the same as one: those of the same name or address,
// or, where text is given, those that contain it.
func (s *Service) Twins(ctx context.Context, as access.Actor, module string, record id.ID, text string) (Comparison, error) {
	m, err := s.merges(as, module)
	if err != nil {
		return Comparison{}, err
	}
	if ok, err := s.visible(ctx, s.db, as, module, record); err != nil || !ok {
		return Comparison{}, orGone(err)
	}
	scope, err := s.access.Scope(ctx, as, module, access.View)
	if err != nil {
		return Comparison{}, err
	}
	var found []id.ID
	if searchable(text) {
		refs, err := s.find(ctx, as, m, text, maxTwins+1)
		if err != nil {
			return Comparison{}, err
		}
		for _, r := range refs {
			found = append(found, r.ID)
		}
	} else if found, err = twins(ctx, s.db, scope, m, record, maxTwins); err != nil {
		return Comparison{}, err
	}
	found = slices.DeleteFunc(found, func(n id.ID) bool { return n == record })
	return s.sideBySide(ctx, as, m, scope, found[:min(len(found), maxTwins)])
}

// sideBySide reads the records in the order given, those the scope has.
func (s *Service) sideBySide(ctx context.Context, as access.Actor, m *schema.Module, scope access.Scope, ids []id.ID) (out Comparison, err error) {
	if len(ids) == 0 {
		return out, nil
	}
	found, err := many(ctx, s.db, m, scope, ids)
	if err != nil {
		return out, err
	}
	for _, n := range ids {
		if r, ok := found[n]; ok {
			out.Records = append(out.Records, r)
		}
	}
	out.Names, err = s.names(ctx, as, m, out.Records)
	return out, err
}

// Compare gives the records of a merge side by side, and refuses one that would be
// refused.
func (s *Service) Compare(ctx context.Context, as access.Actor, module string, master id.ID, others []id.ID) (Comparison, error) {
	m, err := s.merges(as, module)
	if err == nil {
		err = mergeable(master, others)
	}
	if err != nil {
		return Comparison{}, err
	}
	for _, n := range append([]id.ID{master}, others...) {
		right, refusal := access.Delete, "crm.fault.no_merge_delete"
		if n == master {
			right, refusal = access.Edit, "crm.fault.no_edit"
		}
		if ok, err := s.visible(ctx, s.db, as, module, n); err != nil || !ok {
			return Comparison{}, orGone(err)
		}
		if ok, err := s.reaches(ctx, as, m, right, n); err != nil {
			return Comparison{}, err
		} else if !ok {
			return Comparison{}, fault.Forbidden(refusal).WithCode("no_right")
		}
	}
	if err := s.movable(ctx, s.db, as, m, others); err != nil {
		return Comparison{}, err
	}
	scope, err := s.access.Scope(ctx, as, module, access.View)
	if err != nil {
		return Comparison{}, err
	}
	out, err := s.sideBySide(ctx, as, m, scope, append([]id.ID{master}, others...))
	if err == nil && len(out.Records) != len(others)+1 {
		err = gone()
	}
	return out, err
}

// mergeable refuses too few or too many records, and one twice.
func mergeable(master id.ID, others []id.ID) error {
	all := slices.Sorted(slices.Values(append([]id.ID{master}, others...)))
	if n := len(slices.Compact(all)); n < 2 || n > MaxMerge || n != len(others)+1 {
		return fault.Invalid("crm.fault.merge_count").With("Max", MaxMerge)
	}
	return nil
}

// movable refuses a merge that would move more than one transaction can hold without
// making others wait: what belongs to the master stays where it is, so the large record
// has to be that.
func (s *Service) movable(ctx context.Context, q store.Querier, as access.Actor, m *schema.Module, others []id.ID) error {
	n, err := belongings(ctx, q, as.Org(), s.naming(m.Name), others, s.caps.merge+1)
	if err == nil && n > s.caps.merge {
		err = fault.Invalid("crm.fault.merge_large").With("Max", s.caps.merge).WithCode("merge_large")
	}
	return err
}

// Merge makes one record of several, which all must be as they were read: the master
// takes the chosen values and all that belongs to the others, whose old addresses lead
// to it. They cannot be restored, since what was theirs is the master's now. Asking for
// the same merge again changes nothing.
func (s *Service) Merge(ctx context.Context, as access.Actor, module string, in Merge) (Record, error) {
	m, err := s.merges(as, module)
	if err == nil {
		err = mergeable(in.Master, in.Others)
	}
	if err != nil {
		return Record{}, err
	}
	edit, err := s.access.Scope(ctx, as, module, access.Edit)
	if err != nil {
		return Record{}, err
	}
	remove, err := s.access.Scope(ctx, as, module, access.Delete)
	if err != nil {
		return Record{}, err
	}
	var out Record
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		locked, err := s.lockAll(ctx, tx, as, m, in, edit, remove)
		if fault.Is(err, fault.KindNotFound) {
			if out, err = s.mergedBefore(ctx, tx, as, m, in, edit, err); err == nil {
				return nil
			}
		}
		if err != nil {
			return err
		}
		all := Merging{Module: module, Master: locked[in.Master]}
		for _, n := range in.Others {
			all.Others = append(all.Others, locked[n])
		}
		if err := s.movable(ctx, tx, as, m, in.Others); err != nil {
			return err
		}
		out, err = s.mergeIn(ctx, tx, as, m, all, in)
		return err
	})
	return out, err
}

// lockAll holds the rows of a merge, always in one order, and compares their versions.
func (s *Service) lockAll(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, in Merge, edit, remove access.Scope) (map[id.ID]Record, error) {
	out := map[id.ID]Record{}
	for _, n := range slices.Sorted(slices.Values(append([]id.ID{in.Master}, in.Others...))) {
		scope, refusal := remove, "crm.fault.no_merge_delete"
		if n == in.Master {
			scope, refusal = edit, "crm.fault.no_edit"
		}
		r, err := s.locked(ctx, tx, as, m, scope, n, refusal)
		if err != nil {
			return nil, err
		}
		out[n] = r
	}
	for n, r := range out {
		if in.Versions[n] != r.Version {
			return nil, stale()
		}
	}
	return out, nil
}

// mergedBefore gives the master when every other record went into it already, else err.
func (s *Service) mergedBefore(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, in Merge, edit access.Scope, err error) (Record, error) {
	went, failed := mergedInto(ctx, tx, as.Org(), in.Others)
	if failed != nil {
		return Record{}, failed
	}
	for _, n := range in.Others {
		if went[n] != in.Master {
			return Record{}, err
		}
	}
	r, failed := get(ctx, tx, m, edit, in.Master, false)
	if missing(failed) {
		return r, err
	}
	return r, failed
}

func (s *Service) mergeIn(ctx context.Context, tx *store.Tx, as access.Actor, m *schema.Module, all Merging, in Merge) (Record, error) {
	change, err := s.chosen(ctx, tx, as.Org(), m, all, in.From)
	if err != nil {
		return Record{}, err
	}
	// Before the master changes: what follows a change must find the others' things here.
	for _, h := range s.hooks {
		if h.Merging != nil {
			if err := h.Merging(ctx, tx, as, all); err != nil {
				return Record{}, err
			}
		}
	}
	if err := moveAll(ctx, tx, as.Org(), m, s.naming(m.Name), all.Master.ID, in.Others); err != nil {
		return Record{}, err
	}
	out, err := s.updateIn(ctx, tx, as, all.Master, change)
	if err != nil {
		return Record{}, err
	}
	names := make([]string, len(all.Others))
	for i, r := range all.Others {
		names[i] = r.Name
		if _, err := s.deleteIn(ctx, tx, as, m, r.ID); err != nil {
			return Record{}, err
		}
	}
	if err := setMerged(ctx, tx, as.Org(), in.Others, all.Master.ID); err != nil {
		return Record{}, err
	}
	gone := strings.Join(names, ", ")
	if err := timeline(ctx, tx, as, out.ID, ActMerged, []Change{{To: gone}}); err != nil {
		return Record{}, err
	}
	return out, s.access.NoteMerge(ctx, tx, as, all.Master.ID, m.Name+": "+out.Name+" ← "+gone)
}

// chosen gives what the master takes over. A parent that is, or lies below, one of the
// records that become one would be its own, and is left out.
func (s *Service) chosen(ctx context.Context, tx *store.Tx, org id.ID, m *schema.Module, all Merging, from map[string]id.ID) (Values, error) {
	by := map[id.ID]Record{all.Master.ID: all.Master}
	for _, r := range all.Others {
		by[r.ID] = r
	}
	out := Values{}
	for _, f := range m.Fields {
		source, named := from[f.Name]
		if f.ReadOnly || !named || source == all.Master.ID {
			continue
		}
		r, ok := by[source]
		if !ok {
			return nil, fault.Invalid("crm.fault.merge_choice")
		}
		if r.Values[f.Name] != all.Master.Values[f.Name] {
			out[f.Name] = r.Values[f.Name]
		}
	}
	for _, f := range selfLookups(m.Fields, m.Name) {
		at, given := out[f.Name]
		if !given {
			at = all.Master.Values[f.Name]
		}
		up, _ := at.(id.ID)
		above, err := ancestors(ctx, tx, org, m, f, up)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(above, func(n id.ID) bool { _, ok := by[n]; return ok }) {
			out[f.Name] = nil
		}
	}
	return out, nil
}

// MergedInto gives where those of the records are that were merged.
func (s *Service) MergedInto(ctx context.Context, q store.Querier, as access.Actor, records []id.ID) (map[id.ID]id.ID, error) {
	if err := as.RequireKnown(); err != nil || len(records) == 0 {
		return nil, err
	}
	return mergedInto(ctx, q, as.Org(), records)
}

// Successor gives the record that one was merged into, if the badge sees it.
func (s *Service) Successor(ctx context.Context, as access.Actor, module string, record id.ID) (id.ID, error) {
	went, err := s.MergedInto(ctx, s.db, as, []id.ID{record})
	if err != nil {
		return 0, err
	}
	if ok, err := s.visible(ctx, s.db, as, module, went[record]); err != nil || !ok {
		return 0, orGone(err)
	}
	return went[record], nil
}
