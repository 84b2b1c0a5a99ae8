package assets_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"musubi/internal/web/assets"
)

// The files are there only after `make assets`, which make test runs first.
func built(t *testing.T) {
	t.Helper()
	if err := assets.Check(); err != nil {
		t.Skip(err)
	}
}

func get(t *testing.T, path, accept string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", accept)
	w := httptest.NewRecorder()
	assets.Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestFilesAreCachedForEverAndCompressed(t *testing.T) {
	built(t)
	for name, kind := range map[string]string{"app.css": "text/css", "app.js": "javascript", "icons.svg": "image/svg+xml"} {
		for accept, want := range map[string]string{"": "", "gzip, br": "br", "gzip": "gzip", "br;q=0, gzip": "gzip"} {
			res := get(t, assets.URL(name), accept)
			if res.StatusCode != http.StatusOK || res.Header.Get("Content-Encoding") != want {
				t.Errorf("%s accepting %q: %d, %q", name, accept, res.StatusCode, res.Header.Get("Content-Encoding"))
			}
			if !strings.Contains(res.Header.Get("Content-Type"), kind) || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %v", name, res.Header)
			}
		}
	}
	res := get(t, assets.URL("app.css"), "gzip")
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil || !strings.Contains(string(body), ".table-region") {
		t.Errorf("the style sheet does not unpack: %v", err)
	}
}

func TestNothingElseIsServed(t *testing.T) {
	for _, path := range []string{"/assets/", "/assets/manifest.json", "/assets/../assets.go", "/assets/.sum", "/assets/nothing.css"} {
		if res := get(t, path, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}
