package field

import (
	"strings"
	"time"

	"golang.org/x/text/width"

	"musubi/internal/fault"
)

var dateMarks = strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "")

// parseDate takes 2026-04-01 and, as Japanese files write it, 2026/4/1 or 2026年4月1日.
func parseDate(f Field, text string) (any, *fault.Field) {
	text = dateMarks.Replace(width.Fold.String(strings.TrimSpace(text)))
	if text == "" {
		return nil, nil
	}
	d, err := time.Parse("2006-1-2", text)
	if err != nil || d.Year() < 1800 || d.Year() > 9999 {
		return nil, f.bad("crm.field.date", nil)
	}
	return d.Format(time.DateOnly), nil
}
