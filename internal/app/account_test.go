package app_test

import (
	"net/http"
	"strings"
	"testing"

	"musubi/internal/app/apptest"
)

// begin makes the first organisation through the page of the log's address.
func begin(t *testing.T, p *apptest.Program, b *apptest.Browser) {
	t.Helper()
	page := b.Post("/start", "token", p.Ground.Identity.StartToken(), "organisation", "結び商事", "time_zone", "Asia/Tokyo",
		"name", "佐藤 結衣", "email", "yui@example.jp", "password", apptest.Password)
	if page.StatusCode != http.StatusSeeOther {
		t.Fatalf("first start: %d", page.StatusCode)
	}
}

func TestFirstStart(t *testing.T) {
	apptest.Each(t, func(t *testing.T, p *apptest.Program) {
		b := p.Browser(t)
		if page := b.Get("/"); page.To() != "/start" {
			t.Errorf("an empty installation leads to %q", page.To())
		}
		if page := b.Get("/start"); strings.Contains(page.Body, "name=\"organisation\"") {
			t.Error("the form is open without the token")
		}
		if page := b.Post("/start", "token", "guess", "organisation", "x", "name", "x", "email", "x@example.com", "password", apptest.Password); page.StatusCode != http.StatusForbidden {
			t.Errorf("a guessed token: %d", page.StatusCode)
		}
		weak := b.Post("/start", "token", p.Ground.Identity.StartToken(), "organisation", "結び <b>", "time_zone", "Asia/Tokyo", "name", "結衣", "email", "yui@example.jp", "password", "short")
		if weak.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(weak.Body, "結び &lt;b&gt;") || strings.Contains(weak.Body, "short\"") {
			t.Errorf("a weak password: %d; what was typed is kept, but for the password", weak.StatusCode)
		}
		begin(t, p, b)
		if page := b.Get("/"); !strings.HasPrefix(page.To(), "/crm/") {
			t.Errorf("the administrator lands at %q, %d", page.To(), page.StatusCode)
		}
		if page := p.Browser(t).Get("/start?token=" + p.Ground.Identity.StartToken()); page.To() != "/signin" {
			t.Errorf("the page works twice: %d", page.StatusCode)
		}
		again := p.Browser(t).Post("/start", "token", p.Ground.Identity.StartToken(), "organisation", "x", "name", "x", "email", "x@example.com", "password", apptest.Password)
		if again.StatusCode != http.StatusConflict {
			t.Errorf("the act works twice: %d", again.StatusCode)
		}
	})
}

func TestSigningInAndOut(t *testing.T) {
	apptest.Each(t, func(t *testing.T, p *apptest.Program) {
		begin(t, p, p.Browser(t))
		b := p.Browser(t)
		if page := b.Get("/me"); page.To() != "/signin?next=%2Fme" {
			t.Errorf("nobody's page leads to %q", page.To())
		}
		wrong := b.Post("/signin", "email", "yui@example.jp", "password", "not it at all")
		unknown := b.Post("/signin", "email", "nobody@example.jp", "password", "not it at all")
		if wrong.StatusCode != http.StatusUnprocessableEntity || unknown.StatusCode != wrong.StatusCode ||
			strings.ReplaceAll(wrong.Body, "yui@", "nobody@") != unknown.Body {
			t.Error("a wrong password and an unknown address are told apart")
		}
		page := b.Post("/signin", "email", "yui@example.jp", "password", apptest.Password, "next", "/me")
		if page.To() != "/me" {
			t.Fatalf("signed in: %d to %q", page.StatusCode, page.To())
		}
		cookie := page.Cookies()[0]
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
			t.Errorf("cookie %v", cookie)
		}
		if me := b.Get("/me"); me.StatusCode != http.StatusOK || !strings.Contains(me.Body, "佐藤 結衣") {
			t.Errorf("/me: %d", me.StatusCode)
		}
		other := p.Browser(t)
		other.SignIn("yui@example.jp", apptest.Password)
		if out := b.Post("/me/signout"); out.To() != "/signin" {
			t.Errorf("sign out everywhere: %d", out.StatusCode)
		}
		if gone := other.Get("/me"); gone.StatusCode != http.StatusSeeOther {
			t.Errorf("the other browser is still in: %d", gone.StatusCode)
		}
	})
}

func TestWhatPeopleChangeOfThemselves(t *testing.T) {
	apptest.Each(t, func(t *testing.T, p *apptest.Program) {
		b := p.Browser(t)
		begin(t, p, b)
		if page := b.Post("/me", "name", "", "locale", "xx", "time_zone", "Mars/Base"); page.StatusCode != http.StatusUnprocessableEntity ||
			strings.Count(page.Body, "aria-invalid") != 3 {
			t.Errorf("bad input: %d", page.StatusCode)
		}
		b.Post("/me", "name", "結衣 S", "locale", "ja", "time_zone", "UTC", "theme", "dark")
		me := b.Get("/me")
		for _, want := range []string{`lang="ja"`, `data-bs-theme="dark"`, "結衣 S", "アカウント設定"} {
			if !strings.Contains(me.Body, want) {
				t.Errorf("missing %s", want)
			}
		}
		b.Post("/language", "language", "en", "back", "/me")
		if me := b.Get("/me"); !strings.Contains(me.Body, `lang="en"`) {
			t.Error("the language did not change at once")
		}
		stays := p.Browser(t)
		stays.SignIn("yui@example.jp", apptest.Password)
		changed := b.Post("/me/password", "old", apptest.Password, "password", "another sentence to know")
		if changed.To() != "/me" || b.Get("/me").StatusCode != http.StatusOK {
			t.Errorf("the browser that changed the password is out: %d", changed.StatusCode)
		}
		if stays.Get("/me").StatusCode == http.StatusOK {
			t.Error("another browser outlived the change of password")
		}
	})
}

func TestProbesAnswer(t *testing.T) {
	apptest.Each(t, func(t *testing.T, p *apptest.Program) {
		b := p.Browser(t)
		b.Get("/signin")
		for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ok", "/metrics": `musubi_http_request_seconds_count{method="GET",route="/signin",status="200"} 1`} {
			if page := b.Get(path); page.StatusCode != http.StatusOK || !strings.Contains(page.Body, want) {
				t.Errorf("%s: %d", path, page.StatusCode)
			}
		}
	})
}
