package field

import (
	"slices"
	"strings"

	"musubi/internal/fault"
	"musubi/internal/locale"
)

// parsePicklist takes the value as the module spells it, in any letter case, and its
// label in any language: a file holds what a screen showed.
func parsePicklist(f Field, text string) (any, *fault.Field) {
	v, bad := parseText(f, text)
	if bad != nil || v == nil {
		return nil, bad
	}
	typed := v.(string)
	if i := slices.IndexFunc(f.Options, func(o string) bool { return strings.EqualFold(o, typed) }); i >= 0 {
		return f.Options[i], nil
	}
	for _, lang := range []string{locale.Japanese, locale.English} {
		l := locale.For(lang, "")
		if i := slices.IndexFunc(f.Options, func(o string) bool { return strings.EqualFold(l.T(OptionKey(o)), typed) }); i >= 0 {
			return f.Options[i], nil
		}
	}
	return nil, f.bad("crm.field.picklist", nil)
}

// OptionKey gives the locale key of a pick list value's label.
func OptionKey(value string) string {
	out := make([]byte, 0, len(value))
	for i := range len(value) {
		c := value[i]
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		default:
			if len(out) == 0 || out[len(out)-1] == '_' {
				continue
			}
			c = '_'
		}
		out = append(out, c)
	}
	for len(out) > 0 && out[len(out)-1] == '_' {
		out = out[:len(out)-1]
	}
	return "crm.option." + string(out)
}
