package archtest

import (
	"slices"
	"strings"
	"testing"
)

// ground knows nothing of business. fault, id and page may be imported by all.
var ground = []string{"locale", "secret", "store", "jobs", "mail", "files"}

// words are the ground rooms a face may use: it holds no SQL and starts no job.
var words = []string{"locale"}

// arrows says which rooms of internal/ a room may import besides itself, the rooms
// below its own folder, and fault, id and page. A name ending in /* is a subtree.
var arrows = map[string][]string{
	"fault":  {},
	"id":     {"fault"},
	"page":   {},
	"locale": {"fault"},
	"secret": {"fault"},
	"store":  {},
	"jobs":   {"store"},
	"mail":   {"jobs", "store", "locale", "secret"},
	"files":  {"jobs", "store"},

	"csvfile":  {},
	"importer": {"csvfile", "jobs", "store", "locale"},

	"identity": {"store", "jobs", "mail", "secret", "locale"},

	"notice": {"store", "mail", "locale", "identity"},

	"crm":            {},
	"crm/access":     with(ground, "identity"),
	"crm/field":      with(ground, "identity", "crm/access"),
	"crm/schema":     with(ground, "identity", "crm/access", "crm/field"),
	"crm/query":      with(ground, "identity", "crm/access", "crm/field", "crm/schema"),
	"crm/record":     with(ground, "identity", "crm/access", "crm/field", "crm/schema", "crm/query"),
	"crm/note":       with(ground, "identity", "crm/access", "crm/field", "crm/schema", "crm/query", "crm/record"),
	"crm/attachment": with(ground, "identity", "crm/access", "crm/record"),
	"crm/view":       with(ground, "identity", "crm/access", "crm/field", "crm/schema", "crm/query", "crm/record", "crm/builtin"),
	"crm/bulk":       with(ground, "identity", "crm/access", "crm/field", "crm/schema", "crm/query", "crm/record", "crm/builtin", "importer"),
	"crm/builtin":    with(ground, "identity", "crm/access", "crm/field", "crm/schema", "crm/query", "crm/record"),

	"projects":            {},
	"projects/workday":    {},
	"projects/portal":     with(ground, "identity", "projects/workday"),
	"projects/work":       with(ground, "identity", "projects/portal", "projects/workday"),
	"projects/bulk":       with(ground, "identity", "projects/portal", "importer"),
	"projects/servicekey": with(ground, "identity", "projects/portal"),
	"projects/gate":       with(ground, "identity", "projects/portal", "projects/work", "projects/servicekey"),

	// The only room that knows both, and of projects the door alone.
	"integration": with(ground, "csvfile", "notice", "identity", "crm/access", "crm/field", "crm/schema", "crm/builtin", "crm/record", "crm/note", "crm/attachment", "projects/gate"),

	"web":                  {},
	"web/assets":           {},
	"web/ui":               with(words, "web/assets"),
	"web/shell":            with(words, "web/ui", "web/assets", "identity"),
	"web/accountpages":     with(words, "web/ui", "web/shell", "identity"),
	"web/helppages":        with(words, "web/ui", "web/shell", "identity", "projects/portal"), // prints the permission table
	"web/auditviews":       with(words, "web/ui", "identity"),
	"web/outboxpages":      with(words, "web/ui", "web/shell", "identity", "mail"),
	"web/orgpages":         with(words, "web/ui", "web/shell", "web/auditviews", "web/outboxpages", "identity", "mail", "crm/*"),
	"web/noticepages":      with(words, "web/ui", "web/shell", "identity", "notice"),
	"web/setuppages":       with(words, "web/ui", "web/shell", "identity", "mail", "crm/*"),
	"web/crmpages":         with(words, "web/ui", "web/shell", "csvfile", "identity", "crm/*"),
	"web/importpages":      with(words, "web/ui", "web/shell", "identity", "csvfile", "importer"),
	"web/projectviews":     with(words, "web/ui", "web/shell", "identity", "projects/gate"),
	"web/portalpages":      with(words, "web/ui", "web/shell", "web/auditviews", "web/outboxpages", "identity", "mail", "projects/*"),
	"web/projectpages":     with(words, "web/ui", "web/shell", "web/projectviews", "identity", "mail", "projects/*"),
	"web/integrationpages": with(words, "web/ui", "web/shell", "web/projectviews", "identity", "crm/access", "projects/gate", "integration"),

	"app":      {"*"},
	"demo":     {"*"},
	"archtest": {"*"},
}

// commands says what each command may import.
var commands = map[string][]string{
	"cmd/musubi": {"app", "demo"},
}

func with(list []string, more ...string) []string { return append(slices.Clone(list), more...) }

func TestArrows(t *testing.T) {
	for _, s := range sources(t) {
		allowed, self, known := rulesOf(s.dir)
		if !known {
			t.Errorf("%s: the room is not in the arrow table of internal/archtest", s.path)
			continue
		}
		for _, path := range s.ours() {
			to, inside := strings.CutPrefix(path, "internal/")
			if supports(to) && !s.test {
				t.Errorf("%s: %s is for tests alone", s.path, to)
			}
			if !inside || mayImport(allowed, self, to) || (s.test && testMayImport(self, to)) {
				continue
			}
			t.Errorf("%s: %s must not import %s", s.path, self, to)
		}
	}
}

// rulesOf finds the row for a folder: its own or that of the nearest folder above.
func rulesOf(dir string) (allowed []string, self string, known bool) {
	if list, ok := commands[dir]; ok {
		return list, dir, true
	}
	if strings.HasPrefix(dir, "cmd/") || strings.HasPrefix(dir, "bench") || dir == "" {
		return []string{"*"}, dir, true // tools of the house, not part of the program
	}
	for room := strings.TrimPrefix(dir, "internal/"); room != ""; {
		if list, ok := arrows[room]; ok {
			return list, room, true
		}
		room = room[:max(strings.LastIndexByte(room, '/'), 0)]
	}
	return nil, dir, false
}

func mayImport(allowed []string, self, to string) bool {
	if to == self || strings.HasPrefix(to, self+"/") {
		return true
	}
	if to == "fault" || to == "id" || to == "page" {
		return self != "fault" && self != "page" && (self != "id" || to == "fault")
	}
	for _, a := range allowed {
		if a == "*" || a == to || (strings.HasSuffix(a, "/*") && strings.HasPrefix(to, strings.TrimSuffix(a, "*"))) {
			return true
		}
	}
	return false
}

// testMayImport lets tests stand up what their room needs; the walls hold for them too.
func testMayImport(self, to string) bool {
	for _, wall := range []struct{ from, to string }{
		{"crm", "projects"}, {"crm", "integration"}, {"crm", "web"},
		{"projects", "crm"}, {"projects", "integration"}, {"projects", "web"},
		{"integration", "web"}, {"web/ui", "store"},
	} {
		if under(self, wall.from) && under(to, wall.to) {
			return false
		}
	}
	return true
}

func under(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

// TestOnlyAppAssembles keeps the wiring in one place.
func TestOnlyAppAssembles(t *testing.T) {
	for _, s := range sources(t) {
		for _, path := range s.ours() {
			if path == "internal/app" && !s.test && !strings.HasPrefix(s.dir, "cmd/") && !under(s.dir, "internal/app") && !under(s.dir, "internal/demo") && !under(s.dir, "bench") {
				t.Errorf("%s: only commands and the app's own rooms import app", s.path)
			}
		}
	}
}

// TestContextsDoNotKnowHTTP: the remote body of the gate is the one exception.
func TestContextsDoNotKnowHTTP(t *testing.T) {
	for _, s := range sources(t) {
		inContext := under(s.dir, "internal/crm") || under(s.dir, "internal/projects") || under(s.dir, "internal/integration")
		if inContext && !s.test && s.imports("net/http") && !strings.HasPrefix(s.path, "internal/projects/gate/remote") {
			t.Errorf("%s: net/http belongs to a face", s.path)
		}
	}
}

// TestTheArrowTableBites plants wrong imports.
func TestTheArrowTableBites(t *testing.T) {
	for _, wrong := range [][2]string{
		{"internal/crm/record", "projects/gate"}, {"internal/crm/access", "crm/record"}, {"internal/projects/work", "crm/access"},
		{"internal/integration", "projects/portal"}, {"internal/integration", "projects/servicekey"}, {"internal/store", "jobs"},
		{"internal/web/crmpages", "store"}, {"internal/web/integrationpages", "projects/work"}, {"internal/web/crmpages", "web/projectpages"},
		{"cmd/musubi", "store"}, {"internal/fault", "id"}, {"internal/projects/gate", "integration"},
	} {
		allowed, self, known := rulesOf(wrong[0])
		if !known || mayImport(allowed, self, wrong[1]) {
			t.Errorf("%s → %s passes", wrong[0], wrong[1])
		}
	}
}
