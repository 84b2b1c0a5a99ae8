package record

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/query"
	"musubi/internal/crm/schema"
	"musubi/internal/id"
	"musubi/internal/store"
)

// listing is a list query made of checked parts.
type listing struct {
	m     *schema.Module
	scope access.Scope
	by    field.Field
	desc  bool
	words [][]string // each must occur, in one of its forms
	none  bool       // what was looked for holds nothing that can be found
	fixed []condition
	where query.Where
	at    cursor
	paged bool
	limit int
}

// selectList reads a page in one of three ways. Without conditions, or with those that
// an index holds in the list's order (one value of a filter, a span of what is sorted by),
// that index is walked. A condition that leaves few rows gives those, which are sorted.
// Where every condition leaves many, the order is walked with a cap; cut is then where it
// ended.
func (s *Service) selectList(ctx context.Context, l listing) (rows []sorted, cut *cursor, err error) {
	if l.none {
		return nil, nil, nil
	}
	if l.scope.All() && len(l.words) == 0 && l.where.Spans(l.by) && (len(l.fixed) == 0 || len(l.fixed) == 1 && l.usual()) {
		rows, err = s.readList(ctx, l, l.walk(s.db.Dialect(), 0))
		return rows, nil, err
	}
	if d, err := s.fewest(ctx, l, l.drivers()); err != nil {
		return nil, nil, err
	} else if d != nil {
		rows, err = s.readList(ctx, l, l.gather(s.db.Dialect(), *d))
		return rows, nil, err
	}
	rows, err = s.readList(ctx, l, l.walk(s.db.Dialect(), s.caps.walk))
	if err != nil || len(rows) == l.limit {
		return rows, nil, err
	}
	cut, err = s.readEnd(ctx, l)
	return rows, cut, err
}

// usual says whether the list has its module's own order, in which the index of every
// filter keeps its rows too.
func (l listing) usual() bool { return l.by.Name == l.m.DefaultSort }

// driver selects the ids of the rows that one condition leaves.
type driver func(b *store.Builder)

func (l listing) drivers() (out []driver) {
	from := func(b *store.Builder) {
		b.W("SELECT d.id FROM ", l.m.Table, " d WHERE d.deleted = 0 AND ")
	}
	if len(l.words) > 0 {
		out = append(out, func(b *store.Builder) { matching(b, l.scope.Org(), l.m, l.words) })
	}
	for _, c := range l.fixed {
		out = append(out, func(b *store.Builder) {
			from(b)
			b.W("d.org_id = ", b.Arg(l.scope.Org()), " AND d.", c.column, " = ", b.Arg(c.value))
		})
	}
	for _, d := range l.where.Drivers() {
		out = append(out, func(b *store.Builder) {
			from(b)
			b.W("d.org_id = ", b.Arg(l.scope.Org()))
			d(b, "d")
		})
	}
	if l.scope.Few() {
		out = append(out, func(b *store.Builder) {
			from(b)
			b.W(l.scope.Filter(b, "d"))
		})
	}
	return out
}

// fewest gives the condition that leaves the fewest rows, nil when all leave many. Each
// is counted no further than that.
func (s *Service) fewest(ctx context.Context, l listing, drivers []driver) (*few, error) {
	if len(drivers) == 0 {
		return nil, nil
	}
	b := s.count(drivers)
	counts, dest := make([]int, len(drivers)), make([]any, len(drivers))
	for i := range counts {
		dest[i] = &counts[i]
	}
	if err := s.db.QueryRow(ctx, b.SQL(), b.Args()...).Scan(dest...); err != nil {
		return nil, err
	}
	least := slices.Min(counts)
	if least > s.caps.gather {
		return nil, nil
	}
	return &few{drivers[slices.Index(counts, least)], least}, nil
}

// few is a driver with the number of rows it leaves.
type few struct {
	driver
	count int
}

// limit writes the number into the text, roughly: PostgreSQL keeps plans of statements
// it has seen often, and one for the average owner is bad for one with few records.
func (f few) limit() string {
	n := 64
	for n < 2*f.count {
		n *= 4
	}
	return strconv.Itoa(n)
}

func (s *Service) count(drivers []driver) *store.Builder {
	b := store.Build(s.db.Dialect())
	b.W("SELECT ")
	for i, d := range drivers {
		if i > 0 {
			b.W(", ")
		}
		b.W("(SELECT count(*) FROM (")
		d(b)
		b.W(" LIMIT ", b.Arg(s.caps.gather+1), ") AS few)")
	}
	return b
}

// gather reads the page from the few rows of the driver. An expression hides the sort
// column from the planner, which would rather walk all of its index. Only keys are
// sorted; the page's rows are read after.
func (l listing) gather(d store.Dialect, f few) *store.Builder {
	b := store.Build(d)
	by := "(t." + l.by.Sort + " || '')"
	if numeric(l.by.Type) {
		by = "(t." + l.by.Sort + " + 0)"
	}
	b.W("SELECT g.at, ", columns(l.m), " FROM (SELECT ", by, " AS at, t.id AS id FROM ", l.m.Table, " t")
	if len(l.words) > 0 {
		b.W(" JOIN crm_records h ON h.org_id = t.org_id AND h.id = t.id")
	}
	b.W(" WHERE t.org_id = ", b.Arg(l.scope.Org()), " AND t.id IN (")
	f.driver(b)
	b.W(" LIMIT ", f.limit(), ")")
	l.conditions(b)
	l.from(b, by, "t.id")
	l.order(b, by, "t.id")
	b.W(" LIMIT ", b.Arg(l.limit), ") AS g CROSS JOIN ", l.m.Table, " t CROSS JOIN crm_records h WHERE ")
	l.join(b, "g.id")
	l.order(b, "g.at", "g.id")
	return b
}

// walk reads the page in the order of its index; a cap bounds the rows it looks at.
func (l listing) walk(d store.Dialect, most int) *store.Builder {
	b := store.Build(d)
	if most == 0 {
		by := "t." + l.by.Sort
		b.W("SELECT t.", l.by.Sort, ", ", columns(l.m), from(l.m), " WHERE t.org_id = ", b.Arg(l.scope.Org()))
		l.conditions(b)
		l.within(b, "t")
		l.from(b, by, "t.id")
		l.order(b, by, "t.id")
		return b.W(" LIMIT ", b.Arg(l.limit))
	}
	b.W("SELECT w.at, ", columns(l.m), " FROM (")
	l.span(b)
	b.W(" LIMIT ", b.Arg(most), ") AS w CROSS JOIN ", l.m.Table, " t CROSS JOIN crm_records h WHERE ")
	l.join(b, "w.id")
	l.conditions(b)
	// SQLite reads the inner rows as they come, in their order, and would sort them all
	// again if asked to.
	if d == store.Postgres {
		l.order(b, "w.at", "w.id")
	}
	return b.W(" LIMIT ", b.Arg(l.limit))
}

func (l listing) join(b *store.Builder, id string) {
	b.W("t.org_id = ", b.Arg(l.scope.Org()), " AND t.id = ", id, " AND h.org_id = t.org_id AND h.id = t.id")
}

// span walks the order's index alone, from the cursor on; in the usual order that of a
// filter.
func (l listing) span(b *store.Builder) {
	by := "r." + l.by.Sort
	b.W("SELECT ", by, " AS at, r.id AS id FROM ", l.m.Table, " r WHERE r.org_id = ", b.Arg(l.scope.Org()), " AND r.deleted = 0")
	if len(l.fixed) > 0 && l.usual() {
		b.W(" AND r.", l.fixed[0].column, " = ", b.Arg(l.fixed[0].value))
	}
	l.within(b, "r")
	l.from(b, by, "r.id")
	l.order(b, by, "r.id")
}

// end finds the last row a capped walk looked at, if there are so many.
func (l listing) end(d store.Dialect, most int) *store.Builder {
	b := store.Build(d)
	l.span(b)
	return b.W(" LIMIT 1 OFFSET ", b.Arg(most-1))
}

// conditions writes all of them on the row t and its header h.
func (l listing) conditions(b *store.Builder) {
	b.W(" AND t.deleted = 0 AND ", l.scope.Filter(b, "t"))
	for _, c := range l.fixed {
		b.W(" AND t.", c.column, " = ", b.Arg(c.value))
	}
	l.where.Write(b, "t")
	contains(b, l.words)
}

// within bounds the order's index by the criteria about what it sorts.
func (l listing) within(b *store.Builder, alias string) {
	if span, ok := l.where.Span(l.by.Sort); ok {
		span.Within(b, alias+"."+l.by.Sort)
	}
}

func (l listing) down() bool { return l.desc != l.at.Back }

// from begins behind the cursor.
func (l listing) from(b *store.Builder, by, tie string) {
	if !l.paged {
		return
	}
	at, op := any(l.at.Text), " > ("
	if numeric(l.by.Type) {
		at = l.at.Num
	}
	if l.down() {
		op = " < ("
	}
	b.W(" AND (", by, ", ", tie, ")", op, b.ArgList(at, l.at.ID), ")")
}

func (l listing) order(b *store.Builder, by, tie string) {
	way := ""
	if l.down() {
		way = " DESC"
	}
	b.W(" ORDER BY ", by, way, ", ", tie, way)
}

func (l listing) mark(c *cursor) any {
	if numeric(l.by.Type) {
		return &c.Num
	}
	return &c.Text
}

func (s *Service) readList(ctx context.Context, l listing, b *store.Builder) ([]sorted, error) {
	rows, err := s.db.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(r *sql.Rows) (out sorted, err error) {
		out.Record, err = scan(l.m, func(dest ...any) error {
			return r.Scan(append([]any{l.mark(&out.at)}, dest...)...)
		})
		out.at.ID = int64(out.ID)
		return out, err
	})
}

func (s *Service) readEnd(ctx context.Context, l listing) (*cursor, error) {
	b, c := l.end(s.db.Dialect(), s.caps.walk), cursor{}
	err := s.db.QueryRow(ctx, b.SQL(), b.Args()...).Scan(l.mark(&c), &c.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &c, err
}

// Names gives the names of the records the badge sees, one query for all; the others
// are absent.
func (s *Service) Names(ctx context.Context, as access.Actor, module string, ids []id.ID) (map[id.ID]string, error) {
	if _, err := s.Module(as, module); err != nil {
		return nil, err
	}
	scope, err := s.access.Scope(ctx, as, module, access.View)
	if err != nil || len(ids) == 0 {
		return map[id.ID]string{}, err
	}
	return named(ctx, s.db, scope, module, ids)
}

// seen gives those of the records that the badge sees.
func (s *Service) seen(ctx context.Context, q store.Querier, as access.Actor, module string, ids []id.ID) (map[id.ID]bool, error) {
	out := map[id.ID]bool{}
	if !as.Can(module, access.View) {
		return out, nil
	}
	scope, err := s.access.Scope(ctx, as, module, access.View)
	if err != nil {
		return nil, err
	}
	list, err := named(ctx, q, scope, module, ids)
	for n := range list {
		out[n] = true
	}
	return out, err
}

func named(ctx context.Context, q store.Querier, scope access.Scope, module string, ids []id.ID) (map[id.ID]string, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT h.id, h.name FROM crm_records h WHERE h.deleted_at IS NULL AND h.module = ", b.Arg(module), " AND h.id IN ", b.IDs(ids),
		" AND ", scope.Filter(b, "h"))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	list, err := store.Collect(rows, err, scanRef)
	out := make(map[id.ID]string, len(list))
	for _, r := range list {
		out[r.ID] = r.Name
	}
	return out, err
}

func scanRef(r *sql.Rows) (Ref, error) {
	var ref Ref
	err := r.Scan(&ref.ID, &ref.Name)
	return ref, err
}
