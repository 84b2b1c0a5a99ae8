package notice

import (
	"sort"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Calls says whether a text might call somebody.
func Calls(text string) bool { return strings.Contains(fold(text), "@") }

// Mentioned gives those of the names that a text calls: "@" and the name as it is
// written, in any width and letter case. Of names that begin alike the longest is the
// one that is meant.
func Mentioned(text string, names []string) []string {
	text = fold(text)
	if !strings.Contains(text, "@") {
		return nil
	}
	sorted := append([]string(nil), names...)
	sort.SliceStable(sorted, func(a, b int) bool { return len(sorted[a]) > len(sorted[b]) })
	var out []string
	for _, name := range sorted {
		call := "@" + fold(name)
		if name == "" || !strings.Contains(text, call) {
			continue
		}
		out = append(out, name)
		text = strings.ReplaceAll(text, call, "\x00")
	}
	return out
}

func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }
