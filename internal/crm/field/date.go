package field

import (
	"strings"
	"time"

	"golang.org/x/text/width"

	"musubi/internal/fault"
)

// parseDate takes 2026-04-01 and, as Japanese files write it, 2026/4/1.
func parseDate(f Field, text string) (any, *fault.Field) {
	text = strings.ReplaceAll(width.Fold.String(strings.TrimSpace(text)), "/", "-")
	if text == "" {
		return nil, nil
	}
	d, err := time.Parse("2006-1-2", text)
	if err != nil || d.Year() < 1800 || d.Year() > 9999 {
		return nil, f.bad("crm.field.date", nil)
	}
	return d.Format(time.DateOnly), nil
}

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
