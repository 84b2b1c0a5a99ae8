package locale_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/locale"
)

// text is one message: its forms by plural category, "other" where it has but one.
type text map[string]string

var placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

func (m text) names() []string {
	var out []string
	for _, form := range m {
		for _, found := range placeholder.FindAllStringSubmatch(form, -1) {
			if found[1] != "Count" && !slices.Contains(out, found[1]) { // "one" may say it in words
				out = append(out, found[1])
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestCatalogues(t *testing.T) {
	en, ja := read(t, "en"), read(t, "ja")
	for key, m := range en {
		if ja[key] == nil {
			t.Errorf("%s: only in English", key)
			continue
		}
		if diff := cmp.Diff(m.names(), ja[key].names()); diff != "" {
			t.Errorf("%s: the placeholders differ (-en +ja)\n%s", key, diff)
		}
		if m["one"] != "" && m["other"] == "" || m["one"] == "" && len(m) > 1 {
			t.Errorf("%s: the English plural needs one and other", key)
		}
		if ja[key]["other"] == "" || len(ja[key]) != 1 {
			t.Errorf("%s: Japanese has the form other alone", key)
		}
	}
	for key := range ja {
		if en[key] == nil {
			t.Errorf("%s: only in Japanese", key)
		}
	}
}

// TestMessagesRender finds what the template engine cannot do or leaves open.
func TestMessagesRender(t *testing.T) {
	for _, lang := range []string{"en", "ja"} {
		l := locale.For(lang, "UTC")
		for key, m := range read(t, lang) {
			for _, count := range []int{0, 1, 5000} {
				args := locale.Args{"Count": count}
				for _, name := range m.names() {
					args[name] = "<b>&"
				}
				form := m["other"]
				if count == 1 && m["one"] != "" {
					form = m["one"]
				}
				want := placeholder.ReplaceAllStringFunc(form, func(found string) string {
					if name := placeholder.FindStringSubmatch(found)[1]; name != "Count" {
						return args[name].(string)
					}
					return l.Number(int64(count))
				})
				if got := l.T(key, args); got != want || strings.Contains(got, "{{") {
					t.Errorf("%s in %s with %d: got %q, want %q", key, lang, count, got, want)
				}
			}
		}
	}
}

func TestKeysAreUsedAndPresent(t *testing.T) {
	keys := read(t, "en")
	used := sources(t)
	for key := range keys {
		if !used.literals[key] && !slices.ContainsFunc(used.prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			t.Errorf("%s: no code uses it", key)
		}
	}
	for key, at := range used.asked {
		if keys[key] == nil {
			t.Errorf("%s: %s asks for it, no message exists", key, at)
		}
	}
}

// read merges the files of a language.
func read(t *testing.T, lang string) map[string]text {
	t.Helper()
	paths, err := filepath.Glob("messages/*." + lang + ".json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no messages in %s: %v", lang, err)
	}
	all := map[string]text{}
	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(file, &raw); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		area, _, _ := strings.Cut(filepath.Base(path), ".")
		for key, value := range raw {
			m, plain := text{}, ""
			if json.Unmarshal(value, &plain) == nil {
				m["other"] = plain
			} else if err := json.Unmarshal(value, &m); err != nil {
				t.Errorf("%s: %s: %v", path, key, err)
			}
			if all[key] != nil {
				t.Errorf("%s: %s is in two files", path, key)
			}
			if !strings.HasPrefix(key, area+".") {
				t.Errorf("%s: %s belongs to another file", path, key)
			}
			all[key] = m
		}
	}
	return all
}

// found is what the program's text says about keys.
type found struct {
	literals map[string]bool
	prefixes []string
	asked    map[string]string // key → where a message is asked for by name
}

// sources reads every Go file of the program, what templ made included.
func sources(t *testing.T) found {
	t.Helper()
	f := found{literals: map[string]bool{}, asked: map[string]string{}}
	set := token.NewFileSet()
	for _, root := range []string{"..", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				if os.IsNotExist(err) {
					return nil
				}
				return err
			case entry.IsDir() && (entry.Name() == "node_modules" || strings.HasSuffix(entry.Name(), "test") || entry.Name() == "testdata"):
				return fs.SkipDir // what only tests say is said to nobody
			case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool { f.look(set, n); return true })
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func (f *found) look(set *token.FileSet, n ast.Node) {
	switch n := n.(type) {
	case *ast.BasicLit:
		if s, ok := literal(n); ok {
			f.literals[s] = true
		}
	case *ast.CallExpr:
		selector, ok := n.Fun.(*ast.SelectorExpr)
		if !ok {
			return
		}
		room, _ := selector.X.(*ast.Ident)
		at := -1
		switch name := selector.Sel.Name; {
		case room != nil && room.Name == "locale" && name == "Dynamic":
			if s, ok := literal(n.Args[0]); ok {
				f.prefixes = append(f.prefixes, s)
			}
		case room != nil && room.Name == "locale" && name == "T", name == "Field",
			room != nil && room.Name == "fault" && name == "New":
			at = 1
		case room != nil && room.Name == "fault" && slices.Contains([]string{"Invalid", "NotFound", "Forbidden", "Conflict"}, name):
			at = 0
		}
		if at < 0 || len(n.Args) <= at {
			return
		}
		if s, ok := literal(n.Args[at]); ok && strings.Contains(s, ".") {
			f.asked[s] = set.Position(n.Pos()).String()
		}
	}
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
