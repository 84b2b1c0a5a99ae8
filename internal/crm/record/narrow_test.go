package record_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/query"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// read follows a list to its end and back to its beginning.
func read(t *testing.T, w *crmtest.World, as access.Actor, q record.Query) (there, back []id.ID, narrow bool) {
	t.Helper()
	step := func(cursor string) record.List {
		q.Page.Cursor = cursor
		l, err := w.Records.List(ctx, as, builtin.Accounts, q)
		if err != nil {
			t.Fatal(err)
		}
		narrow = narrow || l.Narrow
		return l
	}
	ids := func(l record.List) (out []id.ID) {
		for _, r := range l.Items {
			out = append(out, r.ID)
		}
		return out
	}
	l := step("")
	for there = ids(l); l.Next != ""; there = append(there, ids(l)...) {
		l = step(l.Next)
	}
	for back = ids(l); l.Prev != ""; back = append(ids(l), back...) {
		l = step(l.Prev)
	}
	return there, back, narrow
}

// TestEveryWayOfReadingGivesTheSameList compares sorting what a condition leaves with
// walking the order, whole and cut short.
func TestEveryWayOfReadingGivesTheSameList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		one := w.Join(admin, "one@minato.example", 0, 0)
		many(t, w, admin, 40)
		many(t, w, one, 30)
		for name, c := range map[string]struct {
			as access.Actor
			q  record.Query
			n  int
		}{
			"everything":          {admin, record.Query{}, 70},
			"one industry":        {admin, record.Query{Filters: map[string]string{"Industry": "retail"}}, 24},
			"one's own":           {one, record.Query{Sort: "Modified_Time"}, 30},
			"a keyword":           {admin, record.Query{Keyword: "会社", Desc: true}, 70},
			"a keyword, industry": {one, record.Query{Keyword: "会社0", Filters: map[string]string{"Industry": "Media"}}, 10},
			"mine of an owner":    {admin, record.Query{Filters: map[string]string{"Owner": one.User().String()}, Desc: true}, 30},
			"criteria": {admin, record.Query{Where: query.Criteria{List: []query.Criterion{{Field: "Industry", Op: query.OneOf, Values: []string{"Retail", "Media"}},
				{Field: "Phone", Op: query.NotEmpty}}}}, 47},
			"any criterion": {admin, record.Query{Desc: true, Where: query.Criteria{Any: true, List: []query.Criterion{
				{Field: "Industry", Op: query.OneOf, Values: []string{"Retail"}}, {Field: "Phone", Op: query.Is, Values: []string{"1"}}}}}, 26},
			"a span of the order": {admin, record.Query{Sort: "Created_Time", Where: query.Criteria{List: []query.Criterion{{Field: "Created_Time", Op: query.Today}}}}, 70},
			"a span for one of few": {one, record.Query{Sort: "Created_Time", Where: query.Criteria{List: []query.Criterion{{Field: "Created_Time", Op: query.Today},
				{Field: "Owner", Op: query.Me}}}}, 30},
			"a span, mine, in the usual order": {admin, record.Query{Where: query.Criteria{List: []query.Criterion{{Field: "Created_Time", Op: query.Today},
				{Field: "Owner", Op: query.Me}}}}, 40},
			"nothing":             {admin, record.Query{Filters: map[string]string{"Industry": "Food & Beverage"}}, 0},
			"nothing to look for": {admin, record.Query{Keyword: "%"}, 0},
		} {
			c.q.Page = page.Request{Size: 4}
			w.Records.SetCaps(1000, 1000)
			want, back, narrow := read(t, w, c.as, c.q)
			if len(want) != c.n || narrow {
				t.Errorf("%s: %d rows, want %d; cut short %v", name, len(want), c.n, narrow)
			}
			if diff := cmp.Diff(want, back); diff != "" {
				t.Errorf("%s: there and back differ\n%s", name, diff)
			}
			for _, caps := range [][2]int{{0, 1000}, {0, 7}} {
				w.Records.SetCaps(caps[0], caps[1])
				got, _, narrow := read(t, w, c.as, c.q)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s, caps %v\n%s", name, caps, diff)
				}
				if narrow && caps[1] != 7 {
					t.Errorf("%s, caps %v: cut short", name, caps)
				}
			}
		}
		w.Records.SetCaps(0, 7)
		if _, _, narrow := read(t, w, admin, record.Query{Keyword: "会社", Filters: map[string]string{"Industry": "Retail"}, Sort: "Modified_Time",
			Page: page.Request{Size: 4}}); !narrow {
			t.Error("a walk past its cap does not say so")
		}
	})
}
