// Package fault is the one error type that crosses rooms: a kind that faces map
// to their wire form, a locale key with arguments that faces translate, and the
// fields at fault. It holds no text a person reads and imports nothing of ours.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of failure an error is; faces map it to a status.
type Kind string

// The kinds. Internal is also what any error that is not a fault counts as.
const (
	KindInternal        Kind = "internal"
	KindInvalid         Kind = "invalid"         // the input is wrong; see Fields
	KindNotFound        Kind = "not_found"       // absent, or not visible to the caller
	KindForbidden       Kind = "forbidden"       // known caller, missing right
	KindUnauthenticated Kind = "unauthenticated" // nobody is signed in
	KindConflict        Kind = "conflict"        // the present state forbids it, or a unique value exists
	KindStale           Kind = "stale"           // somebody else saved in between
	KindTooMany         Kind = "too_many"        // slow down and try later
	KindUnavailable     Kind = "unavailable"     // a counterpart did not answer in time; safe to try again
)

// Args are the values a locale message names.
type Args map[string]any

// Field is one input at fault.
type Field struct {
	Name string `json:"name"`
	Key  string `json:"key"`
	Args Args   `json:"args,omitempty"`
}

// Error is a failure a face can explain. Key is a locale key; Code is a stable
// word for programs (for example "key_rejected"), empty where Kind says enough.
// Cause is for the log and is never shown.
type Error struct {
	Kind   Kind    `json:"kind"`
	Key    string  `json:"key"`
	Args   Args    `json:"args,omitempty"`
	Code   string  `json:"code,omitempty"`
	Fields []Field `json:"fields,omitempty"`
	Cause  error   `json:"-"`
}

// Error renders the fault for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Kind))
	if e.Key != "" {
		b.WriteString(": " + e.Key)
	}
	for _, f := range e.Fields {
		b.WriteString(" [" + f.Name + ": " + f.Key + "]")
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes a fault of a kind with a locale key.
func New(kind Kind, key string) *Error { return &Error{Kind: kind, Key: key} }

// Invalid is input that is wrong as a whole; add fields with Field.
func Invalid(key string) *Error { return New(KindInvalid, key) }

// NotFound is a thing that is absent or not visible to the caller.
func NotFound(key string) *Error { return New(KindNotFound, key) }

// Forbidden is a right the caller lacks.
func Forbidden(key string) *Error { return New(KindForbidden, key) }

// Conflict is an act the present state forbids.
func Conflict(key string) *Error { return New(KindConflict, key) }

// Internal wraps an unexpected error; its text never reaches a person.
func Internal(cause error) *Error {
	return &Error{Kind: KindInternal, Key: "fault.internal", Cause: cause}
}

// Internalf wraps an unexpected state described by format.
func Internalf(format string, args ...any) *Error { return Internal(fmt.Errorf(format, args...)) }

// With sets a message argument and returns e.
func (e *Error) With(name string, value any) *Error {
	if e.Args == nil {
		e.Args = Args{}
	}
	e.Args[name] = value
	return e
}

// WithCode sets the code for programs and returns e.
func (e *Error) WithCode(code string) *Error { e.Code = code; return e }

// Because records the cause and returns e.
func (e *Error) Because(cause error) *Error { e.Cause = cause; return e }

// Field adds an input at fault and returns e.
func (e *Error) Field(name, key string, args ...Args) *Error {
	f := Field{Name: name, Key: key}
	if len(args) > 0 {
		f.Args = args[0]
	}
	e.Fields = append(e.Fields, f)
	return e
}

// OrNil gives nil when no field is at fault; it ends a validation.
func (e *Error) OrNil() error {
	if e == nil || len(e.Fields) == 0 {
		return nil
	}
	return e
}

// As gives the fault inside err, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// KindOf gives the kind of err; anything that is not a fault is internal, nil is "".
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e := As(err); e != nil {
		return e.Kind
	}
	return KindInternal
}

// Is says whether err is a fault of the kind.
func Is(err error, kind Kind) bool { return KindOf(err) == kind }

// HasCode says whether err is a fault carrying the code.
func HasCode(err error, code string) bool {
	e := As(err)
	return e != nil && e.Code == code
}
