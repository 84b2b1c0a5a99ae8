package access

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"musubi/internal/fault"
)

const maxName = 100 // characters in any name kept here

// fold gives the form in which names are compared and searched: width, case and
// runs of spaces do not matter.
func fold(s string) string {
	return strings.Join(strings.Fields(cases.Fold().String(norm.NFKC.String(s))), " ")
}

// cleaned trims a typed name and collapses what no name holds: line breaks and
// other control characters.
func cleaned(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// checkName adds a fault for a name that is empty or too long.
func checkName(f *fault.Error, field, name string) {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		f.Field(field, "access.fault.name_required")
	case n > maxName:
		f.Field(field, "access.fault.name_long", fault.Args{"Max": maxName})
	}
}

// checkedName refuses a name of a profile or role that cannot be one.
func checkedName(name string) error {
	f := fault.Invalid("access.fault.invalid")
	checkName(f, "name", name)
	return f.OrNil()
}

func stale() *fault.Error { return fault.New(fault.KindStale, "access.fault.stale") }

// given hands out what was made only when nothing failed: a refused change must not
// look like a done one.
func given[T any](made T, err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return made, nil
}
