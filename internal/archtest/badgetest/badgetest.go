// Package badgetest checks that no exported method of a service answers somebody
// without a badge. It calls each with the zero value of every argument, the zero
// badge among them, and expects a permission fault.
//
//	badgetest.Run(t, service, "AddHooks")
package badgetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"musubi/internal/fault"
)

// permission lists the faults a caller without a badge may get.
var permission = []fault.Kind{fault.KindUnauthenticated, fault.KindForbidden, fault.KindNotFound}

var (
	contextType = reflect.TypeFor[context.Context]()
	errorType   = reflect.TypeFor[error]()
)

// Run calls every exported method of service but the exempt ones, each in its own
// subtest. Exempt are methods for people not signed in, and those that take no
// badge at all; name each with its reason beside the call. An exemption that names
// no method fails too, so that the list does not outlive what it excuses.
func Run(t *testing.T, service any, exempt ...string) {
	t.Helper()
	v := reflect.ValueOf(service)
	for _, name := range exempt {
		if !v.MethodByName(name).IsValid() {
			t.Errorf("%T has no method %s to exempt", service, name)
		}
	}
	for i := range v.NumMethod() {
		name := v.Type().Method(i).Name
		if slices.Contains(exempt, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if err := Check(v.Method(i)); err != nil {
				t.Error(err)
			}
		})
	}
}

// Check calls one method without a badge and says what is wrong with its answer.
func Check(method reflect.Value) (err error) {
	typ := method.Type()
	if typ.NumOut() == 0 || typ.Out(typ.NumOut()-1) != errorType {
		return errors.New("cannot refuse anybody: its last result is no error")
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("went on without a badge until it panicked: %v", p)
		}
	}()
	out := method.Call(arguments(typ))
	answer, _ := out[len(out)-1].Interface().(error)
	if kind := fault.KindOf(answer); !slices.Contains(permission, kind) {
		return fmt.Errorf("answers the zero badge with %q (%v), want a permission fault", kind, answer)
	}
	for _, o := range out[:len(out)-1] {
		if !empty(o) {
			return fmt.Errorf("refuses, yet hands out %v", o)
		}
	}
	return nil
}

func arguments(method reflect.Type) []reflect.Value {
	n := method.NumIn()
	if method.IsVariadic() {
		n--
	}
	args := make([]reflect.Value, n)
	for i := range args {
		if in := method.In(i); in == contextType {
			args[i] = reflect.ValueOf(context.Background())
		} else {
			args[i] = reflect.Zero(in)
		}
	}
	return args
}

// empty says whether a result holds nothing; an empty slice or map counts.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}
