package crmpages

import (
	"context"
	"net/http"
	"strconv"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/query"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/crm/view"
	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// pageSizes are what a list offers.
var pageSizes = []int{25, 50, 100}

// wideFrom is how many columns a list has before it scrolls sideways.
const wideFrom = 8

// listView is a module's list as asked for and as found.
type listView struct {
	module   *schema.Module
	shelf    view.Shelf
	asks     string // what the view asks for, in words
	query    record.Query
	filters  draft
	filtered bool
	found    record.List
	errs     ui.Errors
	size     int
}

// list shows a module's records as a view, which the address names. The bare address of
// the tab leads to the view that opens first.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, as := r.Context(), actor(r)
	m, err := p.module(r)
	if err != nil {
		return err
	}
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	shelf, err := p.shelf(r, as, m)
	if err != nil {
		return err
	}
	if r.URL.RawQuery == "" && shelf.Current.Key != view.KeyAll {
		shell.Redirect(w, r, viewURL(as, m.Name, shelf.Current.Key))
		return nil
	}
	v := listView{module: m, shelf: shelf, filters: readDraft(in, m.Filterable()), size: sizeOf(r), query: viewQuery(r, m, shelf.Current)}
	var problem error
	v.query.Filters, problem = p.filters(ctx, as, m, v.filters)
	v.filtered = len(v.query.Filters) > 0
	if problem == nil {
		v.found, problem = p.records.List(ctx, as, m.Name, v.query)
	}
	if problem != nil {
		if !fault.Is(problem, fault.KindInvalid) {
			return problem
		}
		v.errs, v.filtered = listErrors(ctx, m, problem), true
	}
	if err := p.nameDraft(ctx, as, m.Filterable(), v.filters); err != nil {
		return err
	}
	if shelf.Current.ID != 0 {
		names, err := p.criteriaNames(ctx, as, m, shelf.Current.Criteria.List)
		if err != nil {
			return err
		}
		v.asks = criteriaText(ctx, as, m, shelf.Current.Criteria, names)
	}
	title := locale.T(ctx, m.Plural)
	return p.shell.Render(w, r, shell.Page{Title: title, Body: listPage(r, as, v), Status: shell.StatusOf(problem), Wide: true})
}

// shelf gives the views with the one the address names. An address with a filter and
// without a view is about all records, and is not remembered.
func (p *Pages) shelf(r *http.Request, as access.Actor, m *schema.Module) (view.Shelf, error) {
	asked := r.URL.Query()
	key := asked.Get("view")
	if key == "" && asked.Get("mine") != "" {
		key = view.KeyMine
	}
	out, err := p.views.Shelf(r.Context(), as, m.Name, key)
	if err == nil && key == "" && r.URL.RawQuery != "" {
		out.Current = out.System[0]
	}
	return out, err
}

// viewQuery asks for what the view shows; an order in the address stands before its own.
func viewQuery(r *http.Request, m *schema.Module, v view.View) record.Query {
	q := listQuery(r, m)
	q.Where = v.Criteria
	if r.URL.Query().Get("sort") == "" && v.Sort != "" {
		q.Sort, q.Desc = v.Sort, v.Desc
	}
	return q
}

// listErrors says what is wrong with filters beside them, and what with the view's own
// conditions in one line: they are mended on another page.
func listErrors(ctx context.Context, m *schema.Module, problem error) ui.Errors {
	if e := fault.As(problem); e != nil && e.Key == "crm.query.invalid" {
		return ui.Errors{Summary: locale.T(ctx, "crmpages.view.unreadable")}
	}
	return formErrors(ctx, m, problem)
}

// filters turns what was typed into a list's filters into their values.
func (p *Pages) filters(ctx context.Context, as access.Actor, m *schema.Module, d draft) (map[string]string, error) {
	out := map[string]string{}
	values, err := p.resolve(ctx, as, m.Filterable(), d)
	for name, x := range values {
		if f, _ := m.Field(name); x != nil {
			out[name] = f.Format(x)
		}
	}
	return out, err
}

// listQuery reads how a list is sorted, searched and paged.
func listQuery(r *http.Request, m *schema.Module) record.Query {
	v := r.URL.Query()
	q := record.Query{Sort: v.Get("sort"), Desc: v.Get("desc") == "1", Keyword: v.Get("q"), Page: shell.Paging(r)}
	if q.Sort == "" {
		q.Sort = m.DefaultSort
	}
	q.Page.Size = sizeOf(r)
	return q
}

// sizeOf reads the page size; any but those offered is the smallest.
func sizeOf(r *http.Request) int {
	asked, _ := strconv.Atoi(r.URL.Query().Get("size"))
	for _, n := range pageSizes {
		if n == asked {
			return n
		}
	}
	return pageSizes[0]
}

// columns are the headings of a list, with their way to sort by them.
func columns(r *http.Request, m *schema.Module, names []string, q record.Query) []ui.Column {
	out := unsorted(r.Context(), m, names)
	for i, name := range names {
		f, _ := m.Field(name)
		if f.Sort == "" {
			continue
		}
		desc := ""
		if q.Sort == name {
			out[i].Sort = ui.Ascending
			if q.Desc {
				out[i].Sort = ui.Descending
			} else {
				desc = "1"
			}
		}
		out[i].SortURL = shell.Here(r, "sort", name, "desc", desc, "cursor", "")
	}
	return out
}

// pager leads through the pages of a list; sizes are offered where there may be more
// than the smallest page.
func pager(r *http.Request, found record.List, size int) ui.Pager {
	out := shell.Pager(r, found.Prev, found.Next)
	if found.Prev == "" && found.Next == "" && len(found.Items) <= pageSizes[0] {
		return out
	}
	for _, n := range pageSizes {
		out.Sizes = append(out.Sizes, ui.Link{Label: strconv.Itoa(n), URL: shell.Here(r, "size", strconv.Itoa(n), "cursor", ""), Current: n == size})
	}
	return out
}

// listTable lists what was found, or says what to do about nothing.
func listTable(r *http.Request, as access.Actor, v listView) ui.Table {
	ctx, m := r.Context(), v.module
	names := shown(m, v.shelf.Current)
	t := ui.Table{Caption: locale.T(ctx, m.Plural), Columns: columns(r, m, names, v.query), Empty: emptyList(ctx, as, v), Wide: len(names) > wideFrom}
	for _, rec := range v.found.Items {
		t.Rows = append(t.Rows, row(ctx, as, m, names, rec, v.found.Names))
	}
	return t
}

// shown are a view's columns with the record's name before them.
func shown(m *schema.Module, v view.View) []string {
	return append([]string{m.NameField}, v.Columns...)
}

func emptyList(ctx context.Context, as access.Actor, v listView) ui.Empty {
	m := v.module
	e := ui.Empty{Icon: m.Icon, Title: locale.T(ctx, "crmpages.list.empty", locale.Args{"Records": locale.T(ctx, m.Plural)})}
	switch {
	case v.found.Narrow:
		e.Title, e.Text = locale.T(ctx, "crmpages.list.narrow_none"), locale.T(ctx, "crmpages.list.narrow")
	case v.filtered || v.query.Keyword != "" || v.query.Page.Cursor != "":
		e.Title, e.Text = locale.T(ctx, "crmpages.list.none"), locale.T(ctx, "crmpages.list.none_text")
		e.Actions = append(e.Actions, ui.Button{Label: locale.T(ctx, "crmpages.list.clear"), URL: viewURL(as, m.Name, v.shelf.Current.Key)})
	case len(v.query.Where.List) > 0:
		e.Title, e.Text = locale.T(ctx, "crmpages.list.none"), locale.T(ctx, "crmpages.view.none_text")
		e.Actions = append(e.Actions, ui.Button{Label: locale.T(ctx, "crmpages.view.show_all"), URL: viewURL(as, m.Name, view.KeyAll)})
	case as.Can(m.Name, access.Create):
		e.Text = locale.T(ctx, "crmpages.list.empty_text")
		if !as.SeesAll(m.Name) {
			// There may be thousands, of others.
			e.Title = locale.T(ctx, "crmpages.list.empty_seen", locale.Args{"Records": locale.T(ctx, m.Plural)})
			e.Text = locale.T(ctx, "crmpages.list.empty_shared")
		}
		e.Actions = append(e.Actions, newButton(ctx, as, m, false))
		if at := importPath(as, m.Name); at != "" {
			e.Actions = append(e.Actions, ui.Button{Label: locale.T(ctx, "crmpages.import"), Icon: "upload", URL: at})
		}
	default:
		e.Text = locale.T(ctx, "crmpages.list.empty_ask")
	}
	return e
}

func newButton(ctx context.Context, as access.Actor, m *schema.Module, small bool, preset ...string) ui.Button {
	return ui.Button{Label: locale.T(ctx, "crmpages.new", locale.Args{"Record": locale.T(ctx, m.Singular)}), Icon: "plus", Kind: ui.Primary,
		URL: ui.URL(modulePath(as, m.Name)+"/new", preset...), Small: small}
}

// filterFields are the inputs of a list's filters.
func filterFields(ctx context.Context, as access.Actor, v listView) []ui.Field {
	var out []ui.Field
	for _, f := range v.module.Filterable() {
		if !query.Sees(as, f) {
			continue
		}
		in := input(ctx, as, f, v.filters, v.errs)
		in.Required, in.Hint = false, ""
		if f.Type == field.Picklist {
			in.Blank = locale.T(ctx, "crmpages.list.any")
		}
		out = append(out, in)
	}
	return out
}

// listState carries a list's view, order and size through its form.
func listState(v listView) []ui.Hidden {
	out := []ui.Hidden{{Name: "view", Value: v.shelf.Current.Key}, {Name: "size", Value: strconv.Itoa(v.size)}, {Name: "sort", Value: v.query.Sort}}
	if v.query.Desc {
		out = append(out, ui.Hidden{Name: "desc", Value: "1"})
	}
	return out
}

// imported are the modules that come in from files, by the word in the address.
var imported = map[string]string{access.TabAccounts: "accounts", access.TabContacts: "contacts"}

// importPath is where a module's files come in, empty for who may not bring any.
func importPath(as access.Actor, module string) string {
	word, ok := imported[module]
	if !ok || !as.Can(module, access.Create) || !as.Allowed(access.Import) {
		return ""
	}
	return crmPath(as) + "/import/" + word
}
