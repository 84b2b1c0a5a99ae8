package field

import (
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/width"

	"musubi/internal/fault"
)

var dateMarks = strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "")

var dateShape = regexp.MustCompile(`^(\d{4,})-\d{1,2}-\d{1,2}$`)

// parseDate takes 2026-04-01 and, as Japanese files write it, 2026/4/1 or 2026年4月1日.
func parseDate(f Field, text string) (any, *fault.Field) {
	text = dateMarks.Replace(width.Fold.String(strings.TrimSpace(text)))
	if text == "" {
		return nil, nil
	}
	shape := dateShape.FindStringSubmatch(text)
	if shape == nil {
		return nil, f.bad("crm.field.date", nil)
	}
	if len(shape[1]) > 4 {
		return nil, f.bad("crm.field.date_range", nil)
	}
	d, err := time.Parse("2006-1-2", text)
	if err != nil {
		return nil, f.bad("crm.field.no_day", nil)
	}
	if d.Year() < 1800 {
		return nil, f.bad("crm.field.date_range", nil)
	}
	return d.Format(time.DateOnly), nil
}
