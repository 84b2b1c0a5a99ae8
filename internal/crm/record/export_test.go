package record

import (
	"context"
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/query"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/store"
)

// SetCaps lowers what bounds the work of a list.
func (s *Service) SetCaps(gather, walk int) { s.caps.gather, s.caps.walk = gather, walk }

// SetMergeCap lowers how much a merge moves.
func (s *Service) SetMergeCap(n int) { s.caps.merge = n }

// SetPurgeCap lowers how much one transaction of a purge clears.
func (s *Service) SetPurgeCap(n int) { s.caps.purge = n }

// Plan is a statement of a list and how its index is to serve it.
type Plan struct {
	Name   string
	SQL    *store.Builder
	Sorted bool // rows come in order, so nothing is to be sorted
}

// Plans gives the statements a module's lists and searches are made of.
func (s *Service) Plans(t *testing.T, as access.Actor, module string, words string) (out []Plan) {
	t.Helper()
	ctx := context.Background()
	m, err := s.Module(as, module)
	if err != nil {
		t.Fatal(err)
	}
	scope, err := s.access.Scope(ctx, as, module, access.View)
	if err != nil {
		t.Fatal(err)
	}
	d := s.db.Dialect()
	for _, f := range m.Sortable() {
		for _, c := range []struct {
			name  string
			desc  bool
			paged bool
		}{{"first page", false, false}, {"next page", false, true}, {"next page, descending", true, true}} {
			l := listing{m: m, scope: scope, by: f, desc: c.desc, paged: c.paged, at: cursor{Text: "m", Num: 1, ID: 1}, limit: 51}
			name := module + " by " + f.Name + ", " + c.name
			if scope.All() {
				out = append(out, Plan{name, l.walk(d, 0), true})
			}
			out = append(out, Plan{name + ": capped", l.walk(d, 1000), scope.All()}, Plan{name + ": its end", l.end(d, 1000), true})
			for _, drive := range l.drivers() {
				out = append(out, Plan{name + ": few are one's own", l.gather(d, few{drive, 10}), false})
			}
		}
	}
	by, _ := m.Field(m.DefaultSort)
	for _, f := range m.Filterable() {
		var v any = "Retail"
		if numeric(f.Type) {
			v = id.ID(1)
		}
		l := listing{m: m, scope: scope, by: by, fixed: []condition{{f.Column, v}}, limit: 51}
		drivers := l.drivers()
		out = append(out, Plan{module + " where " + f.Name + ": count", s.count(drivers), false},
			Plan{module + " where " + f.Name + ": gather", l.gather(d, few{drivers[0], 10}), false})
	}
	out = append(out, s.askedPlans(t, as, m, scope)...)
	l := listing{m: m, scope: scope, by: by, words: field.SearchWords(words), limit: 51}
	return append(out, Plan{module + " with a keyword: count", s.count(l.drivers()), false},
		Plan{module + " with a keyword: gather", l.gather(d, few{l.drivers()[0], 10}), false},
		Plan{module + " search", finding(d, scope, m, l.words, 21), false})
}

// askedPlans are lists with criteria: a span of what is sorted by, walked whole, and
// everything else that an index looks up or a capped walk finds.
func (s *Service) askedPlans(t *testing.T, as access.Actor, m *schema.Module, scope access.Scope) (out []Plan) {
	t.Helper()
	d := s.db.Dialect()
	for _, f := range m.Sortable() {
		c := query.Criterion{Field: f.Name, Op: query.Between, Values: []string{"1", "9"}}
		switch f.Type {
		case field.Date, field.DateTime:
			c = query.Criterion{Field: f.Name, Op: query.ThisMonth}
		case field.Text:
			c = query.Criterion{Field: f.Name, Op: query.Contains, Values: []string{"a"}}
		}
		for _, paged := range []bool{false, true} {
			w, err := query.Compile(m, query.Criteria{List: []query.Criterion{c}}, query.Env{As: as, Now: s.db.Now()})
			if err != nil {
				t.Fatal(err)
			}
			l := listing{m: m, scope: scope, by: f, paged: paged, at: cursor{Text: "m", Num: 1, ID: 1}, limit: 51, where: w}
			name := m.Name + ", criterion of " + f.Name
			if scope.All() && w.Spans(f) {
				out = append(out, Plan{name, l.walk(d, 0), true})
			}
			out = append(out, Plan{name + ": capped", l.walk(d, 1000), scope.All()}, Plan{name + ": its end", l.end(d, 1000), true})
			drivers := l.drivers()
			if len(drivers) == 0 {
				continue
			}
			out = append(out, Plan{name + ": count", s.count(drivers), false})
			for _, drive := range drivers {
				out = append(out, Plan{name + ": gather", l.gather(d, few{drive, 10}), false})
			}
		}
	}
	for _, f := range m.Filterable() {
		c := query.Criterion{Field: f.Name, Op: query.IsNot, Values: []string{"7"}}
		if f.Type == field.Picklist {
			c = query.Criterion{Field: f.Name, Op: query.OneOf, Values: f.Options[:2]}
		}
		w, err := query.Compile(m, query.Criteria{List: []query.Criterion{c}}, query.Env{As: as, Now: s.db.Now()})
		if err != nil {
			t.Fatal(err)
		}
		by, _ := m.Field("Created_Time")
		l := listing{m: m, scope: scope, by: by, limit: 51, where: w}
		name := m.Name + ", criterion of " + f.Name
		out = append(out, Plan{name + ": capped", l.walk(d, 1000), scope.All()})
		if drivers := l.drivers(); len(drivers) > 0 {
			out = append(out, Plan{name + ": count", s.count(drivers), false}, Plan{name + ": gather", l.gather(d, few{drivers[0], 10}), false})
		}
	}
	return out
}

// Reads runs what else the room reads through q.
func (s *Service) Reads(ctx context.Context, q store.Querier, as access.Actor, record id.ID) error {
	m, _ := s.modules.Module("Accounts")
	scope, err := s.access.Scope(ctx, as, m.Name, access.View)
	if err != nil {
		return err
	}
	ids := []id.ID{record, record + 1}
	for _, read := range []func() error{
		func() error { _, err := get(ctx, q, m, scope, record, false); return err },
		func() error { _, err := named(ctx, q, scope, m.Name, ids); return err },
		func() error { _, err := s.visible(ctx, q, as, m.Name, record); return err },
		func() error { _, err := matchAccounts(ctx, q, as.Org(), "suggest_key", []string{"x", "y"}); return err },
		func() error { _, err := matchContacts(ctx, q, as.Org(), []string{"x", "y"}); return err },
		func() error {
			_, err := sharing(ctx, q, as.Org(), []probeKey{{"1", "w:x.example"}, {"1", "e:x.example"}})
			return err
		},
		func() error { _, err := postings(ctx, q, as.Org(), []string{"g:会社"}); return err },
		func() error { _, err := sharingPieces(ctx, q, as.Org(), []probeKey{{"1", "g:会社"}}); return err },
		func() error { _, err := accountsByID(ctx, q, as.Org(), ids); return err },
		func() error { _, err := accountOwners(ctx, q, as.Org(), ids); return err },
		func() error { _, err := events(ctx, q, as.Org(), m, record, 10); return err },
		func() error { _, err := inBin(ctx, q, scope, m.Name, record); return err },
		func() error { // what a purge clears
			for _, of := range s.naming(m.Name) {
				if _, err := namingOnes(ctx, q, as.Org(), of[0], of[1], ids, 10); err != nil {
					return err
				}
			}
			return nil
		},
		func() error { _, err := belongings(ctx, q, as.Org(), s.naming(m.Name), ids, 10); return err },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

// Round does what the nightly job does.
func Round(ctx context.Context, s *Service) error { return s.purgeRound(ctx, purgeRound{}) }
