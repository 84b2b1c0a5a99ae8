package field

import (
	"musubi/internal/fault"
	"musubi/internal/identity"
)

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
