package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIconsAreFoundWhereverPagesNameThem(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"page.templ":    `@ui.Icon("check") @ui.Button{Label: "x", Icon: "plus"}`,
		"page.go":       "//icons: sun moon\nvar b = ui.Empty{Icon:  \"folder\"}",
		"page_templ.go": `ui.Icon("generated")`,
		"page_test.go":  `ui.Icon("tested")`,
		"words.md":      `ui.Icon("written")`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := usedIcons(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"check", "folder", "moon", "plus", "sun"}, got); diff != "" {
		t.Error(diff)
	}
}
