package field

import (
	"strings"

	"musubi/internal/fault"
)

func parseBoolean(f Field, text string) (any, *fault.Field) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "":
		return nil, nil
	case "on", "true", "1", "yes", "はい":
		return true, nil
	case "off", "false", "0", "no", "いいえ":
		return false, nil
	}
	return nil, f.bad("crm.field.boolean", nil)
}
