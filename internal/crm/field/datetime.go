package field

import (
	"strings"
	"time"

	"musubi/internal/fault"
)

func parseDateTime(f Field, text string) (any, *fault.Field) {
	if text = strings.TrimSpace(text); text == "" {
		return nil, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil, f.bad("crm.field.date_time", nil)
	}
	return t.UnixMicro(), nil
}
