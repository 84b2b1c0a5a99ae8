package crmpages

import (
	"context"
	"net/http"
	"strconv"

	"musubi/internal/crm/access"
	"musubi/internal/crm/field"
	"musubi/internal/crm/record"
	"musubi/internal/crm/schema"
	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// pageSizes are what a list offers.
var pageSizes = []int{25, 50, 100}

// listView is a module's list as asked for and as found.
type listView struct {
	module   *schema.Module
	query    record.Query
	filters  draft
	filtered bool
	found    record.List
	errs     ui.Errors
	size     int
}

// list shows a module's records.
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
	v := listView{module: m, filters: readDraft(in, m.Filterable()), size: sizeOf(r), query: listQuery(r, m)}
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
		v.errs, v.filtered = formErrors(ctx, m, problem), true
	}
	if err := p.nameDraft(ctx, as, m.Filterable(), v.filters); err != nil {
		return err
	}
	return p.shell.Render(w, r, shell.Page{Title: locale.T(ctx, m.Plural), Body: listPage(r, as, v), Status: shell.StatusOf(problem), Wide: true})
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
	q := record.Query{Sort: v.Get("sort"), Desc: v.Get("desc") == "1", Keyword: v.Get("q"), Mine: v.Get("mine") != "", Page: shell.Paging(r)}
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
	t := ui.Table{Caption: locale.T(ctx, m.Plural), Columns: columns(r, m, m.List, v.query), Empty: emptyList(ctx, as, v)}
	for _, rec := range v.found.Items {
		t.Rows = append(t.Rows, row(ctx, as, m, m.List, rec, v.found.Names))
	}
	return t
}

func emptyList(ctx context.Context, as access.Actor, v listView) ui.Empty {
	m := v.module
	e := ui.Empty{Icon: m.Icon, Title: locale.T(ctx, "crmpages.list.empty", locale.Args{"Records": locale.T(ctx, m.Plural)})}
	switch {
	case v.found.Narrow:
		e.Title, e.Text = locale.T(ctx, "crmpages.list.narrow_none"), locale.T(ctx, "crmpages.list.narrow")
	case v.filtered || v.query.Keyword != "" || v.query.Mine || v.query.Page.Cursor != "":
		e.Title, e.Text = locale.T(ctx, "crmpages.list.none"), locale.T(ctx, "crmpages.list.none_text")
		e.Actions = append(e.Actions, ui.Button{Label: locale.T(ctx, "crmpages.list.clear"), URL: modulePath(as, m.Name)})
	case as.Can(m.Name, access.Create):
		e.Text = locale.T(ctx, "crmpages.list.empty_text")
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

// mineTabs switch between all records and one's own.
func mineTabs(r *http.Request, q record.Query) ui.Tabs {
	ctx := r.Context()
	return ui.Tabs{Label: locale.T(ctx, "crmpages.list.whose"), Items: []ui.Link{
		{Label: locale.T(ctx, "crmpages.list.all"), URL: shell.Here(r, "mine", "", "cursor", ""), Current: !q.Mine},
		{Label: locale.T(ctx, "crmpages.list.mine"), URL: shell.Here(r, "mine", "1", "cursor", ""), Current: q.Mine},
	}}
}

// filterFields are the inputs of a list's filters.
func filterFields(ctx context.Context, as access.Actor, v listView) []ui.Field {
	var out []ui.Field
	for _, f := range v.module.Filterable() {
		in := input(ctx, as, f, v.filters, v.errs)
		in.Required, in.Hint = false, ""
		if f.Type == field.Picklist {
			in.Blank = locale.T(ctx, "crmpages.list.any")
		}
		out = append(out, in)
	}
	return out
}

// listState carries a list's order and size through its form.
func listState(v listView) []ui.Hidden {
	out := []ui.Hidden{{Name: "size", Value: strconv.Itoa(v.size)}, {Name: "sort", Value: v.query.Sort}}
	if v.query.Desc {
		out = append(out, ui.Hidden{Name: "desc", Value: "1"})
	}
	if v.query.Mine {
		out = append(out, ui.Hidden{Name: "mine", Value: "1"})
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
