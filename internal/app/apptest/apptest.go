// Package apptest runs the whole program in a test: on a free port, with a fresh
// database of each engine, and a browser-like client that keeps cookies and does
// not follow redirects, so that tests see each step.
package apptest

import (
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"musubi/internal/app"
	"musubi/internal/store/storetest"
)

// Password is the one every account made here has.
const Password = "correct horse battery"

// Program is a running program.
type Program struct {
	*app.App
	URL string
}

// Each runs fn with a running program on SQLite and on PostgreSQL.
func Each(t *testing.T, fn func(t *testing.T, p *Program)) {
	t.Helper()
	storetest.EachURL(t, func(t *testing.T, database string) { fn(t, Start(t, app.Config{Database: database})) })
}

// Start runs the program until the test ends.
func Start(t *testing.T, c app.Config) *Program {
	t.Helper()
	if c.Secret == "" {
		c.Secret = "a secret that only tests know"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.Listen = listener.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	a, err := app.Open(ctx, c)
	if err != nil {
		stop()
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
		if err := a.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return &Program{App: a, URL: "http://" + c.Listen}
}

// Browser asks the program as one person's browser would.
type Browser struct {
	t      *testing.T
	base   string
	client *http.Client
	// Lang is what the browser asks pages in.
	Lang string
}

// Page is an answer, read to its end.
type Page struct {
	*http.Response
	Body string
}

// Browser gives a browser nobody is signed in with.
func (p *Program) Browser(t *testing.T) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Browser{t: t, base: p.URL, Lang: "en", client: &http.Client{
		Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Get asks for a page.
func (b *Browser) Get(path string, header ...string) Page {
	b.t.Helper()
	return b.do(http.MethodGet, path, "", header)
}

// Post sends a form; values are name, value, name, value.
func (b *Browser) Post(path string, values ...string) Page {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		form.Add(values[i], values[i+1])
	}
	return b.Send(path, form.Encode(), "application/x-www-form-urlencoded")
}

// Send sends a form written by hand.
func (b *Browser) Send(path, body, kind string) Page {
	b.t.Helper()
	return b.do(http.MethodPost, path, body, []string{"Sec-Fetch-Site", "same-origin", "Content-Type", kind})
}

// Upload sends a form with files; files are name, content, name, content.
func (b *Browser) Upload(path, field string, inputs url.Values, files ...string) Page {
	b.t.Helper()
	var body strings.Builder
	form := multipart.NewWriter(&body)
	for name, list := range inputs {
		for _, v := range list {
			if err := form.WriteField(name, v); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	for i := 0; i+1 < len(files); i += 2 {
		part, err := form.CreateFormFile(field, files[i])
		if err == nil {
			_, err = io.WriteString(part, files[i+1])
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		b.t.Fatal(err)
	}
	return b.Send(path, body.String(), form.FormDataContentType())
}

// SignIn signs in and fails the test when that is refused.
func (b *Browser) SignIn(email, password string) {
	b.t.Helper()
	if page := b.Post("/signin", "email", email, "password", password); page.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("sign-in as %s: %d", email, page.StatusCode)
	}
}

func (b *Browser) do(method, path, content string, header []string) Page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, strings.NewReader(content))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", b.Lang)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return Page{res, string(body)}
}

// To gives where a redirect leads, without the program's address.
func (p Page) To() string { return p.Header.Get("Location") }
