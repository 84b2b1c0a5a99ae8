package field

import (
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"musubi/internal/fault"
	"musubi/internal/id"
)

// plain folds full-width digits and drops what people put between digits.
func plain(text string) string {
	text = width.Fold.String(strings.TrimSpace(text))
	return strings.NewReplacer(",", "", " ", "", "¥", "", "$", "", "€", "", "%", "", "円", "").Replace(text)
}

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

func parsePercent(f Field, text string) (any, *fault.Field) {
	v, bad := parseInteger(f, text)
	if bad != nil {
		return nil, f.bad("crm.field.percent", nil)
	}
	return v, nil
}

// number refuses what has more digits than the field takes.
func (f Field) number(n int64) (any, *fault.Field) {
	switch f.Type {
	case Percent:
		if n < 0 || n > 100 {
			return nil, f.bad("crm.field.percent", nil)
		}
	case Integer:
		if f.Max > 0 && math.Abs(float64(n)) >= math.Pow10(f.Max) {
			return nil, f.bad("crm.field.digits", fault.Args{"Max": f.Max})
		}
	case Currency:
		if f.Max > 0 && math.Abs(float64(n)/MoneyScale) >= math.Pow10(min(f.Max, 14)) {
			return nil, f.bad("crm.field.digits", fault.Args{"Max": min(f.Max, 14)})
		}
	case DateTime:
	default:
		return nil, f.bad("crm.field.type", nil)
	}
	return n, nil
}

// parseCurrency reads a decimal number exactly; more than four decimals are refused
// rather than rounded.
func parseCurrency(f Field, text string) (any, *fault.Field) {
	if text = plain(text); text == "" {
		return nil, nil
	}
	sign := int64(1)
	if strings.HasPrefix(text, "-") {
		sign, text = -1, text[1:]
	}
	whole, part, _ := strings.Cut(text, ".")
	if whole == "" && part == "" || len(part) > 4 || len(whole) > 14 || strings.ContainsAny(whole+part, "+-") {
		return nil, f.bad("crm.field.currency", nil)
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", 4-len(part)), 10, 64)
	if err != nil {
		return nil, f.bad("crm.field.currency", nil)
	}
	return f.number(sign * n)
}
