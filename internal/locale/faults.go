package locale

import (
	"context"
	"errors"
	"strings"

	"musubi/internal/fault"
)

// general are the words for a fault whose own key has no message.
var general = map[fault.Kind]string{
	fault.KindInternal:        "fault.internal",
	fault.KindInvalid:         "fault.invalid",
	fault.KindNotFound:        "fault.not_found",
	fault.KindForbidden:       "fault.forbidden",
	fault.KindUnauthenticated: "fault.unauthenticated",
	fault.KindConflict:        "fault.conflict",
	fault.KindStale:           "fault.stale",
	fault.KindTooMany:         "fault.too_many",
	fault.KindUnavailable:     "fault.unavailable",
}

// Fault says in the person's words what went wrong. A fault that only names fields
// gives their messages, one a line. What is no fault is never shown as such.
func Fault(ctx context.Context, err error) string {
	if err == nil {
		return ""
	}
	l, f := From(ctx), fault.As(err)
	if f == nil {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return l.T("fault.unavailable")
		}
		return l.T("fault.internal")
	}
	if l.Has(f.Key) {
		return l.T(f.Key, f.Args)
	}
	var lines []string
	for _, field := range f.Fields {
		lines = append(lines, FaultField(ctx, field))
	}
	if len(lines) > 0 {
		return strings.Join(lines, "\n")
	}
	key, ok := general[f.Kind]
	if !ok {
		key = "fault.internal"
	}
	return l.T(key)
}

// FaultField says what is wrong with one input.
func FaultField(ctx context.Context, field fault.Field) string {
	l := From(ctx)
	if !l.Has(field.Key) {
		return l.T("fault.invalid")
	}
	return l.T(field.Key, field.Args)
}
