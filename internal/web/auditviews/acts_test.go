package auditviews_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"musubi/internal/locale"
)

// recorders are the rooms that write into the audit log with a helper of their own:
// which of its arguments is the act, and what it puts before it.
var recorders = map[string]struct {
	argument int
	prefix   string
}{
	"crm/access":          {3, "access."},
	"projects/portal":     {3, "portal."},
	"projects/servicekey": {4, ""},
	"integration":         {3, ""},
}

// computed are the acts that the program puts together, by room and expression.
var computed = map[string][]string{
	"crm/access: act":                                {"user.activated", "user.invited"},
	"projects/portal: kind":                          {"member_added", "member_removed", "client_user_added", "client_user_removed"},
	`integration: "integration.association_" + with`: {"integration.association_yes", "integration.association_no"},
	`integration: "integration." + letterName`:       {"integration.disabled", "integration.portal_changed"},
	"integration: act":                               {"integration.module_shown", "integration.module_hidden"},
	"identity: act":                                  {"identity.activated", "identity.deactivated"},
}

// TestEveryActHasWords reads from the source what the rooms write into the audit log,
// so that a new act without words does not reach it as a bare name.
func TestEveryActHasWords(t *testing.T) {
	acts, used := map[string]bool{}, map[string]bool{}
	add := func(room, prefix string, e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			act, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			acts[prefix+act] = true
			return
		}
		key := room + ": " + types.ExprString(e)
		used[key] = true
		if computed[key] == nil {
			t.Errorf("%s writes an act this test cannot read; name what it can be in computed", key)
		}
		for _, act := range computed[key] {
			acts[prefix+act] = true
		}
	}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		read(t, filepath.ToSlash(dir), file, add)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key := range computed {
		if !used[key] {
			t.Errorf("computed names %s, which writes nothing any more", key)
		}
	}
	if len(acts) < 40 {
		t.Fatalf("only %d acts found", len(acts))
	}
	for act := range acts {
		for _, lang := range []string{locale.Japanese, locale.English} {
			if !locale.For(lang, "").Has("auditviews.act." + act) {
				t.Errorf("%s has no words in %s", act, lang)
			}
		}
	}
}

// read hands every act that a file writes to add.
func read(t *testing.T, room string, file *ast.File, add func(room, prefix string, e ast.Expr)) {
	t.Helper()
	helpers := []string{"audit", "auditSystem"}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && slices.Contains(helpers, f.Name.Name) {
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				s, ok := n.Fun.(*ast.SelectorExpr)
				if !ok || !slices.Contains(helpers, s.Sel.Name) {
					return true
				}
				r, known := recorders[room]
				if !known || len(n.Args) <= r.argument {
					t.Errorf("%s writes into the audit log in a way this test does not know", room)
					return true
				}
				add(room, r.prefix, n.Args[r.argument])
			case *ast.CompositeLit:
				if name := types.ExprString(n.Type); name != "Entry" && name != "identity.Entry" {
					return true
				}
				for _, e := range n.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok && types.ExprString(kv.Key) == "Act" {
						add(room, "", kv.Value)
					}
				}
			}
			return true
		})
	}
}
