package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"musubi/internal/fault"
	"musubi/internal/identity"
)

// visitor asks the program as one person and looks at every answer with suspicion.
type visitor struct {
	t       *testing.T
	w       *walkWorld
	key     string
	person  identity.Person
	token   string
	unknown *regexp.Regexp // words of others' data; nil = may read all
	// fields are the names of every form this visitor was shown.
	fields map[string]bool
	seen   map[string]bool
	all    strings.Builder // what was read
	mu     sync.Mutex      // guards what is remembered
}

func (w *walkWorld) visitor(key string, p identity.Person, unknown string) *visitor {
	v := &visitor{t: w.t, w: w, key: key, person: p, fields: map[string]bool{}, seen: map[string]bool{}}
	if unknown != "" {
		v.unknown = regexp.MustCompile("(?i)" + unknown)
	}
	v.signIn()
	return v
}

func (v *visitor) signIn() {
	v.t.Helper()
	if v.person.ID() == 0 {
		return
	}
	sign := func() (identity.Ticket, identity.Person, error) {
		return v.w.app.Ground.Identity.SignIn(v.t.Context(), v.person.Email(), walkPassword, identity.Client{Agent: "walk"})
	}
	ticket, _, err := sign()
	if fault.Is(err, fault.KindTooMany) { // the walk has tried many passwords
		v.w.clock.Advance(time.Hour)
		ticket, _, err = sign()
	}
	if err != nil {
		v.t.Fatalf("sign %s in: %v", v.key, err)
	}
	v.token = ticket.Token
}

type answer struct {
	code int
	body string
	head http.Header
}

// to is where a redirect leads, also for htmx.
func (a answer) to() string { return a.head.Get("Location") + a.head.Get("HX-Redirect") }

// ask sends a request and looks at what every answer must hold to.
func (v *visitor) ask(method, address string, form url.Values, header ...string) answer {
	v.t.Helper()
	return v.send(method, address, form.Encode(), header...)
}

// send is ask with a body of any kind.
func (v *visitor) send(method, address, body string, header ...string) answer {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, "http://127.0.0.1:8080"+address, strings.NewReader(body))
	if err != nil {
		v.t.Fatalf("%s %q: %v", method, address, err)
	}
	r.RemoteAddr = "127.0.0.1:1"
	r.Header.Set("Accept-Language", "en")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if v.token != "" {
		r.AddCookie(&http.Cookie{Name: "musubi", Value: v.token})
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	v.w.app.Handler.ServeHTTP(rec, r)
	a := answer{rec.Code, rec.Body.String(), rec.Header()}
	v.mu.Lock()
	defer v.mu.Unlock()
	if method == http.MethodGet && a.code == http.StatusOK {
		v.all.WriteString(a.body)
	}
	v.look(method+" "+short(address)+" "+short(body), a)
	for _, c := range rec.Result().Cookies() {
		if c.Name == "musubi" {
			v.signIn()
		}
	}
	return a
}

func short(s string) string {
	if len(s) > 160 {
		return s[:160] + "…"
	}
	return s
}

// look fails the test for what no answer may be: a fault of ours, another's data, a
// page that runs something inline or has no heading.
func (v *visitor) look(what string, a answer) {
	v.t.Helper()
	logged := v.w.log.take()
	page, _, _ := strings.Cut(strings.Join(strings.Fields(what)[:2], " "), "?")
	if a.code >= 500 || logged != "" {
		v.once("fault "+what, "%s: %s: %d\n%s", v.key, what, a.code, short4(logged))
	}
	if v.unknown != nil {
		for _, text := range []string{a.body, strings.Join(a.head.Values("Location"), " "), a.head.Get("Content-Disposition")} {
			if at := v.unknown.FindStringIndex(text); at != nil {
				v.once("leak "+page, "%s: %s: %d shows what is not theirs: …%s…", v.key, what, a.code, text[max(0, at[0]-120):min(len(text), at[1]+60)])
			}
		}
	}
	if strings.HasPrefix(a.head.Get("Content-Type"), "text/html") && a.body != "" {
		for name, part := range map[string]string{"Content-Security-Policy": "script-src 'self'; style-src 'self'", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "same-origin", "Cache-Control": "no-store"} {
			if !strings.Contains(a.head.Get(name), part) {
				v.once("header "+page+name, "%s: %s: %s is %q", v.key, what, name, a.head.Get(name))
			}
		}
		for _, bad := range v.read(a.body) {
			v.once("html "+page+bad, "%s: %s: %d: %s", v.key, what, a.code, bad)
		}
	}
}

// once keeps one defect from filling the screen.
func (v *visitor) once(key, format string, args ...any) {
	v.t.Helper()
	if len(v.seen) < 40 && !v.seen[key] {
		v.seen[key] = true
		v.t.Errorf(format, args...)
	}
}

func short4(s string) string { return s[:min(len(s), 1500)] }

// read goes through the marks of a page or part, remembers its fields and gives what
// is wrong with it.
func (v *visitor) read(body string) (wrong []string) {
	headings, title, lang, whole := 0, "", "", false
	z := html.NewTokenizer(strings.NewReader(body))
	for inTitle := false; ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		switch {
		case kind == html.TextToken && inTitle:
			title += token.Data
		case kind == html.EndTagToken && token.Data == "title":
			inTitle = false
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		at := map[string]string{}
		for _, a := range token.Attr {
			at[a.Key] = a.Val
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") ||
				strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				wrong = append(wrong, "inline "+a.Key+" on <"+token.Data+">")
			}
		}
		switch token.Data {
		case "html":
			whole, lang = true, at["lang"]
		case "title":
			inTitle = true
		case "h1":
			headings++
		case "style":
			wrong = append(wrong, "inline <style>")
		case "script":
			if !strings.HasPrefix(at["src"], "/assets/") {
				wrong = append(wrong, "a script that is not a file of ours")
			}
		case "input", "select", "textarea", "button":
			if at["name"] != "" {
				v.fields[at["name"]] = true
			}
		}
	}
	if !whole {
		return wrong
	}
	if headings != 1 {
		wrong = append(wrong, "has not one <h1>")
	}
	if strings.TrimSpace(title) == "" {
		wrong = append(wrong, "has no title")
	}
	if want := v.lang(); lang != want {
		wrong = append(wrong, "lang is "+lang+", not "+want)
	}
	return wrong
}

func (v *visitor) lang() string {
	if v.key == "nobody" || v.person.Locale() == "" {
		return "en"
	}
	return v.person.Locale()
}

// names lists the fields of every form seen, in order.
func (v *visitor) names() []string {
	var out []string
	for name := range v.fields {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
