// Package assets serves what the browser gets besides pages: the style sheet,
// the scripts and the icon sprite. cmd/assets builds them into dist with names
// that carry a hash of their content, so they are cached for ever; dist is
// embedded here and is not in the repository.
package assets

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

// Prefix is the path below which the files are served.
const Prefix = "/assets/"

//go:embed all:dist
var dist embed.FS

type set struct {
	names map[string]string // "app.css" → "app-1a2b3c4d.css"
	files fs.FS
	err   error
}

var load = sync.OnceValue(func() *set {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return &set{err: err}
	}
	s := &set{files: sub, names: map[string]string{}}
	text, err := fs.ReadFile(sub, "manifest.json")
	if err != nil {
		s.err = errors.New("the browser's files are not built into this program: run `make build` (or `go run ./cmd/assets` and build again)")
		return s
	}
	if err := json.Unmarshal(text, &s.names); err != nil {
		s.err = fmt.Errorf("assets manifest: %w", err)
	}
	return s
})

// Check says whether the program was built with its assets; the server asks at
// start, since pages without them are useless.
func Check() error { return load().err }

// URL gives the address of a file by its plain name, such as "app.css".
func URL(name string) string {
	if hashed, ok := load().names[name]; ok {
		return Prefix + hashed
	}
	return Prefix + name
}

// Handler serves the files below Prefix, compressed where the browser allows.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, Prefix)
		s := load()
		if name == "" || name[0] == '.' || name == "manifest.json" || strings.Contains(name, "..") || s.err != nil {
			http.NotFound(w, r)
			return
		}
		body, encoding, err := pick(s.files, name, r.Header.Get("Accept-Encoding"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		if encoding != "" {
			h.Set("Content-Encoding", encoding)
		}
		if r.Method == http.MethodHead {
			return
		}
		_, _ = w.Write(body)
	})
}

// pick reads the smallest form of the file that the browser accepts.
func pick(files fs.FS, name, accept string) ([]byte, string, error) {
	for _, form := range []struct{ ext, encoding string }{{".br", "br"}, {".gz", "gzip"}} {
		if !accepts(accept, form.encoding) {
			continue
		}
		if body, err := fs.ReadFile(files, name+form.ext); err == nil {
			return body, form.encoding, nil
		}
	}
	body, err := fs.ReadFile(files, name)
	return body, "", err
}

func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == encoding {
			return strings.TrimSpace(params) != "q=0"
		}
	}
	return false
}
