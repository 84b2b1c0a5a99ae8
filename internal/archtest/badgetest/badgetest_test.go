package badgetest_test

import (
	"context"
	"reflect"
	"testing"

	"musubi/internal/archtest/badgetest"
	"musubi/internal/fault"
)

type badge struct{ who string }

type service struct{}

func (service) Refuses(_ context.Context, b badge, _ []string, _ ...int) (string, error) {
	if b.who == "" {
		return "", fault.New(fault.KindUnauthenticated, "x")
	}
	return "secret", nil
}
func (service) Answers(context.Context, badge) (string, error) { return "secret", nil }
func (service) Leaks(context.Context, badge) (string, error) {
	return "secret", fault.Forbidden("x")
}
func (service) Breaks(_ context.Context, _ badge, m map[string]int) error {
	m["x"] = 1
	return nil
}
func (service) Complains(context.Context, badge) error { return fault.Invalid("x") }
func (service) Silent(badge) string                    { return "" }

func TestCheck(t *testing.T) {
	for name, good := range map[string]bool{
		"Refuses": true, "Answers": false, "Leaks": false, "Breaks": false, "Complains": false, "Silent": false,
	} {
		err := badgetest.Check(reflect.ValueOf(service{}).MethodByName(name))
		if (err == nil) != good {
			t.Errorf("%s: %v", name, err)
		}
	}
	badgetest.Run(t, service{}, "Answers", "Leaks", "Breaks", "Complains", "Silent")
}
