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
	integration, daily, _ := strings.Cut(read("docs/acceptance.md"), "\n# Daily work")
	for line := range strings.Lines(integration) {
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
		browserTests(t, "check "+number, line, read)
	}
	if checks != 25 {
		t.Errorf("%d checks, want 25", checks)
	}

	// What people do every day, in parts: each has a way that is walked and a refusal.
	last := 0
	for line := range strings.Lines(daily) {
		cells := strings.Split(line, " | ")
		number, err := strconv.Atoi(strings.TrimPrefix(cells[0], "| "))
		if err != nil {
			continue
		}
		if number != last && number != last+1 {
			t.Errorf("part %d stands after %d", number, last)
		}
		last = number
		if len(cells) != 4 {
			t.Errorf("part %d has %d cells, want 4: %s", number, len(cells), line)
			continue
		}
		for _, cell := range cells[2:] {
			if browserTests(t, cells[1], cell, read) == 0 {
				t.Errorf("%q has no browser test of its way or of a refusal", cells[1])
			}
		}
	}
	if last != 17 {
		t.Errorf("daily work ends with %d, want 17", last)
	}
}

// browserTests counts the browser tests a text names, and looks whether there are such.
func browserTests(t *testing.T, what, text string, read func(string) string) int {
	t.Helper()
	found := browserTest.FindAllStringSubmatch(text, -1)
	for _, f := range found {
		if !strings.Contains(read(f[1]), `test("`+f[2]+`"`) {
			t.Errorf("%s: %s has no %q", what, f[1], f[2])
		}
	}
	return len(found)
}
