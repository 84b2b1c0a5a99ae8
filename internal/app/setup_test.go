package app_test

import (
	"net/http"
	"strings"
	"testing"

	"musubi/internal/app/apptest"
)

func TestSharingAndItsTrace(t *testing.T) {
	apptest.Each(t, func(t *testing.T, p *apptest.Program) {
		b := p.Browser(t)
		begin(t, p, b)
		setup := strings.TrimSuffix(b.Get("/").To(), "/") + "/setup"
		if home := b.Get(setup); !strings.Contains(home.Body, setup+"/sharing") || !strings.Contains(home.Body, setup+"/audit") {
			t.Errorf("the set-up page leads to neither: %d", home.StatusCode)
		}
		if page := b.Get(setup + "/sharing"); page.StatusCode != http.StatusOK {
			t.Fatalf("sharing: %d", page.StatusCode)
		}
		version := versionOf(t, b.Get(setup+"/sharing").Body)
		saved := b.Post(setup+"/sharing", "module", "Accounts", "sharing.Accounts", "read", "version", version)
		if saved.To() != setup+"/sharing" {
			t.Fatalf("saved: %d to %q", saved.StatusCode, saved.To())
		}
		stale := b.Post(setup+"/sharing", "module", "Accounts", "sharing.Accounts", "read_write", "version", version)
		if stale.StatusCode != http.StatusConflict || !strings.Contains(stale.Body, "chip-info\">Everybody may read<") {
			t.Errorf("a stale save: %d; it must show what stands saved", stale.StatusCode)
		}
		if bad := b.Post(setup+"/sharing", "module", "Nonsense", "version", "1"); bad.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a module that is none: %d", bad.StatusCode)
		}
		log := b.Get(setup + "/audit")
		for _, want := range []string{"Data sharing changed", "Accounts: Private → Everybody may read", "佐藤 結衣"} {
			if !strings.Contains(log.Body, want) {
				t.Errorf("the audit log lacks %q", want)
			}
		}
	})
}

// versionOf reads the version in the first form of a page that carries one.
func versionOf(t *testing.T, body string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, `name="version" value="`)
	value, _, closed := strings.Cut(rest, `"`)
	if !ok || !closed {
		t.Fatal("the page carries no version")
	}
	return value
}
