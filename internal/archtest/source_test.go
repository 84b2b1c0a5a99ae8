package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "musubi/"
)

// source is one Go file of the program.
type source struct {
	path      string // from the root, with slashes
	dir       string
	file      *ast.File
	set       *token.FileSet
	test      bool // a test, or a room that only tests use
	support   bool // a room that only tests use: its name ends in "test"
	generated bool
}

// at gives "path:line" of a node.
func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.set.Position(n.Pos()).Line)
}

// ours gives the imports from this module, without its name.
func (s source) ours() (out []string) {
	for _, i := range s.file.Imports {
		path, _ := strconv.Unquote(i.Path.Value)
		if rest, ok := strings.CutPrefix(path, module); ok {
			out = append(out, rest)
		}
	}
	return out
}

// imports says whether the file imports exactly path.
func (s source) imports(path string) bool {
	return slices.ContainsFunc(s.file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == strconv.Quote(path) })
}

// supports says whether a folder is a room that stands up things for tests.
func supports(dir string) bool {
	for part := range strings.SplitSeq(dir, "/") {
		if strings.HasSuffix(part, "test") {
			return true
		}
	}
	return false
}

// walk visits every file of the repository that is ours.
func walk(t *testing.T, visit func(path string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			if os.IsNotExist(err) { // somebody else's file, gone in between
				return nil
			}
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); name == "node_modules" || name == "testdata" || name == "dist" || (len(name) > 2 && name[0] == '.') {
				return fs.SkipDir
			}
			return nil
		}
		visit(filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator))))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var parsed []source // the tests of this package run one after the other

// sources parses all Go files, once.
func sources(t *testing.T) (all []source) {
	t.Helper()
	if parsed != nil {
		return parsed
	}
	defer func() { parsed = all }()
	set := token.NewFileSet()
	walk(t, func(path string) {
		if !strings.HasSuffix(path, ".go") {
			return
		}
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Error(err)
			return
		}
		file, err := parser.ParseFile(set, path, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			return
		}
		dir := path[:max(strings.LastIndexByte(path, '/'), 0)]
		support := supports(dir)
		all = append(all, source{path: path, dir: dir, file: file, set: set, support: support,
			test: support || strings.HasSuffix(path, "_test.go"), generated: ast.IsGenerated(file)})
	})
	return all
}
