package field

import (
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"musubi/internal/fault"
)

// plain folds full-width digits and drops what people put between digits.
func plain(text string) string {
	text = width.Fold.String(strings.TrimSpace(text))
	return strings.NewReplacer(",", "", " ", "", "¥", "", "$", "", "€", "", "%", "", "円", "").Replace(text)
}

func parseInteger(f Field, text string) (any, *fault.Field) {
	if text = plain(text); text == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, f.bad("crm.field.integer", nil)
	}
	return f.number(n)
}

// number refuses what has more digits than the field takes.
func (f Field) number(n int64) (any, *fault.Field) {
	switch f.Type {
	case Percent:
		if n < 0 || n > 100 {
			return nil, f.bad("crm.field.percent", nil)
		}
	case Integer:
		if f.Max > 0 && !within(n, f.Max, 1) {
			return nil, f.bad("crm.field.digits", fault.Args{"Max": f.Max})
		}
	case Currency:
		if most := min(f.Max, maxWhole); most > 0 && !within(n, most, MoneyScale) {
			return nil, f.bad("crm.field.digits", fault.Args{"Max": most})
		}
	case DateTime:
	default:
		return nil, f.bad("crm.field.type", nil)
	}
	return n, nil
}

// within says whether n, in units of scale, has no more than digits before the point.
func within(n int64, digits int, scale int64) bool {
	for range digits {
		scale *= 10
	}
	return -scale < n && n < scale
}
