package field

import (
	"strings"
	"unicode/utf8"

	"musubi/internal/fault"
)

func parseText(f Field, text string) (any, *fault.Field) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, f.bad("crm.field.text_invalid", nil)
	}
	text = strings.TrimSpace(text)
	if f.Type != LongText {
		text = strings.Join(strings.Fields(text), " ")
	}
	if text == "" {
		return nil, nil
	}
	if f.Max > 0 && utf8.RuneCountInString(text) > f.Max {
		return nil, f.bad("crm.field.long", fault.Args{"Max": f.Max})
	}
	return text, nil
}
