package shell

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"musubi/internal/fault"
	"musubi/internal/identity"
	"musubi/internal/locale"
)

// Sessions is what the shell needs of identity: who a session token belongs to,
// and keeping what a person chose.
type Sessions interface {
	Session(ctx context.Context, token string) (identity.Person, error)
	SetLocale(ctx context.Context, p identity.Person, lang string) error
	SetTheme(ctx context.Context, p identity.Person, theme string) error
}

// Options are what app hands in.
type Options struct {
	Sessions Sessions
	Log      *slog.Logger
	Now      func() time.Time
	// Workspaces lists every house of the person, for the switcher.
	Workspaces func(ctx context.Context, p identity.Person) ([]Workspace, error)
	// Unread counts the person's unread notices, for the bell; nil shows none.
	Unread func(ctx context.Context, p identity.Person) (int, error)
	// Secure marks cookies for HTTPS only; true when the public address is https.
	Secure bool
	// BehindProxy says that a proxy in front names the visitor in X-Forwarded-For.
	BehindProxy bool
	// TrustedOrigins are public addresses a proxy in front rewrites to Host.
	TrustedOrigins []string
}

// Shell renders pages and adapts handlers.
type Shell struct {
	sessions   Sessions
	log        *slog.Logger
	now        func() time.Time
	workspaces func(ctx context.Context, p identity.Person) ([]Workspace, error)
	unread     func(ctx context.Context, p identity.Person) (int, error)
	secure     bool
	proxied    bool
	origins    []string
}

// New makes the shell.
func New(o Options) *Shell {
	s := &Shell{sessions: o.Sessions, log: o.Log, now: o.Now, workspaces: o.Workspaces, unread: o.Unread, secure: o.Secure, proxied: o.BehindProxy, origins: o.TrustedOrigins}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.now == nil {
		s.now = time.Now
	}
	return s
}

// Handler answers a request or fails with a fault, which the shell turns into a
// status and a page or fragment in the person's language.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Handle adapts a Handler.
func (s *Shell) Handle(h Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.refuse(w, r, err)
		}
	}
}

// Middleware is the chain every page goes through, in order.
func (s *Shell) Middleware() chi.Middlewares {
	return chi.Middlewares{s.forwarded, s.identify, s.headers, s.speak, s.who, s.recover, s.sameOrigin}
}

// NotFound answers an address that leads nowhere.
func (s *Shell) NotFound() http.HandlerFunc {
	return s.Handle(func(http.ResponseWriter, *http.Request) error {
		return fault.NotFound("fault.not_found")
	})
}

// Routes adds the shell's own acts: the choice of language and of theme.
func (s *Shell) Routes(r chi.Router) {
	r.Post("/language", s.Handle(s.chooseLanguage))
	r.Post("/theme", s.Handle(s.chooseTheme))
}

type personKey struct{}

// PersonOf gives who is signed in; the zero Person is nobody.
func PersonOf(ctx context.Context) identity.Person {
	p, _ := ctx.Value(personKey{}).(identity.Person)
	return p
}

// Signed gives who is signed in, or an unauthenticated fault, which the shell
// answers with the sign-in page.
func Signed(ctx context.Context) (identity.Person, error) {
	if p := PersonOf(ctx); p.ID() != 0 {
		return p, nil
	}
	return identity.Person{}, fault.New(fault.KindUnauthenticated, "fault.unauthenticated")
}

// Today is the present day where the person lives, YYYY-MM-DD.
func (s *Shell) Today(ctx context.Context) string { return locale.Today(ctx, s.now()) }

// IsFragment says whether htmx asks for a part and not for a page.
func IsFragment(r *http.Request) bool {
	h := r.Header
	return h.Get("HX-Request") == "true" && h.Get("HX-Request-Type") != "full" &&
		h.Get("HX-Boosted") != "true" && h.Get("HX-History-Restore-Request") != "true"
}

// isPage says whether the address is one a person reads, as against a file or a probe.
func isPage(path string) bool {
	return !strings.HasPrefix(path, "/assets/") && path != "/healthz" && path != "/readyz" && path != "/metrics"
}
