package archtest

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// vouchers are the makers of badges for somebody who did not sign in, and the only
// functions that may call them.
var vouchers = []struct {
	room, method string
	arguments    int // with fewer it is another method of that name
	callers      []string
}{
	{"internal/crm/access", "System", 2, []string{"integration.system", "demo.organisation", "app.noteNotices"}},
	{"internal/projects/portal", "System", 2, []string{"projects/gate.admit", "projects/gate.unwatch", "app.workNotices"}},
	{"internal/projects/portal", "EnterMember", 2, []string{"projects/gate.enter", "projects/bulk.Kinds", "app.workNotices"}},
	{"internal/crm/access", "EnterUser", 2, []string{"crm/bulk.Kinds", "demo.organisation", "app.noteNotices", "integration.runnerSees"}},
}

func TestOnlyTheNamedActForOthers(t *testing.T) {
	all := sources(t)
	for _, v := range vouchers {
		used := map[string]bool{}
		for _, s := range all {
			if s.test || s.dir == v.room || !s.imports(module+v.room) {
				continue
			}
			for _, d := range s.file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok || !calls(f, v.method, v.arguments) {
					continue
				}
				caller := strings.TrimPrefix(s.dir, "internal/") + "." + f.Name.Name
				used[caller] = true
				if !slices.Contains(v.callers, caller) {
					t.Errorf("%s: %s calls %s.%s and is not named in internal/archtest", s.at(f), caller, v.room, v.method)
				}
			}
		}
		for _, caller := range v.callers {
			if !used[caller] {
				t.Errorf("internal/archtest names %s as caller of %s.%s, which it is not", caller, v.room, v.method)
			}
		}
	}
}

func calls(f *ast.FuncDecl, method string, arguments int) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if s, ok := call.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == method && len(call.Args) >= arguments {
				found = true
			}
		}
		return true
	})
	return found
}
