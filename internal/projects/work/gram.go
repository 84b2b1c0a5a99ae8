package work

import (
	"slices"
	"strings"
)

// Kinds of things the search index holds.
const (
	kindProject   = "project"
	kindTask      = "task"
	kindMilestone = "milestone"
	kindBug       = "bug"
)

// grams cuts a folded name into what the search index holds: every two neighbouring
// characters and the last one alone, so that any part of a name, one character or
// more, is found by equality or prefix.
func grams(folded string) []string {
	r := []rune(folded)
	out := pairs(folded)
	if len(r) > 0 {
		out = append(out, string(r[len(r)-1:]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// pairs are the grams of two characters.
func pairs(folded string) []string {
	r := []rune(folded)
	var out []string
	for i := 0; i+1 < len(r); i++ {
		out = append(out, string(r[i:i+2]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// likeOf makes a LIKE pattern that finds folded text anywhere, for ESCAPE '\'.
func likeOf(folded string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(folded) + "%"
}
