package archtest

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// speaks are the methods that run a statement: their second argument is SQL.
var speaks = []string{"Query", "QueryRow", "Exec", "QueryContext", "QueryRowContext", "ExecContext"}

// statement recognises SQL in a string, by its upper-case words.
var statement = regexp.MustCompile(`(?s)^\s*(SELECT\s|INSERT INTO\s|UPDATE\s+\w+\s+SET\s|DELETE FROM\s|WITH\s+(RECURSIVE\s+)?\w+(\s*\([^)]*\))?\s+AS\s|CREATE\s+(TABLE|INDEX|UNIQUE)|ALTER TABLE\s)`)

func TestSQLStandsInSQLFiles(t *testing.T) {
	for _, s := range sources(t) {
		if s.generated || s.dir == "internal/archtest" || strings.HasSuffix(s.path, "_sql.go") || strings.HasSuffix(s.path, "_sql_test.go") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && slices.Contains(speaks, f.Sel.Name) && len(n.Args) >= 2 {
					t.Errorf("%s: %s belongs into a file named *_sql.go", s.at(n), f.Sel.Name)
				}
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil && statement.MatchString(text) {
					t.Errorf("%s: a statement belongs into a file named *_sql.go", s.at(n))
				}
			}
			return true
		})
	}
}

func TestStatementsAreRecognised(t *testing.T) {
	for text, want := range map[string]bool{
		"SELECT 1": true, "\n\tSELECT a FROM b": true, "INSERT INTO t VALUES": true, "UPDATE t SET a = 1": true, "DELETE FROM t": true,
		"WITH c AS (SELECT 1)": true, "WITH RECURSIVE c(x) AS (": true,
		"Select a file": false, "UPDATE": false, "SELECTED": false, "updates t set": false,
	} {
		if got := statement.MatchString(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// owners says whose tables begin with which prefix.
var owners = map[string]string{
	"crm_": "internal/crm", "projects_": "internal/projects", "integration_": "internal/integration", "notice_": "internal/notice",
	"identity_": "internal/identity", "mail_": "internal/mail", "jobs_": "internal/jobs", "river_": "internal/jobs",
	"secret_": "internal/secret", "store_": "internal/store", "goose_": "internal/store", "files_": "internal/files", "import_": "internal/importer",
}

var word = regexp.MustCompile(`\b[a-z]+_[a-z0-9_]+\b`)

// TestTablesBelongToTheirRoom: nobody reads or writes past the room that keeps the
// rules of a table, not even to join.
func TestTablesBelongToTheirRoom(t *testing.T) {
	tables := tableNames(t)
	for _, s := range sources(t) {
		if !strings.HasSuffix(s.path, "_sql.go") && !strings.HasSuffix(s.path, "_sql_test.go") {
			continue
		}
		if under(s.dir, "bench") {
			continue // measures against the bare join that the rooms forbid themselves
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			for _, name := range word.FindAllString(lit.Value, -1) {
				prefix := name[:strings.IndexByte(name, '_')+1]
				if owner, ok := owners[prefix]; ok && (tables[name] || prefix == "river_") && !under(s.dir, owner) {
					t.Errorf("%s: %s belongs to %s", s.at(lit), name, owner)
				}
			}
			return true
		})
	}
}

// TestTablesCarryTheirRoomsName finds a table no room would own.
func TestTablesCarryTheirRoomsName(t *testing.T) {
	for name := range tableNames(t) {
		if _, ok := owners[name[:strings.IndexByte(name, '_')+1]]; !ok {
			t.Errorf("table %s carries no room's name", name)
		}
	}
}

func tableNames(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(path.Join(root, "internal/store/tables.txt"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{"goose_db_version": true}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if words := strings.Fields(line); len(words) >= 2 {
			names[words[1]] = true
		}
	}
	return names
}
