package projectviews

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"golang.org/x/text/unicode/norm"

	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Timesheets is the word of the tab of hours in addresses.
const Timesheets = "timesheet"

// TimeMay is what one may do with the hours of a project.
type TimeMay struct {
	Log    bool
	Others bool // log for others
}

// Sheets serves the hours of a project in one house; the functions are what the house
// does with them for whoever asks.
type Sheets struct {
	Shell  *shell.Shell
	At     func(r *http.Request, project id.ID) string // address of the tab
	List   func(r *http.Request, project id.ID, q gate.TimeQuery) (gate.TimeSheet, error)
	One    func(r *http.Request, project, entry id.ID) (gate.TimeLog, error)
	Save   func(r *http.Request, project id.ID, once string, in gate.TimeInput) error
	Delete func(r *http.Request, project, entry id.ID) error
	// Find gives items to log for; Item the one named, for a form that begins with it.
	Find func(r *http.Request, project id.ID, part Part, q string) ([]Item, error)
	Item func(r *http.Request, project id.ID, part Part, item id.ID) (Item, error)
	// Frame says what one may do and who hours can be logged for.
	Frame func(r *http.Request, project id.ID) (TimeMay, []Ref, error)
	// Show renders a body inside the project's page.
	Show func(w http.ResponseWriter, r *http.Request, project id.ID, code int, body templ.Component) error
}

// Routes adds the hours below a project.
func (s Sheets) Routes(r chi.Router) {
	h := s.Shell.Handle
	r.Get("/timesheet", h(s.list))
	r.Post("/timesheet", h(s.save))
	r.Get("/timesheet/find", h(s.find))
	r.Get("/timesheet/new", h(s.fresh))
	r.Get("/timesheet/{entry}", h(s.edit))
	r.Post("/timesheet/{entry}", h(s.save))
	r.Get("/timesheet/{entry}/delete", h(s.ask))
	r.Post("/timesheet/{entry}/delete", h(s.remove))
}

// timeForm is the form of an entry with what was typed.
type timeForm struct {
	at      string
	now     gate.TimeLog
	item    string // "task:7"
	text    string // its title
	hours   string
	day     string
	member  string
	members []Ref
	may     TimeMay
	note    string
	charged bool
	once    string
	errs    ui.Errors
	stale   bool
}

// timeList is the tab: the sums, the filters, the entries.
type timeList struct {
	at      string
	sheet   gate.TimeSheet
	query   gate.TimeQuery
	members []Ref
	may     TimeMay
	pager   ui.Pager
	errs    ui.Errors
}

func (s Sheets) list(w http.ResponseWriter, r *http.Request) error {
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	in, err := shell.ReadQuery(r)
	if err != nil {
		return err
	}
	v := timeList{at: s.At(r, project), query: gate.TimeQuery{Member: in.ID("member"), From: in.Text("from"), To: in.Text("to"), Page: shell.Paging(r)}}
	v.sheet, err = s.List(r, project, v.query)
	if err != nil {
		if !shell.Expected(err) {
			return err
		}
		v.errs = shell.Errors(r.Context(), err)
	}
	if v.may, v.members, err = s.Frame(r, project); err != nil {
		return err
	}
	v.pager = shell.Pager(r, "", v.sheet.Next)
	code := 0
	if v.errs.Any() {
		code = http.StatusUnprocessableEntity
	}
	return s.Show(w, r, project, code, timeTab(v))
}

// find feeds the picker of what was worked on.
func (s Sheets) find(w http.ResponseWriter, r *http.Request) error {
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	var out []ui.Option
	for _, part := range Commented() {
		list, err := s.Find(r, project, part, r.URL.Query().Get("q"))
		if err != nil {
			return err
		}
		for _, i := range list {
			out = append(out, ui.Option{Value: part.Kind() + ":" + i.ID.String(), Label: i.Title, Small: i.Number})
		}
	}
	return shell.Suggest(w, out)
}

func (s Sheets) fresh(w http.ResponseWriter, r *http.Request) error {
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	f := timeForm{day: s.Shell.Today(r.Context()), once: shell.Once(), charged: true}
	for _, part := range Commented() {
		n, err := id.Parse(r.URL.Query().Get(part.Kind()))
		if err != nil || n == 0 {
			continue
		}
		i, err := s.Item(r, project, part, n)
		if err != nil {
			return err
		}
		f.item, f.text = part.Kind()+":"+n.String(), i.Title
	}
	return s.show(w, r, project, f, 0)
}

func (s Sheets) edit(w http.ResponseWriter, r *http.Request) error {
	project, now, err := s.entry(r)
	if err != nil {
		return err
	}
	f := timeForm{now: now, day: now.Day, hours: Hours(int64(now.Minutes)), note: now.Note, charged: now.Billable, member: now.Member.String(), text: now.ItemTitle}
	if now.Item != 0 {
		f.item = now.Kind + ":" + now.Item.String()
	}
	return s.show(w, r, project, f, 0)
}

// entry reads the entry of the address.
func (s Sheets) entry(r *http.Request) (id.ID, gate.TimeLog, error) {
	project, err := shell.ID(r, "project")
	if err != nil {
		return 0, gate.TimeLog{}, err
	}
	n, err := shell.ID(r, "entry")
	if err != nil {
		return 0, gate.TimeLog{}, err
	}
	now, err := s.One(r, project, n)
	return project, now, err
}

func (s Sheets) show(w http.ResponseWriter, r *http.Request, project id.ID, f timeForm, code int) error {
	var err error
	f.at = s.At(r, project)
	if f.may, f.members, err = s.Frame(r, project); err != nil {
		return err
	}
	return s.Show(w, r, project, code, timePage(f))
}

func (s Sheets) save(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	project, err := shell.ID(r, "project")
	if err != nil {
		return err
	}
	f := timeForm{item: in.Text("item"), text: in.Text("item.text"), hours: in.Text("hours"), day: in.Text("day"), member: in.Text("member"),
		note: in.Text("note"), charged: in.On("billable"), once: in.Text("once")}
	if chi.URLParam(r, "entry") != "" {
		if _, f.now, err = s.entry(r); err != nil {
			return err
		}
	}
	kind, item, _ := strings.Cut(f.item, ":")
	n, _ := id.Parse(item)
	if f.item == "" && f.text != "" {
		kind, n = gate.ItemTask, 0 // typed, not chosen: told beside the field
	}
	err = s.Save(r, project, f.once, gate.TimeInput{ID: f.now.ID, Version: in.Int("version"), Kind: kind, Item: n, Member: in.ID("member"), Day: f.day,
		Minutes: ReadHours(f.hours), Billable: f.charged, Note: f.note})
	if err == nil {
		return s.Shell.Done(w, r, s.At(r, project), locale.T(r.Context(), "projectviews.time.saved"))
	}
	if !shell.Expected(err) {
		return err
	}
	code := shell.StatusOf(err)
	f.errs, f.stale = shell.Errors(r.Context(), err), code == http.StatusConflict
	return s.show(w, r, project, f, code)
}

func (s Sheets) ask(w http.ResponseWriter, r *http.Request) error {
	project, now, err := s.entry(r)
	if err != nil {
		return err
	}
	ctx, at := r.Context(), s.At(r, project)
	title := locale.T(ctx, "projectviews.time.delete")
	ask := ui.Confirm{Title: title, Text: locale.T(ctx, "projectviews.time.delete_text", locale.Args{"Hours": Hours(int64(now.Minutes)), "Name": now.MemberRef.Name}),
		Action: at + "/" + now.ID.String() + "/delete", Label: title, Dangerous: true, BackURL: at}
	return s.Shell.Render(w, r, shell.Page{Title: title, Body: narrow(ask), Fragment: ask})
}

func (s Sheets) remove(w http.ResponseWriter, r *http.Request) error {
	project, now, err := s.entry(r)
	if err != nil {
		return err
	}
	if err := s.Delete(r, project, now.ID); err != nil {
		return err
	}
	return s.Shell.Done(w, r, s.At(r, project), locale.T(r.Context(), "projectviews.time.deleted"))
}

// LogFor is where hours are logged for an item of a project's page; empty where people
// log none.
func LogFor(project string, part Part, item id.ID, may bool) string {
	if !may || item == 0 || part.Kind() == "" {
		return ""
	}
	return project + "/" + Timesheets + "/new?" + part.Kind() + "=" + item.String()
}

// Hours writes minutes as hours and minutes, such as 1:30.
func Hours(minutes int64) string { return fmt.Sprintf("%d:%02d", minutes/60, minutes%60) }

// ReadHours reads 1:30, 1.5, 1,5 or 90m as minutes; what is none of them is -1.
func ReadHours(text string) int {
	text = strings.ToLower(strings.TrimSpace(norm.NFKC.String(text)))
	if m, ok := strings.CutSuffix(text, "m"); ok {
		return wholeMinutes(m, 1)
	}
	if h, m, ok := strings.Cut(text, ":"); ok {
		hours, minutes := wholeMinutes(h, 60), wholeMinutes(m, 1)
		if hours < 0 || minutes < 0 || minutes > 59 {
			return -1
		}
		return hours*60 + minutes
	}
	f, err := strconv.ParseFloat(strings.Replace(strings.TrimSuffix(text, "h"), ",", ".", 1), 64)
	if err != nil || !(f >= 0 && f <= maxHours) {
		return -1
	}
	return int(math.Round(f * 60))
}

// maxHours bounds what is read, so that nothing overflows; the rooms have bounds of
// their own.
const maxHours = 10_000_000

func wholeMinutes(text string, per int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || strings.ContainsAny(text, "+-") || n > maxHours*60/per {
		return -1
	}
	return n
}

// ReadBudget reads the hours of a budget; nothing typed is none.
func ReadBudget(text string) int64 {
	if strings.TrimSpace(text) == "" {
		return 0
	}
	return int64(ReadHours(text))
}

// BudgetText shows a budget in the form; empty for none.
func BudgetText(minutes int64) string {
	if minutes == 0 {
		return ""
	}
	return Hours(minutes)
}

// ChangedBudget gives what a form changed of the budget it showed; nil for nothing. Who
// does not see the budget is shown none, and leaves it alone.
func ChangedBudget(typed string, shown int64) *int64 {
	if typed == BudgetText(shown) {
		return nil
	}
	n := ReadBudget(typed)
	return &n
}

func memberOptions(list []Ref) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, m := range list {
		out[i] = ui.Option{Value: m.ID.String(), Label: m.Name}
	}
	return out
}

func timeTable(ctx context.Context, v timeList) ui.Table {
	t := ui.Table{Caption: locale.T(ctx, "projectviews.time.title"), Columns: []ui.Column{
		{Label: locale.T(ctx, "projectviews.time.day")}, {Label: locale.T(ctx, "projectviews.time.member")}, {Label: locale.T(ctx, "projectviews.time.item")},
		{Label: locale.T(ctx, "projectviews.time.hours"), End: true}, {Label: locale.T(ctx, "projectviews.time.billable")}, {Label: locale.T(ctx, "projectviews.time.note")}},
		Empty: ui.Empty{Icon: "clock", Title: locale.T(ctx, "projectviews.time.none"), Text: locale.T(ctx, "projectviews.time.none_text")}}
	for _, x := range v.sheet.Items {
		var day templ.Component = ui.Text(locale.Date(ctx, x.Day))
		if x.Rights.Edit {
			day = ui.Anchor{Label: locale.Date(ctx, x.Day), URL: v.at + "/" + x.ID.String()}
		}
		charged := ""
		if x.Billable {
			charged = locale.T(ctx, "projectviews.time.yes")
		}
		what := x.ItemTitle
		if x.Kind == "" {
			what = locale.T(ctx, "projectviews.time.general")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{day, ui.Text(x.MemberRef.Name), ui.Text(what), ui.Text(Hours(int64(x.Minutes))), ui.Text(charged), ui.Text(x.Note)}})
	}
	return t
}

func idText(n id.ID) string {
	if n == 0 {
		return ""
	}
	return n.String()
}
