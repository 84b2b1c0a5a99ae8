package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/projects/portal"
)

func TestPermissionsPageIsFresh(t *testing.T) {
	got, err := os.ReadFile(filepath.FromSlash("../../../../docs/permissions.md"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(render(), string(got)); diff != "" {
		t.Errorf("run go generate ./internal/projects/portal: %s", diff)
	}
}

// Every row is there in both languages, and no name is missing.
func TestPermissionsPageIsWhole(t *testing.T) {
	page := render()
	if n, want := strings.Count(page, "\n| "), 2*(len(portal.Table())+7); n != want {
		t.Errorf("%d rows, want %d", n, want)
	}
	if strings.Contains(page, "portal.") {
		t.Error("a name is missing in the message files")
	}
}
