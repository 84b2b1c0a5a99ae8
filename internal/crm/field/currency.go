package field

import (
	"strconv"
	"strings"

	"musubi/internal/fault"
)

// maxWhole is how many digits before the point an int64 of ten-thousandths holds.
const maxWhole = 14

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
	if whole == "" && part == "" || len(part) > 4 || len(whole) > maxWhole || strings.ContainsAny(whole+part, "+-") {
		return nil, f.bad("crm.field.currency", nil)
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", 4-len(part)), 10, 64)
	if err != nil {
		return nil, f.bad("crm.field.currency", nil)
	}
	return f.number(sign * n)
}
