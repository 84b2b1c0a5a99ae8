package shell

import (
	"context"
	"net/http"
	"time"

	"musubi/internal/identity"
	"musubi/internal/locale"
)

const (
	langCookie  = "musubi-lang"
	themeCookie = "musubi-theme"
	year        = 365 * 24 * time.Hour
	defaultZone = "Asia/Tokyo"
)

// speak chooses the language before it is known who asks: the one chosen in
// this browser, else what the browser prefers. A signed-in person's own choice
// takes its place in who.
func (s *Shell) speak(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := cookie(r, langCookie)
		if !locale.Known(lang) {
			lang = locale.Match(r.Header.Get("Accept-Language"))
		}
		ctx := locale.With(r.Context(), locale.For(lang, defaultZone))
		ctx = context.WithValue(ctx, viewKey{}, view{path: r.URL.RequestURI(), route: r.URL.Path, lang: lang,
			theme: cookie(r, themeCookie), get: r.Method == http.MethodGet})
		w.Header().Add("Vary", "Accept-Language, Cookie, HX-Request")
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// speakTo changes to the person's own language, time zone and theme.
func speakTo(ctx context.Context, p identity.Person) context.Context {
	v := viewOf(ctx)
	if locale.Known(p.Locale()) {
		v.lang = p.Locale()
	}
	v.theme = p.Theme()
	zone := p.TimeZone()
	if zone == "" {
		zone = defaultZone
	}
	return context.WithValue(locale.With(ctx, locale.For(v.lang, zone)), viewKey{}, v)
}

// view is what the layout needs to know of the request.
type view struct {
	path  string
	route string
	lang  string
	theme string
	get   bool
}

type viewKey struct{}

func viewOf(ctx context.Context) view {
	v, _ := ctx.Value(viewKey{}).(view)
	return v
}

// back is where the choice of language or theme returns to. A page that
// answers a POST has no address of its own, so the start is used.
func (v view) back() string {
	if v.get && v.path != "" {
		return v.path
	}
	return "/"
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

func (s *Shell) keep(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", Expires: s.now().Add(year),
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
}

func (s *Shell) chooseLanguage(w http.ResponseWriter, r *http.Request) error {
	in, err := ReadForm(w, r)
	if err != nil {
		return err
	}
	if lang := in.Text("language"); locale.Known(lang) {
		s.keep(w, langCookie, lang)
		if p := PersonOf(r.Context()); p.ID() != 0 && p.Locale() != lang {
			if err := s.sessions.SetLocale(r.Context(), p, lang); err != nil {
				return err
			}
		}
	}
	Redirect(w, r, Local(in.Text("back"), "/"))
	return nil
}

func (s *Shell) chooseTheme(w http.ResponseWriter, r *http.Request) error {
	in, err := ReadForm(w, r)
	if err != nil {
		return err
	}
	theme := in.Text("theme")
	if theme == "auto" {
		theme = "" // as the system has it
	}
	switch theme {
	case "", "light", "dark":
		s.keep(w, themeCookie, theme)
		if p := PersonOf(r.Context()); p.ID() != 0 && p.Theme() != theme {
			if err := s.sessions.SetTheme(r.Context(), p, theme); err != nil {
				return err
			}
		}
	}
	Redirect(w, r, Local(in.Text("back"), "/"))
	return nil
}
