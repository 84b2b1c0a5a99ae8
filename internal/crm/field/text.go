package field

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"musubi/internal/fault"
	"musubi/internal/identity"
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

// parseURL takes web addresses only: a link to anything else, such as javascript:,
// would run in the reader's page.
func parseURL(f Field, text string) (any, *fault.Field) {
	v, bad := parseText(f, text)
	if bad != nil || v == nil {
		return nil, bad
	}
	s := v.(string)
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || !strings.Contains(u.Host, ".") && u.Hostname() != "localhost" {
		return nil, f.bad("crm.field.url", nil)
	}
	return v, nil
}

func parseEmail(f Field, text string) (any, *fault.Field) {
	v, bad := parseText(f, text)
	if bad != nil || v == nil {
		return nil, bad
	}
	check := fault.Invalid("")
	identity.CheckEmail(check, f.Name, v.(string))
	if check.OrNil() != nil {
		return nil, f.bad("crm.field.email", nil)
	}
	return v, nil
}

// parsePicklist takes the value as the module spells it, in any letter case.
func parsePicklist(f Field, text string) (any, *fault.Field) {
	v, bad := parseText(f, text)
	if bad != nil || v == nil {
		return nil, bad
	}
	i := slices.IndexFunc(f.Options, func(o string) bool { return strings.EqualFold(o, v.(string)) })
	if i < 0 {
		return nil, f.bad("crm.field.picklist", nil)
	}
	return f.Options[i], nil
}
