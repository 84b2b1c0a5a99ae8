package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	goTest      = regexp.MustCompile("`(internal/[a-z_/]+_test\\.go)` `(Test[A-Za-z0-9]+)`")
	browserTest = regexp.MustCompile("`(e2e/[a-z]+\\.spec\\.ts)` \"([^\"]+)\"")
)

// Every acceptance check names tests there are.
func TestAcceptanceChecksHaveTests(t *testing.T) {
	root := filepath.Join("..", "..")
	read := func(name string) string {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	checks := 0
	for line := range strings.Lines(read("docs/acceptance.md")) {
		number, _, ok := strings.Cut(strings.TrimPrefix(line, "| "), " ")
		if _, err := strconv.Atoi(number); !ok || err != nil {
			continue
		}
		if checks++; number != strconv.Itoa(checks) {
			t.Errorf("check %s stands where %d should", number, checks)
		}
		found := goTest.FindAllStringSubmatch(line, -1)
		if len(found) == 0 {
			t.Errorf("check %s names no Go test", number)
		}
		for _, f := range found {
			if !strings.Contains(read(f[1]), "func "+f[2]+"(t *testing.T)") {
				t.Errorf("check %s: %s has no %s", number, f[1], f[2])
			}
		}
		for _, f := range browserTest.FindAllStringSubmatch(line, -1) {
			if !strings.Contains(read(f[1]), `test("`+f[2]+`"`) {
				t.Errorf("check %s: %s has no %q", number, f[1], f[2])
			}
		}
	}
	if checks != 25 {
		t.Errorf("%d checks, want 25", checks)
	}
}
