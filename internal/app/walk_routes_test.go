package app_test

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-chi/chi/v5"
)

// faultLog keeps what the program logs as an error: a walk must cause none.
type faultLog struct {
	mu    sync.Mutex
	lines []string
}

func (l *faultLog) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }

func (l *faultLog) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	r.Attrs(func(a slog.Attr) bool { line += " " + a.String(); return true })
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
	return nil
}

func (l *faultLog) WithAttrs([]slog.Attr) slog.Handler { return l }

func (l *faultLog) WithGroup(string) slog.Handler { return l }

// take gives what was logged since the last time.
func (l *faultLog) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := strings.Join(l.lines, "\n")
	l.lines = nil
	return out
}

// route is one address of the program with its method.
type route struct{ method, pattern string }

func (r route) String() string { return r.method + " " + r.pattern }

// house says which kind of tenant the route lies in: "crm", "portal" or none.
func (r route) house() string {
	for _, h := range []string{"crm", "portal"} {
		if strings.HasPrefix(r.pattern, "/"+h+"/{") {
			return h
		}
	}
	return ""
}

// last puts acts that take the house apart behind the others of a walk.
func (r route) last() int {
	for i, word := range []string{"delete", "trash", "remove", "deactivate", "key", "change", "owner", "disable", "password", "signout"} {
		if strings.Contains(r.pattern, word) {
			return i + 1
		}
	}
	return 0
}

// routes are all pages and acts of the running program. Probes and files are not
// pages; their tests are elsewhere.
func (w *walkWorld) routes() []route {
	w.t.Helper()
	var out []route
	err := chi.Walk(w.app.Handler.(chi.Routes), func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		pattern = strings.TrimSuffix(strings.ReplaceAll(pattern, "/*/", "/"), "/")
		switch {
		case pattern == "":
			pattern = "/"
		case strings.HasSuffix(pattern, "*"), pattern == "/healthz", pattern == "/readyz", pattern == "/metrics":
			return nil
		}
		out = append(out, route{method, pattern})
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.SortStableFunc(out, func(a, b route) int { return a.last() - b.last() })
	return out
}

var parameter = regexp.MustCompile(`([^/{}]*)/\{([a-z_A-Z]+)(?::[^}]*)?\}|\{([a-z_A-Z]+)(?::[^}]*)?\}`)

// words are parameters that are not ids, with something they can be.
var words = map[string]string{
	"module": "Accounts", "Module": "Accounts", "token": "walk", "page": "overview", "format": "csv", "place": "0", "list": "contacts", "kind": "accounts", "epoch": "1",
	"crm import": "accounts", "portal import": "clients",
}

// named gives the id a parameter stands for by the segment before it, for those
// parameters whose own name does not say it.
var named = map[string]string{
	"users/id": "user", "profiles/id": "profile", "roles/id": "role", "projects/id": "project", "notes/note": "note", "record": "Accounts", "Tasks/record": "Tasks",
	"clients/id": "company", "clients/client": "company", "users/user": "user", "view-as/user": "clientuser", "related/list": "related", "person": "member", "letter": "letter",
	"users/person": "member", "members/member": "member", "lists/list": "list", "tasklists/list": "list", "bugs/item": "bug", "milestones/item": "milestone", "item": "task",
}

// fill makes an address of the route. Ids of the house itself are those of house,
// everything below it is of inner; junk, when not empty, takes the place of every id.
func (r route) fill(t *testing.T, house, inner *side, module, junk string) string {
	t.Helper()
	return parameter.ReplaceAllStringFunc(r.pattern, func(m string) string {
		at := strings.IndexByte(m, '{')
		before := strings.TrimSuffix(m[:at], "/")
		name, _, _ := strings.Cut(strings.Trim(m[at:], "{}"), ":")
		value := ""
		switch {
		case name == "org":
			value = house.org.String()
		case name == "portal":
			value = house.portal.String()
		case junk != "":
			value = junk
		case (name == "module" || name == "Module") && module != "":
			value = module
		default:
			key, known := named[before+"/"+name]
			if !known {
				key, known = named[name]
			}
			if !known {
				key = name
			}
			if key == "comment" && strings.Contains(r.pattern, "/bugs/") {
				key = "bug comment"
			}
			if _, special := inner.ids[r.house()+" "+key]; special {
				key = r.house() + " " + key
			}
			if key == "Accounts" && module != "" {
				key = module
			}
			if n, ok := inner.ids[key]; ok {
				value = n.String()
			} else if word, ok := words[name]; ok {
				value = word
			} else if word, ok := words[r.house()+" "+name]; ok {
				value = word
			} else {
				t.Fatalf("%s: the walk does not know what %q stands for; say it in walk_routes_test.go", r, name)
			}
		}
		return m[:at] + value
	})
}

// parameters counts what is to be filled besides the house.
func (r route) parameters() int {
	n := strings.Count(r.pattern, "{")
	if r.house() != "" {
		n--
	}
	return n
}
