package portal

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"musubi/internal/fault"
)

// Limits of what people type, in characters.
const (
	MaxName    = 100 // of a portal and of a person
	MaxCompany = 200
	maxSlug    = 60
	maxField   = 255
)

// fold is the form names are sorted, searched and found by: one width, one case,
// single spaces.
func fold(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(s))), " ")
}

// clean trims a typed line and takes out what no line holds.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// checkText notes a field that is empty though required, or too long.
func checkText(f *fault.Error, field, value string, required bool, limit int) {
	switch {
	case required && value == "":
		f.Field(field, "portal.fault.required")
	case utf8.RuneCountInString(value) > limit:
		f.Field(field, "portal.fault.too_long", fault.Args{"Limit": limit})
	}
}

// slugOf makes a slug of a name: lower-case letters, digits and single dashes. A
// name without any gives "".
func slugOf(name string) string {
	var b strings.Builder
	dash := false
	for _, r := range fold(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(r)
		default:
			dash = true
		}
		if b.Len() >= maxSlug-12 {
			break
		}
	}
	return b.String()
}

// validSlug says whether a typed slug can be one.
func validSlug(s string) bool {
	if s == "" || len(s) > maxSlug || strings.HasPrefix(s, "-") || strings.HasSuffix(s, "-") {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}

// likeOf makes a LIKE pattern that finds text anywhere, for ESCAPE '\'.
func likeOf(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(fold(text)) + "%"
}
