package archtest

import (
	"bytes"
	"go/ast"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	longestFile = 600
	longestDoc  = 15
)

// empty are names that say nothing of what is inside.
var empty = []string{"util", "utils", "common", "helper", "helpers", "misc", "shared", "lib", "base", "types", "models", "manager"}

func TestFilesAreShort(t *testing.T) {
	generated := map[string]bool{}
	for _, s := range sources(t) {
		generated[s.path] = s.generated
	}
	walk(t, func(name string) {
		if !slices.Contains([]string{".go", ".templ", ".ts", ".css"}, path.Ext(name)) || generated[name] {
			return
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
			return
		}
		if n := bytes.Count(text, []byte("\n")); n > longestFile {
			t.Errorf("%s has %d lines, %d are allowed", name, n, longestFile)
		}
	})
}

func TestPackagesAreNamedAndDescribed(t *testing.T) {
	docs, seen := map[string]int{}, map[string]bool{}
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		seen[s.dir] = true
		if slices.Contains(empty, s.file.Name.Name) {
			t.Errorf("%s: package %s says nothing", s.path, s.file.Name.Name)
		}
		if s.file.Doc == nil || s.generated {
			continue
		}
		docs[s.dir]++
		if n := strings.Count(s.file.Doc.Text(), "\n"); n > longestDoc {
			t.Errorf("%s: the package comment has %d lines, %d are allowed", s.path, n, longestDoc)
		}
	}
	for dir := range seen {
		if docs[dir] != 1 {
			t.Errorf("%s has %d package comments, one is wanted", dir, docs[dir])
		}
	}
}

func TestExportedIdentifiersAreDescribed(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") || s.generated {
			continue
		}
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && exportedReceiver(d) && d.Doc == nil {
					t.Errorf("%s: %s has no comment", s.at(d), d.Name.Name)
				}
			case *ast.GenDecl:
				undescribed(s, d, func(n ast.Node, name string) { t.Errorf("%s: %s has no comment", s.at(n), name) })
			}
		}
	}
}

// undescribed reports types and values; one comment over a group is enough for its
// constants and variables, each type wants its own.
func undescribed(s source, d *ast.GenDecl, report func(ast.Node, string)) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Name.IsExported() && spec.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) {
				report(spec, spec.Name.Name)
			}
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				if name.IsExported() && spec.Doc == nil && spec.Comment == nil && d.Doc == nil {
					report(spec, name.Name)
				}
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	kind := d.Recv.List[0].Type
	for {
		switch k := kind.(type) {
		case *ast.StarExpr:
			kind = k.X
		case *ast.IndexExpr:
			kind = k.X
		case *ast.IndexListExpr:
			kind = k.X
		case *ast.Ident:
			return k.IsExported()
		default:
			return true
		}
	}
}

var unfinished = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)

func TestNothingIsLeftForLater(t *testing.T) {
	for _, s := range sources(t) {
		if s.generated || s.dir == "internal/archtest" {
			continue
		}
		for _, group := range s.file.Comments {
			for _, c := range group.List {
				if word := unfinished.FindString(c.Text); word != "" {
					t.Errorf("%s: %s", s.at(c), word)
				}
			}
		}
	}
}

// TestTextsAreNotWrittenInCode: what a person reads stands in the message files.
func TestTextsAreNotWrittenInCode(t *testing.T) {
	japanese := regexp.MustCompile(`[\p{Hiragana}\p{Katakana}]{2}`)
	for _, s := range sources(t) {
		if s.test || !strings.HasPrefix(s.path, "internal/") || spoken[s.dir] {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && japanese.MatchString(lit.Value) {
				t.Errorf("%s: Japanese text in code", s.at(lit))
			}
			return true
		})
	}
}

// spoken are the rooms whose code is about words: example data, and the tables that
// fold or match what people write.
var spoken = map[string]bool{
	"internal/demo":       true,
	"internal/crm/field":  true,
	"internal/crm/record": true,
	"internal/crm/bulk":   true,
}
