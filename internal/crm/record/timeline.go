package record

import (
	"context"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
)

// Acts of a record's timeline.
const (
	ActCreated  = "created"
	ActUpdated  = "updated"
	ActDeleted  = "deleted"
	ActRestored = "restored"
	ActMerged   = "merged"   // with others, which Subject names
	ActAttached = "attached" // a file, which Subject names
	ActDetached = "detached"
)

// Event is one entry of a record's timeline.
type Event struct {
	ID      id.ID
	Act     string
	Changes []Change
	Subject string // what the event is about, where that is no field
	By      string
	At      int64 // microseconds UTC
}

// Change is what an event did to a field: values as in Values, nil for none. Of long
// texts, which would swell the timeline, neither is kept.
type Change struct {
	Field    string // API name
	From, To any
}

// Timeline is what happened to a record, the latest first, with the names of what the
// changes point at as in List.
type Timeline struct {
	Events []Event
	Names  map[id.ID]string
}

// Timeline tells what happened to a record.
func (s *Service) Timeline(ctx context.Context, as access.Actor, module string, record id.ID, limit int) (Timeline, error) {
	m, err := s.Module(as, module)
	if err != nil {
		return Timeline{}, err
	}
	if ok, err := s.visible(ctx, s.db, as, module, record); err != nil || !ok {
		return Timeline{}, orGone(err)
	}
	list, err := events(ctx, s.db, as.Org(), m, record, min(max(limit, 1), page.MaxSize))
	if err != nil {
		return Timeline{}, err
	}
	var sides []Record // the values before and after, for their names
	for _, e := range list {
		for _, c := range e.Changes {
			sides = append(sides, Record{Values: Values{c.Field: c.From}}, Record{Values: Values{c.Field: c.To}})
		}
	}
	names, err := s.names(ctx, as, m, sides)
	return Timeline{Events: list, Names: names}, err
}

// Told writes into a record's timeline what another room did to what belongs to the
// record, in that room's transaction; the room has asked for the right to do it.
func (s *Service) Told(ctx context.Context, tx *store.Tx, as access.Actor, record id.ID, act, subject string) error {
	if err := as.RequireKnown(); err != nil {
		return err
	}
	return timeline(ctx, tx, as, record, act, []Change{{To: subject}})
}

// changes tells the fields of a change in the order of their names.
func changes(m *schema.Module, change, before, after Values) []Change {
	var out []Change
	for name := range change {
		if before[name] == after[name] {
			continue
		}
		c := Change{Field: name, From: before[name], To: after[name]}
		if f, ok := m.Field(name); ok && f.Type == field.LongText {
			c.From, c.To = nil, nil
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Change) int {
		if a.Field < b.Field {
			return -1
		}
		return 1
	})
	return out
}
