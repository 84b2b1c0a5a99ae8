package accountpages

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"musubi/internal/identity"
	"musubi/internal/web/shell"
)

// Parts are what the pages are put together from. The functions join identity with
// rooms these pages do not know; app supplies them.
type Parts struct {
	Shell *shell.Shell
	Own   *identity.Service
	// Places lists where a person may go after signing in.
	Places func(ctx context.Context, p identity.Person) ([]shell.Workspace, error)
	// House names what an invitation is for; empty where it has no name.
	House func(ctx context.Context, in identity.Invitation) string
	// Begin makes the first organisation and its administrator, once.
	Begin func(ctx context.Context, token string, in Beginning) error
}

// Beginning is what the first-start page asks for.
type Beginning struct {
	Organisation, TimeZone, Name, Email, Password, Locale string
}

// Pages serves the account pages.
type Pages struct {
	shell *shell.Shell
	own   *identity.Service
	parts Parts
}

// New makes the pages.
func New(p Parts) *Pages { return &Pages{shell: p.Shell, own: p.Own, parts: p} }

// Routes adds the account pages. Whatever takes a password or sends a mail is
// limited per address, besides identity's own count per account.
func (p *Pages) Routes(r chi.Router) {
	h := p.shell.Handle
	r.Get("/", h(p.home))
	r.Get("/signin", h(p.signIn))
	r.Post("/signout", h(p.signOut))
	r.Get("/password", h(p.askReset))
	r.Get("/password/{token}", h(p.reset))
	r.Get("/invitations/{token}", h(p.invitation))
	r.Get("/start", h(p.start))
	r.Get("/me", h(p.me))
	r.Post("/me", h(p.saveMe))
	r.Get("/me/signout", h(p.askSignOut))
	r.Post("/me/signout", h(p.signOutEverywhere))
	r.Group(func(r chi.Router) {
		r.Use(p.shell.Limit(60, time.Minute))
		r.Post("/signin", h(p.doSignIn))
		r.Post("/password", h(p.sendReset))
		r.Post("/password/{token}", h(p.doReset))
		r.Post("/invitations/{token}", h(p.accept))
		r.Post("/start", h(p.begin))
		r.Post("/me/password", h(p.changePassword))
	})
}

// client is where the request comes from, for the list of sessions.
func client(r *http.Request) identity.Client {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return identity.Client{Agent: r.UserAgent(), Address: host}
}

// small renders one of the pages without navigation.
func (p *Pages) small(w http.ResponseWriter, r *http.Request, page shell.Page) error {
	page.Bare = true
	return p.shell.Render(w, r, page)
}
