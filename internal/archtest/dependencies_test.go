package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDependenciesAreJustified wants a row with the pinned version for each direct one.
func TestDependenciesAreJustified(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(filepath.Join(root, "docs/dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\S+) \| (v\d\S*) \|`).FindAllStringSubmatch(string(doc), -1) {
		rows[row[1]] = row[2]
	}
	direct := map[string]bool{}
	for _, line := range regexp.MustCompile(`(?m)^(?:require )?\s*(\S+\.\S+/\S+) (v\S+)(.*)$`).FindAllStringSubmatch(string(mod), -1) {
		if strings.Contains(line[3], "// indirect") {
			continue
		}
		direct[line[1]] = true
		if rows[line[1]] != line[2] {
			t.Errorf("docs/dependencies.md: %s is %s in go.mod, %q there", line[1], line[2], rows[line[1]])
		}
	}
	for name := range rows {
		if !direct[name] && name != "honnef.co/go/tools" { // a tool, which go.mod counts as indirect
			t.Errorf("docs/dependencies.md: %s is no direct dependency", name)
		}
	}
	if len(direct) == 0 {
		t.Error("go.mod was not understood")
	}
}
