package access_test

import (
	"testing"

	"musubi/internal/crm/access"
)

func TestRightsSettled(t *testing.T) {
	all := access.AllRights()
	for _, tt := range []struct {
		name           string
		before, ticked access.Rights
		want           access.Rights
	}{
		{"create ticks view", access.Rights{}, access.Rights{Create: true}, access.Rights{View: true, Create: true}},
		{"delete ticks view", access.Rights{}, access.Rights{Delete: true}, access.Rights{View: true, Delete: true}},
		{"clearing view clears the row", all, access.Rights{Create: true, Edit: true, Delete: true}, access.Rights{}},
		{"a new tick wins over clearing view", access.Rights{View: true}, access.Rights{Edit: true}, access.Rights{View: true, Edit: true}},
		{"view alone stands", access.Rights{}, access.Rights{View: true}, access.Rights{View: true}},
		{"unticking others leaves view", all, access.Rights{View: true}, access.Rights{View: true}},
		{"nothing stays nothing", access.Rights{}, access.Rights{}, access.Rights{}},
	} {
		if got := tt.ticked.Settled(tt.before); got != tt.want {
			t.Errorf("%s: %+v after %+v = %+v, want %+v", tt.name, tt.ticked, tt.before, got, tt.want)
		}
	}
}

func TestZeroBadgesAreNobody(t *testing.T) {
	var a access.Actor
	for _, tab := range access.Tabs() {
		for _, r := range []access.Right{access.View, access.Create, access.Edit, access.Delete} {
			if a.Can(tab, r) {
				t.Errorf("nobody can %s %s", r, tab)
			}
		}
	}
	for _, p := range access.Permissions() {
		if a.Allowed(p) {
			t.Errorf("nobody is allowed to %s", p)
		}
	}
	if a.Admin() || a.System() || !a.Nobody() || a.RequireAdmin() == nil || a.RequireSystem() == nil {
		t.Error("the zero badge is somebody")
	}
}
