package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"musubi/internal/crm/access"
	"musubi/internal/integration"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/projects/portal"
	"musubi/internal/store/storetest"
)

// formOf reads a form of a page as a browser would send it: what is hidden, ticked or
// chosen, and of radio buttons the first when none is.
func formOf(t *testing.T, a answer, action string) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "form" && strings.HasSuffix(attr(n, "action"), action) {
			return fieldsOf(n)
		}
	}
	t.Fatalf("the page (%d to %q) has no form for %s", a.code, a.to(), action)
	return nil
}

func fieldsOf(form *html.Node) url.Values {
	out := url.Values{}
	for n := range form.Descendants() {
		name, value := attr(n, "name"), attr(n, "value")
		switch {
		case name == "":
		case n.Data == "input" && attr(n, "type") == "checkbox":
			if has(n, "checked") {
				out.Add(name, value)
			}
		case n.Data == "input" && attr(n, "type") == "radio":
			if has(n, "checked") || !out.Has(name) {
				out.Set(name, value)
			}
		case n.Data == "input":
			out.Add(name, value)
		case n.Data == "textarea" && n.FirstChild != nil:
			out.Add(name, n.FirstChild.Data)
		case n.Data == "select":
			for o := range n.Descendants() {
				if o.Data == "option" && (has(o, "selected") || !out.Has(name)) {
					out.Set(name, attr(o, "value"))
				}
			}
		}
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// twice sends a form two times at once, as a double click does.
func (v *visitor) twice(address string, form url.Values) (answers [2]answer) {
	v.t.Helper()
	var both sync.WaitGroup
	for i := range answers {
		both.Go(func() { answers[i] = v.ask(http.MethodPost, address, form) })
	}
	both.Wait()
	return answers
}

// unjoined makes an organisation that has not begun the set-up, whose administrator
// owns a portal.
func (w *walkWorld) unjoined() (*side, string) {
	w.t.Helper()
	s := w.newSide("charlie7qx")
	admin := s.person("admin", "charlie7qx-admin@example.jp", "en")
	s.admin = must[access.Actor](w.t)(w.app.CRM.Access.Create(w.t.Context(), admin, access.NewOrganisation{
		Name: "charlie7qx", Edition: access.Paid, TimeZone: "Asia/Tokyo", Currency: "JPY", Locale: "en"}))
	p := must[portal.Portal](w.t)(w.app.Project.Portals.Create(w.t.Context(), admin, portal.NewPortal{Name: "charlie7qx portal"}))
	s.org, s.portal = s.admin.Org(), p.ID
	return s, "/crm/" + s.org.String() + "/setup/integration"
}

// TestDoubleClicksDoNothingTwice goes through the set-up and makes a project with
// every form sent two times at once.
func TestDoubleClicksDoNothingTwice(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, database string) {
		w := newWalkWorld(t, database)
		s, base := w.unjoined()
		v := w.visitor("admin", s.people["admin"], "")
		moved := func(what string, answers [2]answer) {
			t.Helper()
			for _, a := range answers {
				// Whoever comes second is either led on or told that it is done already.
				if a.code != http.StatusSeeOther && a.code != http.StatusConflict {
					t.Errorf("%s: %d", what, a.code)
				}
			}
			if answers[0].code == http.StatusConflict && answers[1].code == http.StatusConflict {
				t.Errorf("%s: neither was done", what)
			}
		}
		moved("begin", v.twice(base+"/start", formOf(t, v.ask("GET", base, nil), "/start")))
		moved("portal", v.twice(base+"/portal", formOf(t, v.ask("GET", base+"/portal", nil), "/integration/portal")))
		moved("set-up", v.twice(base+"/permissions", formOf(t, v.ask("GET", base+"/permissions", nil), "/permissions")))
		question := formOf(t, v.ask("GET", base+"/association", nil), "/association")
		question.Set("answer", "yes")
		moved("association", v.twice(base+"/association", question))
		for _, err := range jobstest.Drain(t, w.app.Ground.Queue) {
			t.Error(err)
		}
		o := must[integration.Overview](t)(w.app.Tie.Overview(t.Context(), s.admin))
		if o.Portal.ID != s.portal || o.Association != integration.AnswerYes || o.Registered != 1 {
			t.Errorf("the set-up ends as %+v", o)
		}

		projects := "/crm/" + s.org.String() + "/projects"
		form := formOf(t, v.ask("GET", projects+"/new", nil), "/projects")
		form.Set("name", "made once")
		answers := v.twice(projects, form)
		if answers[0].to() == "" || answers[0].to() != answers[1].to() {
			t.Errorf("new project: %d to %q and %d to %q", answers[0].code, answers[0].to(), answers[1].code, answers[1].to())
		}
		if n := strings.Count(v.ask("GET", projects, nil).body, ">made once<"); n != 1 {
			t.Errorf("the project stands in the list %d times", n)
		}
	})
}

// onceWord is new in every form.
var onceWord = regexp.MustCompile(`name="once" value="[^"]*"`)

// TestWrongKeyAndWrongAddressReadTheSame: the page must not help to find out whose
// address has a key.
func TestWrongKeyAndWrongAddressReadTheSame(t *testing.T) {
	w := newWalkWorld(t, storetest.SQLiteURL(t))
	s, base := w.unjoined()
	other := w.sides[1]
	if _, err := w.app.Project.Keys.Ensure(t.Context(), other.owner); err != nil {
		t.Fatal(err)
	}
	secret, err := w.app.Project.Keys.Reveal(t.Context(), other.people["admin"], other.owner, walkPassword)
	if err != nil {
		t.Fatal(err)
	}
	v := w.visitor("admin", s.people["admin"], "")
	v.ask("POST", base+"/start", formOf(t, v.ask("GET", base, nil), "/start"))
	try := func(key, email string) answer {
		form := formOf(t, v.ask("GET", base+"/portal", nil), "/portal/key")
		form.Set("key", key)
		form.Set("email", email)
		a := v.ask("POST", base+"/portal/key", form)
		a.body = onceWord.ReplaceAllString(strings.NewReplacer(email, "ADDRESS", key, "KEY").Replace(a.body), "")
		return a
	}
	wrongKey := try(strings.Repeat("0", len(secret)), other.people["admin"].Email())
	wrongAddress := try(secret, "somebody.else@example.jp")
	unknown := try(strings.Repeat("1", len(secret)), "nobody.at.all@example.jp")
	if wrongKey.code < 400 {
		t.Errorf("a wrong key: %d", wrongKey.code)
	}
	for name, a := range map[string]answer{"right key, wrong address": wrongAddress, "nothing right": unknown} {
		if a.code != wrongKey.code {
			t.Errorf("%s: %d, a wrong key %d", name, a.code, wrongKey.code)
		}
		if d := cmp.Diff(wrongKey.body, a.body); d != "" {
			t.Errorf("%s reads differently:\n%s", name, short4(d))
		}
	}
}
