package field

import (
	"strings"

	"musubi/internal/fault"
	"musubi/internal/id"
)

func parseID(f Field, text string) (any, *fault.Field) {
	if text = strings.TrimSpace(text); text == "" || text == "0" {
		return nil, nil
	}
	n, err := id.Parse(text)
	if err != nil {
		return nil, f.bad("crm.field.lookup", nil)
	}
	return n, nil
}
