package record

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/query"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
)

// Query asks for records of a module. Filters are values of filterable fields, as
// text, by API name; Where holds criteria of any field besides; Keyword finds parts of
// every searched field; Mine are those the acting user owns. Sort "" is the module's own.
type Query struct {
	Sort    string
	Desc    bool
	Filters map[string]string
	Where   query.Criteria
	Keyword string
	Mine    bool
	Page    page.Request
}

// List is one page of records with the names of what they point at: users, and
// records the badge may see. What it may not see has no name. Narrow says that the
// page was cut short, since few of very many records match: the next page looks
// further, a narrower question is quicker.
type List struct {
	page.Page[Record]
	Names  map[id.ID]string
	Narrow bool
}

// cursor marks a row in one order; Back reads towards the beginning.
type cursor struct {
	Back bool   `json:"b,omitempty"`
	Text string `json:"t,omitempty"`
	Num  int64  `json:"n,omitempty"`
	ID   int64  `json:"i"`
}

func (c cursor) String() string {
	b, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(b)
}

// readCursor reads an address's cursor; one that was tampered with is as bad as a
// page that is not there.
func readCursor(s string) (c cursor, ok bool, err error) {
	if s == "" {
		return cursor{}, false, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil {
		return cursor{}, false, fault.NotFound("crm.fault.no_page")
	}
	return c, true, nil
}

// condition is a restriction of a list to one value of an indexed column.
type condition struct {
	column string
	value  any
}

// List gives one page of a module's records within the badge's scope.
func (s *Service) List(ctx context.Context, as access.Actor, module string, q Query) (List, error) {
	m, err := s.Module(as, module)
	if err != nil {
		return List{}, err
	}
	return s.list(ctx, as, m, q)
}

func (s *Service) list(ctx context.Context, as access.Actor, m *schema.Module, q Query, fixed ...condition) (List, error) {
	scope, err := s.access.Scope(ctx, as, m.Name, access.View)
	if err != nil {
		return List{}, err
	}
	if q.Sort == "" {
		q.Sort = m.DefaultSort
	}
	by, ok := m.Field(q.Sort)
	if !ok || by.Sort == "" {
		return List{}, fault.Invalid("crm.fault.sort")
	}
	for name, text := range q.Filters {
		f, ok := m.Field(name)
		if !ok || !f.Filter || !query.Sees(as, f) {
			return List{}, fault.Invalid("crm.fault.filter")
		}
		v, bad := f.Parse(text)
		if bad != nil {
			return List{}, &fault.Error{Kind: fault.KindInvalid, Key: "crm.fault.filter", Fields: []fault.Field{*bad}}
		}
		if v != nil {
			fixed = append(fixed, condition{f.Column, v})
		}
	}
	if q.Mine {
		fixed = append(fixed, condition{"owner_id", as.User()})
	}
	where, err := query.Compile(m, q.Where, query.Env{As: as, Now: s.db.Now()})
	if err != nil {
		return List{}, err
	}
	pins, where := where.Pins()
	for _, p := range pins {
		fixed = append(fixed, condition{p.Column, p.Value})
	}
	c, paged, err := readCursor(q.Page.Cursor)
	if err != nil {
		return List{}, err
	}
	rows, cut, err := s.selectList(ctx, listing{m: m, scope: scope, by: by, desc: q.Desc, words: field.SearchWords(clip(q.Keyword, maxKeyword)),
		none: q.Keyword != "" && !searchable(q.Keyword), fixed: fixed, where: where, at: c, paged: paged, limit: q.Page.Limit() + 1})
	if err != nil {
		return List{}, err
	}
	out := List{Narrow: cut != nil}
	out.Items, out.Prev, out.Next = window(rows, c, paged, q.Page.Limit(), cut)
	out.Names, err = s.names(ctx, as, m, out.Items)
	return out, err
}

// sorted is a record with the value it was sorted by.
type sorted struct {
	Record
	at cursor
}

// window cuts what was read, one row more than a page, into the page and its cursors.
// When the reading was cut short, it goes on from there.
func window(rows []sorted, c cursor, paged bool, limit int, cut *cursor) (items []Record, prev, next string) {
	more := len(rows) > limit
	if more {
		rows = rows[:limit]
	}
	if c.Back {
		slices.Reverse(rows)
	}
	for _, r := range rows {
		items = append(items, r.Record)
	}
	first, last := c, c
	if len(rows) > 0 {
		first, last = rows[0].at, rows[len(rows)-1].at
	}
	if cut != nil {
		more = true
		if c.Back {
			first = *cut
		} else {
			last = *cut
		}
	}
	if len(rows) == 0 && cut == nil {
		return nil, "", ""
	}
	first.Back, last.Back = true, false
	if paged && (!c.Back || more) && (len(rows) > 0 || c.Back) {
		prev = first.String()
	}
	if more || c.Back {
		next = last.String()
	}
	return items, prev, next
}

// Get gives one record with the names of what it points at.
func (s *Service) Get(ctx context.Context, as access.Actor, module string, record id.ID) (Record, map[id.ID]string, error) {
	m, err := s.Module(as, module)
	if err != nil {
		return Record{}, nil, err
	}
	scope, err := s.access.Scope(ctx, as, module, access.View)
	if err != nil {
		return Record{}, nil, err
	}
	r, err := get(ctx, s.db, m, scope, record, false)
	if missing(err) {
		return Record{}, nil, gone()
	}
	if err != nil {
		return Record{}, nil, err
	}
	names, err := s.names(ctx, as, m, []Record{r})
	return r, names, err
}

// Rights says what the badge may do with one record, so that pages show what the
// domain will allow.
func (s *Service) Rights(ctx context.Context, as access.Actor, module string, record id.ID) (access.Rights, error) {
	m, err := s.Module(as, module)
	if err != nil {
		return access.Rights{}, err
	}
	if ok, err := s.visible(ctx, s.db, as, module, record); err != nil || !ok {
		return access.Rights{}, orGone(err)
	}
	r := access.Rights{View: true}
	for right, into := range map[access.Right]*bool{access.Edit: &r.Edit, access.Delete: &r.Delete} {
		if *into, err = s.reaches(ctx, as, m, right, record); err != nil {
			return access.Rights{}, err
		}
	}
	r.Create = as.Can(module, access.Create)
	return r, nil
}

// Related gives one page of a record's related list. A record the badge does not see
// is not found, its list too.
func (s *Service) Related(ctx context.Context, as access.Actor, module string, record id.ID, list string, q Query) (List, error) {
	m, err := s.Module(as, module)
	if err != nil {
		return List{}, err
	}
	rel, ok := m.RelatedList(list)
	if !ok {
		return List{}, fault.NotFound("crm.fault.no_module")
	}
	if ok, err := s.visible(ctx, s.db, as, module, record); err != nil || !ok {
		return List{}, orGone(err)
	}
	other, err := s.Module(as, rel.Module)
	if err != nil {
		return List{}, err
	}
	f, _ := other.Field(rel.Field)
	fixed := []condition{{f.Column, record}}
	if rel.Only.Column != "" {
		fixed = append(fixed, condition{rel.Only.Column, rel.Only.Value})
	}
	return s.list(ctx, as, other, q, fixed...)
}

// names gathers the names of users and records that a page of records points at: one
// query for users and one for each module pointed at.
func (s *Service) names(ctx context.Context, as access.Actor, m *schema.Module, list []Record) (map[id.ID]string, error) {
	users := map[id.ID]bool{}
	records := map[string]map[id.ID]bool{}
	for _, r := range list {
		for _, f := range m.Fields {
			n, ok := r.Values[f.Name].(id.ID)
			if !ok || n == 0 {
				continue
			}
			if f.Type == field.User {
				users[n] = true
				continue
			}
			if records[f.Module] == nil {
				records[f.Module] = map[id.ID]bool{}
			}
			records[f.Module][n] = true
		}
	}
	out, err := s.access.UserNames(ctx, as, keys(users))
	if err != nil {
		return nil, err
	}
	if out == nil {
		out = map[id.ID]string{}
	}
	for module, ids := range records {
		if !as.Can(module, access.View) {
			continue
		}
		found, err := s.Names(ctx, as, module, keys(ids))
		if err != nil {
			return nil, err
		}
		for n, name := range found {
			out[n] = name
		}
	}
	return out, nil
}

func keys(set map[id.ID]bool) []id.ID {
	out := make([]id.ID, 0, len(set))
	for n := range set {
		out = append(out, n)
	}
	return out
}
