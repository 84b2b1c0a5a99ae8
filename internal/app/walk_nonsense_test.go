//go:build !race

package app_test

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"musubi/internal/store/storetest"
)

// nonsense is what somebody may type, paste or send in one field of a form whose others
// are as the page gave them.
var nonsense = map[string]string{
	"nothing": "", "a sign": "-1", "too large": "99999999999999999999", "no id of anything": "9007199254740993", "zero": "0", "marks": `<b>&amp;"'; -- \ %_ {Nonsense} 😀`,
	"no day": "2026-02-30", "full width": "１２３", "long": strings.Repeat("長い", 2500), "NUL": "a\x00b", "no UTF-8": "\xff\xfe\x80", "a megabyte": strings.Repeat("x", 1<<20),
	"a column": "email_key", "spaces": " \u3000\t ", "lines": "one\r\ntwo\n\nthree",
}

// ends are acts that take something away or shut somebody out; other tests send those.
var ends = regexp.MustCompile(`delete|trash|remove|deactivate|disable|password|signout|regenerate|owner|purge|empty|undo|discard|/end|refuse|cancel|change|preferences`)

// leak is what no page may say: words of the machine.
var leak = regexp.MustCompile(`SQLSTATE|SQLite|sqlite|constraint failed|[Ss]yntax error|no such (table|column)|\bpq:|pgconn|goroutine|runtime error|strconv\.|invalid syntax|unexpected EOF|http: |multipart: `)

// many are the forms with most to type, and those that take files. The other forms are
// sent hostile texts by the walk of all routes.
var many = regexp.MustCompile(`/(views|columns|statuses|fields|documents|files|rules|mapping|archives|import|clients)\b`)

var digits = regexp.MustCompile(`\d+`)

// few is the nonsense for what is chosen and not typed.
var few = []string{"nothing", "too large", "no id of anything", "marks", "NUL", "no UTF-8"}

// typed is a form of a page: where it goes and what stands in it.
type typed struct {
	page, action string
	upload       bool
	fields       url.Values
	texts        map[string]bool // that a person types
	files        []string
}

// forms reads what a page lets one send.
func forms(t *testing.T, page, body string) (out []typed) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data != "form" || attr(n, "method") != "post" || ends.MatchString(attr(n, "action")) {
			continue
		}
		f := typed{page: page, action: attr(n, "action"), upload: attr(n, "enctype") == "multipart/form-data", fields: fieldsOf(n), texts: map[string]bool{}}
		for d := range n.Descendants() {
			name, kind := attr(d, "name"), attr(d, "type")
			switch {
			case name == "":
			case kind == "file":
				f.files = append(f.files, name)
				f.fields.Del(name)
			case d.Data == "textarea", d.Data == "input" && !slices.Contains([]string{"hidden", "checkbox", "radio", "password", "submit"}, kind):
				f.texts[name] = true
			}
			if name != "" && kind != "file" && !f.fields.Has(name) {
				f.fields.Set(name, attr(d, "value")) // an unticked box, an empty text
			}
		}
		out = append(out, f)
	}
	return out
}

// sent sends a form, with its files if it has any.
func (v *visitor) sent(f typed, fields url.Values, file string) answer {
	v.t.Helper()
	if !f.upload {
		return v.ask(http.MethodPost, f.action, fields)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		for _, value := range fields[name] {
			if err := w.WriteField(name, value); err != nil {
				v.t.Fatal(err)
			}
		}
	}
	for _, name := range f.files {
		part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + name + `"; filename="` + file + `"`}})
		if err == nil {
			_, err = part.Write([]byte(file + "\xff\x00\n,,\"\n"))
		}
		if err != nil {
			v.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		v.t.Fatal(err)
	}
	return v.send(http.MethodPost, f.action, body.String(), "Content-Type", w.FormDataContentType())
}

// TestNonsenseIsToldInWords sends the forms with most to type once for each of their
// fields and each nonsense: no answer is a fault of ours or speaks of the machine, and a form
// that comes back holds what was typed.
func TestNonsenseIsToldInWords(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, database string) {
		w := newWalkWorld(t, database)
		a := w.sides[0]
		v := w.visitor("admin", a.people["admin"], w.sides[1].word)
		var all []typed
		seen := map[string]bool{}
		for _, r := range w.routes() {
			if r.method != http.MethodGet || ends.MatchString(r.pattern) {
				continue
			}
			page := r.fill(t, a, a, "Accounts", "")
			for _, f := range forms(t, page, v.ask(http.MethodGet, page, nil).body) {
				if key := digits.ReplaceAllString(f.action, "N"); many.MatchString(key) && !seen[key] && !strings.HasSuffix(key, "/move") {
					seen[key] = true
					all = append(all, f)
				}
			}
		}
		n := 0
		for _, f := range all {
			for _, name := range slices.Sorted(maps.Keys(f.fields)) {
				list := few
				if f.texts[name] && w.app.Ground.DB.Dialect().Name() == "sqlite" { // pages are the same on both
					list = slices.Sorted(maps.Keys(nonsense))
				}
				for _, what := range list {
					n++
					v.tries(&f, name, what)
				}
			}
		}
		if len(all) < 20 || n < 500 {
			t.Errorf("only %d forms were sent %d times", len(all), n)
		}
	})
}

// tries sends a form with one nonsense and looks at the answer.
func (v *visitor) tries(f *typed, name, what string) {
	v.t.Helper()
	value := nonsense[what]
	fields := url.Values{}
	maps.Copy(fields, f.fields)
	fields[name] = []string{value}
	if what == "nothing" {
		fields[name] = []string{"", value, "x"} // and the name more than once
	}
	got := v.sent(*f, fields, "a\".csv")
	where := digits.ReplaceAllString(f.action, "N") + " " + name
	if bad := leak.FindString(got.body); bad != "" {
		v.once("words "+where, "%s with %s: %d says %q", where, what, got.code, bad)
	}
	if got.code == http.StatusSeeOther { // it was taken: go on from what stands there now
		for _, now := range forms(v.t, f.page, v.ask(http.MethodGet, f.page, nil).body) {
			if now.action == f.action {
				f.fields = now.fields
				break
			}
		}
		return
	}
	if got.code != http.StatusUnprocessableEntity && got.code != http.StatusConflict || !f.texts[name] || len(value) > 20_000 || !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
		return
	}
	back := forms(v.t, f.page, got.body)
	at := slices.IndexFunc(back, func(b typed) bool { return b.action == f.action })
	if at < 0 {
		v.once("form "+where, "%s with %s: %d without the form: %s", where, what, got.code, short(words1(got.body)))
		return
	}
	plain := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	if kept := back[at].fields.Get(name); plain(value) != "" && what != "nothing" && plain(kept) != plain(value) {
		v.once("kept "+where, "%s with %s: %d keeps %q", where, what, got.code, short(kept))
	}
}

var tags = regexp.MustCompile(`<[^>]*>|\s+`)

func words1(body string) string {
	_, main, _ := strings.Cut(body, "<main")
	return strings.Join(strings.Fields(tags.ReplaceAllString(main, " ")), " ")
}
