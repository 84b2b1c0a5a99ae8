package store

import (
	"database/sql/driver"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"musubi/internal/fault"
)

// Micros is how a time stands in a column: microseconds since 1970, UTC.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// FromMicros reads such a column.
func FromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

// CheckText refuses what PostgreSQL cannot hold and SQLite would keep: NUL bytes and
// invalid UTF-8. Every bound string passes it; forms call it to name the field.
func CheckText(s string) error {
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		return fault.Invalid("fault.text_invalid").WithCode("text_invalid")
	}
	return nil
}

// CleanText makes any bytes storable: NUL goes, invalid UTF-8 becomes U+FFFD. It is
// for text nobody can be asked to correct, such as a line of a log.
func CleanText(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// bind brings arguments to the few types both drivers treat alike.
func bind(args []any) ([]any, error) {
	out := make([]any, len(args))
	for i, a := range args {
		v, err := value(a)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func value(a any) (any, error) {
	switch v := a.(type) {
	case nil:
		return nil, nil
	case string:
		return v, CheckText(v)
	case int64, float64, []byte:
		return v, nil
	case int:
		return int64(v), nil
	case bool:
		return flag(v), nil
	case time.Time, *time.Time:
		return nil, fault.Internalf("store: bind a time with Micros, a date as YYYY-MM-DD")
	case error:
		return nil, fault.Internal(v)
	case driver.Valuer:
		if r := reflect.ValueOf(a); r.Kind() == reflect.Pointer && r.IsNil() {
			return nil, nil
		}
		inner, err := v.Value()
		if err != nil {
			return nil, fault.Internal(err)
		}
		if _, again := inner.(driver.Valuer); again {
			return nil, fault.Internalf("store: cannot bind %T", a)
		}
		return value(inner)
	}
	r := reflect.ValueOf(a)
	switch r.Kind() {
	case reflect.Pointer:
		if r.IsNil() {
			return nil, nil
		}
		return value(r.Elem().Interface())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int(), nil
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(r.Uint()), nil
	case reflect.String:
		return r.String(), CheckText(r.String())
	case reflect.Bool:
		return flag(r.Bool()), nil
	case reflect.Float32, reflect.Float64:
		return r.Float(), nil
	case reflect.Slice:
		if r.Type().Elem().Kind() == reflect.Uint8 {
			return r.Bytes(), nil
		}
	}
	return nil, fault.Internalf("store: cannot bind %T", a)
}

// flag is a boolean column: both engines hold an integer.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
