package files

import (
	"path"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"musubi/internal/fault"
	"musubi/internal/store"
)

// MaxName is the longest name, in characters.
const MaxName = 200

// Name makes what a browser calls a file a name that is harmless wherever it is shown or
// saved: the last part of a path, without characters nobody sees, in the one spelling
// of its letters that every system finds again.
func Name(raw string) (string, error) {
	name := norm.NFC.String(store.CleanText(raw))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200d', r == '\u2028', r == '\u2029': // orders of writing turn exe.fdp round
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = strings.TrimRight(strings.TrimSpace(name), ". ")
	if name == "" {
		return "", fault.Invalid("files.fault.name").WithCode("file_name")
	}
	return shorten(name), nil
}

// shorten cuts a long name and leaves its ending.
func shorten(name string) string {
	letters := []rune(name)
	if len(letters) <= MaxName {
		return name
	}
	ending := []rune(path.Ext(name))
	if len(ending) > 20 {
		ending = nil
	}
	return string(letters[:MaxName-len(ending)]) + string(ending)
}
