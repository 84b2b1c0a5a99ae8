package ui_test

import (
	"context"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"musubi/internal/locale"
	"musubi/internal/web/ui"
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	ctx := locale.With(context.Background(), locale.For("en", "UTC"))
	var b strings.Builder
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// everything is one of each component with hostile text in every place.
func everything() map[string]templ.Component {
	const bad = `"><script>alert(1)</script>'`
	fields := ui.Group{}
	for _, kind := range []ui.FieldKind{ui.TextField, ui.EmailField, ui.PasswordField, ui.MoneyField, ui.DateField, ui.LongField,
		ui.SelectField, ui.RadioField, ui.CheckField, ui.ChecksField, ui.LookupField, ui.FileField} {
		fields = append(fields, ui.Field{Kind: kind, Name: "n-" + string(kind), Label: bad, Value: bad, Text: bad, Hint: bad, Error: bad,
			Required: true, Suffix: bad, Blank: bad, Source: "/s?" + bad, Options: []ui.Option{{Value: bad, Label: bad, Small: bad, Group: bad}}})
	}
	return map[string]templ.Component{
		"fields": fields,
		"form":   ui.Form{Action: "/x", Guard: true, Errors: ui.Errors{Summary: bad, Fields: []ui.FieldError{{Name: "n-text", Text: bad}}}, Hidden: []ui.Hidden{{Name: "v", Value: bad}}},
		"table": ui.Table{Caption: bad, Columns: []ui.Column{{Label: bad, SortURL: "?" + bad}, {Label: bad, Quiet: true}},
			Rows: []ui.Row{{Cells: []templ.Component{ui.Text(bad), ui.Anchor{Label: bad, URL: "javascript:alert(1)", Small: bad}}}}},
		"confirm":  ui.Confirm{Title: bad, Text: bad, Action: "/x", Label: bad, BackURL: "javascript:alert(1)", Dangerous: true},
		"grid":     ui.CheckGrid{Caption: bad, Corner: bad, Columns: []string{bad}, Rows: []ui.GridRow{{Label: bad, Small: bad, Cells: []ui.GridCell{{Name: "g", Value: bad, Note: bad}}}}},
		"header":   ui.Header{Title: bad, Text: bad, Over: bad, Badges: []ui.Badge{{Label: bad, Tone: ui.Danger}}},
		"alert":    ui.Alert{Title: bad, Text: bad},
		"banner":   ui.Banner{Text: bad, Action: ui.Link{Label: bad, URL: "javascript:alert(1)"}},
		"progress": ui.Progress{ID: "p", Label: bad, Text: bad, PollURL: "/p"},
		"copy":     ui.Copy{Value: bad, Label: bad},
		"details":  ui.Details{Title: bad, Items: []ui.Detail{{Label: bad, Value: ui.Text(bad)}, {Label: bad}}},
		"steps":    ui.Steps{Label: bad, Items: []ui.Step{{Label: bad, Text: bad, URL: "/a", Done: true}, {Label: bad, Current: true}}},
		"menu":     ui.Menu{Label: bad, Items: []templ.Component{ui.Post{Action: "/x", Button: ui.Button{Label: bad, Value: bad, Name: "b"}}}},
	}
}

// What people typed stays text, and nothing the content security policy forbids
// (inline styles, scripts, handlers) is ever written.
func TestHostileTextStaysText(t *testing.T) {
	for name, c := range everything() {
		out := render(t, c)
		walk(t, name, out, func(n *html.Node) {
			if n.Data == "script" || n.Data == "style" {
				t.Errorf("%s: a <%s> got in", name, n.Data)
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: attribute %s on <%s>", name, a.Key, n.Data)
				}
				if strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
					t.Errorf("%s: %s=%q on <%s>", name, a.Key, a.Val, n.Data)
				}
			}
		})
	}
}

// Every id that a control, label or summary points at is there.
func TestNothingPointsNowhere(t *testing.T) {
	for name, c := range everything() {
		out := render(t, c)
		ids := map[string]int{}
		var refs []string
		walk(t, name, out, func(n *html.Node) {
			for _, a := range n.Attr {
				switch a.Key {
				case "id":
					ids[a.Val]++
				case "for", "aria-describedby", "aria-controls", "aria-labelledby":
					refs = append(refs, strings.Fields(a.Val)...)
				}
			}
		})
		for _, ref := range refs {
			if ids[ref] == 0 {
				t.Errorf("%s: points at %q, which is not there", name, ref)
			}
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("%s: id %q stands %d times", name, id, n)
			}
		}
	}
}

func TestErrorsLeadToTheirFields(t *testing.T) {
	e := ui.Errors{Fields: []ui.FieldError{{Name: "last name", Text: "Enter a last name."}}}
	out := render(t, ui.Form{Action: "/x", Errors: e}) + render(t, ui.Field{Name: "last name", Label: "Last name", Error: e.For("last name")})
	for _, want := range []string{`href="#f-last-name"`, `id="f-last-name"`, `aria-invalid="true"`, `aria-describedby="f-last-name-error"`} {
		if !strings.Contains(out, want) {
			t.Errorf("missing %s in %s", want, out)
		}
	}
}

func TestTableWithoutRowsSaysWhatToDo(t *testing.T) {
	out := render(t, ui.Table{Caption: "Accounts", Columns: []ui.Column{{Label: "Name"}}, Empty: ui.Empty{Title: "No accounts yet"}})
	if strings.Contains(out, "<table") || !strings.Contains(out, "No accounts yet") {
		t.Errorf("got %s", out)
	}
}

func TestURL(t *testing.T) {
	if got, want := ui.URL("/a", "q", "山 田&", "none", ""), "/a?q=%E5%B1%B1+%E7%94%B0%26"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := ui.URL("/a", "q", ""); got != "/a" {
		t.Errorf("got %s", got)
	}
}

func walk(t *testing.T, name, text string, visit func(*html.Node)) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			visit(n)
		}
	}
}
