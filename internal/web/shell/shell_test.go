package shell_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/locale"
	"musubi/internal/web/shell"
	"musubi/internal/web/ui"
)

// nobody is identity with no session in it.
type nobody struct{}

func (nobody) Session(context.Context, string) (identity.Person, error) {
	return identity.Person{}, fault.New(fault.KindUnauthenticated, "fault.unauthenticated")
}

func (nobody) SetLocale(context.Context, identity.Person, string) error { return nil }

func (nobody) SetTheme(context.Context, identity.Person, string) error { return nil }

// site is a small site behind the whole chain.
func site(t *testing.T, routes func(r chi.Router, s *shell.Shell)) *httptest.Server {
	t.Helper()
	s := shell.New(shell.Options{Sessions: nobody{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	r := chi.NewRouter()
	r.Use(s.Middleware()...)
	r.NotFound(s.NotFound())
	s.Routes(r)
	routes(r, s)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return server
}

func failing(kind fault.Kind) func(chi.Router, *shell.Shell) {
	return func(r chi.Router, s *shell.Shell) {
		r.Get("/", s.Handle(func(http.ResponseWriter, *http.Request) error {
			return fault.New(kind, "fault."+string(kind)).Because(io.ErrUnexpectedEOF)
		}))
	}
}

type answer struct {
	*http.Response
	Body string
}

func ask(t *testing.T, method, address string, header map[string]string, form url.Values) answer {
	t.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res, string(body)}
}

func TestFaultsBecomeStatusesAndWords(t *testing.T) {
	for kind, want := range map[fault.Kind]int{
		fault.KindInvalid: 422, fault.KindNotFound: 404, fault.KindForbidden: 403, fault.KindConflict: 409,
		fault.KindStale: 409, fault.KindTooMany: 429, fault.KindUnavailable: 503, fault.KindInternal: 500,
	} {
		t.Run(string(kind), func(t *testing.T) {
			server := site(t, failing(kind))
			for lang, l := range map[string]*locale.Localizer{"ja": locale.For("ja", "UTC"), "en": locale.For("en", "UTC")} {
				page := ask(t, "GET", server.URL, map[string]string{"Accept-Language": lang}, nil)
				part := ask(t, "GET", server.URL, map[string]string{"Accept-Language": lang, "HX-Request": "true"}, nil)
				if page.StatusCode != want || part.StatusCode != want {
					t.Errorf("status %d and %d, want %d", page.StatusCode, part.StatusCode, want)
				}
				words := l.T("fault." + string(kind))
				if !strings.Contains(page.Body, words) || !strings.Contains(part.Body, words) {
					t.Errorf("%s: the words are missing", lang)
				}
				if !strings.Contains(page.Body, "<html") || strings.Contains(part.Body, "<html") {
					t.Error("a page is a page and a fragment a fragment")
				}
				if strings.Contains(page.Body+part.Body, io.ErrUnexpectedEOF.Error()) {
					t.Error("the cause leaked")
				}
			}
		})
	}
}

func TestNobodyIsLedToSignIn(t *testing.T) {
	server := site(t, func(r chi.Router, s *shell.Shell) {
		r.Route("/crm/{org}", func(r chi.Router) {
			r.Use(shell.Enter(s, "org", func(context.Context, identity.Person, id.ID) (string, shell.Frame, error) {
				t.Error("entered without being signed in")
				return "", shell.Frame{}, nil
			}))
			r.HandleFunc("/x", func(http.ResponseWriter, *http.Request) {})
		})
	})
	page := ask(t, "GET", server.URL+"/crm/1/x?a=b", nil, nil)
	if got := page.Header.Get("Location"); page.StatusCode != 303 || got != "/signin?next=%2Fcrm%2F1%2Fx%3Fa%3Db" {
		t.Errorf("%d %s", page.StatusCode, got)
	}
	part := ask(t, "GET", server.URL+"/crm/1/x", map[string]string{"HX-Request": "true"}, nil)
	if part.Header.Get("HX-Redirect") != "/signin" || part.Body != "" {
		t.Errorf("fragment: %v %q", part.Header, part.Body)
	}
}

func TestAPanicIsAPage(t *testing.T) {
	server := site(t, func(r chi.Router, s *shell.Shell) {
		r.Get("/", func(http.ResponseWriter, *http.Request) { panic("secret detail") })
	})
	res := ask(t, "GET", server.URL, nil, nil)
	if res.StatusCode != 500 || strings.Contains(res.Body, "secret detail") || !strings.Contains(res.Body, res.Header.Get("X-Request-Id")) {
		t.Errorf("%d %s", res.StatusCode, res.Body)
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	server := site(t, failing(fault.KindNotFound))
	h := ask(t, "GET", server.URL, nil, nil).Header
	csp := h.Get("Content-Security-Policy")
	if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Errorf("policy: %s", csp)
	}
	if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Cache-Control"), "no-store") {
		t.Errorf("headers: %v", h)
	}
}

func TestAnotherSiteCannotAct(t *testing.T) {
	acted := false
	server := site(t, func(r chi.Router, s *shell.Shell) {
		r.Post("/act", func(http.ResponseWriter, *http.Request) { acted = true })
	})
	for _, header := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}} {
		if res := ask(t, "POST", server.URL+"/act", header, url.Values{}); res.StatusCode != 403 || acted {
			t.Errorf("%v: %d, acted %v", header, res.StatusCode, acted)
		}
	}
	if ask(t, "POST", server.URL+"/act", map[string]string{"Sec-Fetch-Site": "same-origin"}, url.Values{}); !acted {
		t.Error("our own form was refused")
	}
}

func TestLanguageIsChosenAtOnceAndNeverLeadsAway(t *testing.T) {
	server := site(t, failing(fault.KindNotFound))
	for back, want := range map[string]string{"/x?y=1": "/x?y=1", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/", "": "/"} {
		res := ask(t, "POST", server.URL+"/language", nil, url.Values{"language": {"en"}, "back": {back}})
		if got := res.Header.Get("Location"); res.StatusCode != 303 || got != want {
			t.Errorf("back %q: %d %q", back, res.StatusCode, got)
		}
		cookie := res.Header.Get("Set-Cookie")
		page := ask(t, "GET", server.URL, map[string]string{"Cookie": strings.SplitN(cookie, ";", 2)[0], "Accept-Language": "ja"}, nil)
		if !strings.Contains(page.Body, `lang="en"`) {
			t.Error("the choice did not hold")
		}
	}
}

func TestInputThatIsNoTextIsRefused(t *testing.T) {
	var got string
	server := site(t, func(r chi.Router, s *shell.Shell) {
		r.Post("/in", s.Handle(func(w http.ResponseWriter, r *http.Request) error {
			in, err := shell.ReadForm(w, r)
			got = in.Text("t")
			return err
		}))
	})
	for _, bad := range []string{"a\x00b", "\xff", strings.Repeat("x", 2<<20)} {
		if res := ask(t, "POST", server.URL+"/in", nil, url.Values{"t": {bad}}); res.StatusCode != 422 || got != "" {
			t.Errorf("%d %q", res.StatusCode, got)
		}
	}
	if res := ask(t, "POST", server.URL+"/in", nil, url.Values{"t": {"  山田\r\n太郎 "}}); res.StatusCode != 200 || got != "山田\n太郎" {
		t.Errorf("%d %q", res.StatusCode, got)
	}
}

func TestAFlashIsShownOnce(t *testing.T) {
	server := site(t, func(r chi.Router, s *shell.Shell) {
		r.Post("/save", s.Handle(func(w http.ResponseWriter, r *http.Request) error {
			return s.Done(w, r, "/", "保存しました <b>")
		}))
		r.Get("/", s.Handle(func(w http.ResponseWriter, r *http.Request) error {
			return s.Render(w, r, shell.Page{Title: "t", Body: ui.Text("body")})
		}))
	})
	saved := ask(t, "POST", server.URL+"/save", nil, url.Values{})
	cookie := strings.SplitN(saved.Header.Get("Set-Cookie"), ";", 2)[0]
	page := ask(t, "GET", server.URL, map[string]string{"Cookie": cookie}, nil)
	if !strings.Contains(page.Body, "保存しました &lt;b&gt;") || !strings.Contains(page.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("%v %s", page.Header, page.Body)
	}
}

func TestTooManyAttemptsWait(t *testing.T) {
	server := site(t, func(r chi.Router, s *shell.Shell) {
		r.With(s.Limit(3, time.Minute)).Post("/signin", func(http.ResponseWriter, *http.Request) {})
	})
	var codes []int
	for range 5 {
		codes = append(codes, ask(t, "POST", server.URL+"/signin", nil, url.Values{}).StatusCode)
	}
	if diff := cmp.Diff([]int{200, 200, 200, 429, 429}, codes); diff != "" {
		t.Error(diff)
	}
}

func TestVisitorsBehindAProxyAreCountedApart(t *testing.T) {
	for proxied, want := range map[bool]int{false: 429, true: 200} {
		s := shell.New(shell.Options{Sessions: nobody{}, BehindProxy: proxied, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		r := chi.NewRouter()
		r.Use(s.Middleware()...)
		r.With(s.Limit(1, time.Minute)).Get("/x", func(http.ResponseWriter, *http.Request) {})
		server := httptest.NewServer(r)
		ask(t, "GET", server.URL+"/x", map[string]string{"X-Forwarded-For": "192.0.2.1"}, nil)
		if got := ask(t, "GET", server.URL+"/x", map[string]string{"X-Forwarded-For": "192.0.2.1, 192.0.2.2"}, nil).StatusCode; got != want {
			t.Errorf("behind a proxy %v: another visitor gets %d, want %d", proxied, got, want)
		}
		if got := ask(t, "GET", server.URL+"/x", map[string]string{"X-Forwarded-For": "203.0.113.9, 192.0.2.1"}, nil).StatusCode; got != 429 {
			t.Errorf("behind a proxy %v: a made-up entry helps: %d", proxied, got)
		}
		server.Close()
	}
}

func TestTheDeepestTabIsCurrent(t *testing.T) {
	links := []ui.Link{{URL: "/crm/1"}, {URL: "/crm/1/Accounts"}, {URL: "/crm/1/setup"}}
	for path, want := range map[string]int{"/crm/1": 0, "/crm/1/Accounts/9": 1, "/crm/1/AccountsX": 0, "/crm/12": -1, "/crm/1/setup/users": 2} {
		got := -1
		for i, l := range shell.MarkCurrent(links, path) {
			if l.Current {
				got = i
			}
		}
		if got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

// A one-time link is as good as a password while it lasts: the log, which more people
// read, does not have it.
func TestLogHidesOneTimeLinks(t *testing.T) {
	var log bytes.Buffer
	s := shell.New(shell.Options{Sessions: nobody{}, Log: slog.New(slog.NewTextHandler(&log, nil))})
	r := chi.NewRouter()
	r.Use(s.Middleware()...)
	h := s.Handle(func(http.ResponseWriter, *http.Request) error { return nil })
	r.Get("/password/{token}", h)
	r.Post("/approvals/{token}/refuse", h)
	r.Get("/crm/{org}", h)
	for method, path := range map[string]string{"GET": "/password/s3cret", "POST": "/approvals/7.s3cret/refuse", "HEAD": "/password/s3cret", "PUT": "/password/s3cret"} {
		r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
	}
	r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/crm/7", nil))
	if got := log.String(); strings.Contains(got, "s3cret") || !strings.Contains(got, "path=/approvals/…/refuse") || !strings.Contains(got, "path=/crm/7") {
		t.Error(got)
	}
}

// A form with files is read as it arrives: what it carries besides stays small.
func TestFormWithFilesStaysSmall(t *testing.T) {
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	long := strings.Repeat("x", 15_000)
	for range 200 {
		if err := parts.WriteField("once", long); err != nil {
			t.Fatal(err)
		}
	}
	file, err := parts.CreateFormFile("files", "a.txt")
	if err == nil {
		_, err = file.Write([]byte("a"))
	}
	if err != nil || parts.Close() != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", &form)
	r.Header.Set("Content-Type", parts.FormDataContentType())
	_, n, err := shell.ReadFiles(httptest.NewRecorder(), r, "files", 1<<20, func(shell.Input, int, string, io.Reader) error { return nil })
	if !fault.Is(err, fault.KindInvalid) || n != 0 {
		t.Errorf("3 MB of inputs: %d files, %v", n, err)
	}
}
