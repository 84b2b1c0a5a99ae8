package field

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"musubi/internal/id"
)

// Format gives the text of a value that Parse reads back: for forms and files. Pages
// that only show a value write it in the reader's language instead.
func (f Field) Format(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case id.ID:
		if x == 0 {
			return ""
		}
		return x.String()
	case bool:
		return strconv.FormatBool(x)
	case int64:
		switch f.Type {
		case Currency:
			return money(x)
		case DateTime:
			return time.UnixMicro(x).UTC().Format(time.RFC3339Nano)
		}
		return strconv.FormatInt(x, 10)
	}
	return fmt.Sprint(v)
}

// money writes a scaled amount with no more decimals than it has.
func money(n int64) string {
	sign, size := "", uint64(n)
	if n < 0 {
		sign, size = "-", -size
	}
	text := sign + strconv.FormatUint(size/MoneyScale, 10)
	if part := size % MoneyScale; part != 0 {
		text += "." + strings.TrimRight(fmt.Sprintf("%04d", part), "0")
	}
	return text
}
