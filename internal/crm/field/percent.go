package field

import (
	"musubi/internal/fault"
)

func parsePercent(f Field, text string) (any, *fault.Field) {
	v, bad := parseInteger(f, text)
	if bad != nil {
		return nil, f.bad("crm.field.percent", nil)
	}
	return v, nil
}
