package projectviews

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/locale"
	"musubi/internal/projects/gate"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// Inner is what a task's page shows of what the task is made of.
type Inner struct {
	At    string // the task's address
	Base  string // that of all tasks
	In    gate.Inner
	Below []Item // its subtasks
	May   bool   // change it
	Early bool   // it starts before something it waits for ends
	Add   bool   // subtasks
	Token string
}

// Inners serves what tasks are made of in one house; the functions are what the house
// does with it for whoever asks. Item is that of Where.
type Inners struct {
	Shell      *shell.Shell
	At         func(r *http.Request, w Where) string // the task's address
	Read       func(r *http.Request, w Where) (gate.Inner, error)
	AddLine    func(r *http.Request, w Where, once, words string) error
	Tick       func(r *http.Request, w Where, line id.ID, done bool) error
	DeleteLine func(r *http.Request, w Where, line id.ID) error
	Place      func(r *http.Request, w Where, parent id.ID) error
	WaitFor    func(r *http.Request, w Where, before id.ID) error
	StopWait   func(r *http.Request, w Where, before id.ID) error
	// Find gives tasks to choose.
	Find func(r *http.Request, project id.ID, q string) ([]Item, error)
	// Show renders a body inside the project's page.
	Show func(w http.ResponseWriter, r *http.Request, at Where, code int, body templ.Component) error
}

// Routes adds what is done to a task's inner parts.
func (n Inners) Routes(r chi.Router) {
	h := n.Shell.Handle
	at := "/" + string(Tasks) + "/{item}"
	r.Post(at+"/checklist", h(n.addLine))
	r.Post(at+"/checklist/{line}", h(n.tick))
	r.Post(at+"/checklist/{line}/delete", h(n.deleteLine))
	r.Get(at+"/find", h(n.find))
	r.Post(at+"/parent", h(n.place))
	r.Post(at+"/predecessors", h(n.waitFor))
	r.Post(at+"/predecessors/{task}/remove", h(n.stopWait))
}

// Inner reads what a task is made of; nil for a new task and for what is none.
func (n Inners) Inner(r *http.Request, w Where, now Item, base string, add bool) (*Inner, error) {
	if w.Part != Tasks || w.Item == 0 {
		return nil, nil
	}
	in, err := n.Read(r, w)
	below := gateItems(in.Below)
	for i := range below {
		below[i].ParentName = "" // it is the page's own
	}
	add = add && now.CanEdit && len(in.Above) < gate.MaxSubtaskLevels
	return &Inner{At: n.At(r, w), Base: base, In: in, Below: below, May: now.CanEdit, Early: now.Early, Add: add, Token: shell.Once()}, err
}

func (n Inners) addLine(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	at, _, err := where(r, Tasks)
	if err != nil {
		return err
	}
	typed, once := in.Text("words"), in.Text("once")
	err = n.AddLine(r, at, once, typed)
	if fault.Is(err, fault.KindInvalid) {
		return n.Show(w, r, at, shell.StatusOf(err), lineAgain(n.At(r, at), typed, once, shell.Errors(r.Context(), err)))
	}
	return n.back(w, r, at, "checklist", err)
}

// line reads the task and the line of an address.
func (n Inners) line(r *http.Request) (Where, id.ID, error) {
	at, _, err := where(r, Tasks)
	if err != nil {
		return at, 0, err
	}
	line, err := shell.ID(r, "line")
	return at, line, err
}

func (n Inners) tick(w http.ResponseWriter, r *http.Request) error {
	in, err := shell.ReadForm(w, r)
	if err != nil {
		return err
	}
	at, line, err := n.line(r)
	if err != nil {
		return err
	}
	return n.back(w, r, at, "checklist", n.Tick(r, at, line, in.On("done")))
}

func (n Inners) deleteLine(w http.ResponseWriter, r *http.Request) error {
	at, line, err := n.line(r)
	if err != nil {
		return err
	}
	return n.back(w, r, at, "checklist", n.DeleteLine(r, at, line))
}

// back leads to a part of the task's page again.
func (n Inners) back(w http.ResponseWriter, r *http.Request, at Where, part string, err error) error {
	if err != nil {
		return err
	}
	shell.Redirect(w, r, n.At(r, at)+"#"+part)
	return nil
}

// tickButton is the box before a line: pressed again it is undone.
func tickButton(at string, l gate.ChecklistLine) ui.Post {
	box := ui.Button{Label: l.Words, Icon: "check", IconOnly: true, Small: true, Attrs: templ.Attributes{"role": "checkbox", "aria-checked": "false"}}
	next := "on"
	if l.Done {
		box.Attrs["aria-checked"], next = "true", ""
	}
	return ui.Post{Action: at + "/checklist/" + l.ID.String(), Hidden: []ui.Hidden{{Name: "done", Value: next}}, Button: box}
}

func dropLine(ctx context.Context, at string, l gate.ChecklistLine) ui.Post {
	return ui.Post{Action: at + "/checklist/" + l.ID.String() + "/delete",
		Button: ui.Button{Label: locale.T(ctx, "projectviews.checklist.delete", locale.Args{"Words": l.Words}), Icon: "trash", IconOnly: true, Small: true, Kind: ui.Ghost}}
}

// lineState says in a word whether a line is done.
func lineState(ctx context.Context, l gate.ChecklistLine) string {
	if l.Done {
		return locale.T(ctx, "projectviews.checklist.done")
	}
	return locale.T(ctx, "projectviews.checklist.open")
}

// ticked tells who did a line, and when.
func ticked(ctx context.Context, l gate.ChecklistLine) string {
	if !l.Done || l.At == 0 {
		return ""
	}
	when := locale.DateTime(ctx, time.UnixMicro(l.At))
	if l.By.Name == "" {
		return when
	}
	return locale.T(ctx, "projectviews.comment.by", locale.Args{"Name": l.By.Name, "When": when})
}

// of writes how many of all are done.
func of(c gate.Count) string { return number(c.Closed) + "/" + number(c.Closed+c.Open) }

// lines counts the lines of a checklist.
func (i Inner) lines() gate.Count {
	var c gate.Count
	for _, l := range i.In.Checklist {
		if l.Done {
			c.Closed++
		} else {
			c.Open++
		}
	}
	return c
}

// counted counts tasks.
func counted(list []Item) gate.Count {
	var c gate.Count
	for _, i := range list {
		if i.Closed {
			c.Closed++
		} else {
			c.Open++
		}
	}
	return c
}

// item is the task's own id, as its address ends.
func (i Inner) item() string { return strings.TrimPrefix(i.At, i.Base+"/") }

func tone(i Item) ui.Tone {
	if i.Closed {
		return ui.Neutral
	}
	return ui.Info
}

// small stands under an item's title: its number, what it is part of and how far its
// inner parts are.
func small(ctx context.Context, i Item) string {
	out := i.Number
	add := func(key string, args locale.Args) { out += " · " + locale.T(ctx, key, args) }
	if i.ParentName != "" {
		add("projectviews.subtask.of", locale.Args{"Title": i.ParentName})
	}
	if i.Subtasks != (gate.Count{}) {
		add("projectviews.subtask.count", locale.Args{"Done": of(i.Subtasks)})
	}
	if i.Checklist != (gate.Count{}) {
		add("projectviews.checklist.count", locale.Args{"Done": of(i.Checklist)})
	}
	if i.Early {
		add("projectviews.order.early", nil)
	}
	return out
}
