package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// How a page names an icon: ui.Icon("check"), Icon: "check", or, where the name
// is chosen at run time, a comment "//icons: check x".
var (
	named  = regexp.MustCompile(`(?:\b[iI]con\(|\bIcon:\s*)"([a-z0-9-]+)"`)
	listed = regexp.MustCompile(`(?m)^\s*//icons:(.*)$`)
	inner  = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)
)

// usedIcons finds the names in the source below the roots.
func usedIcons(roots ...string) ([]string, error) {
	seen := map[string]bool{}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() {
				if d.Name() == "node_modules" || d.Name() == "dist" {
					return filepath.SkipDir
				}
				return nil
			}
			ext := filepath.Ext(path)
			if (ext != ".go" && ext != ".templ") || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			body, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range named.FindAllSubmatch(body, -1) {
				seen[string(m[1])] = true
			}
			for _, m := range listed.FindAllSubmatch(body, -1) {
				for _, name := range strings.Fields(string(m[1])) {
					seen[name] = true
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

// iconSprite joins the drawings of the names into one file of symbols.
func iconSprite(names []string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, name := range names {
		body, err := os.ReadFile(filepath.Join(npm, "@tabler/icons/icons/outline", name+".svg"))
		if err != nil {
			return nil, fmt.Errorf("a page names the icon %q, which @tabler/icons does not have", name)
		}
		m := inner.FindSubmatch(body)
		if m == nil {
			return nil, fmt.Errorf("icon %q: not understood", name)
		}
		fmt.Fprintf(&b, `<symbol id="%s" viewBox="0 0 24 24">%s</symbol>`, name, strings.Join(strings.Fields(string(m[1])), " "))
	}
	b.WriteString(`</svg>`)
	return b.Bytes(), nil
}
