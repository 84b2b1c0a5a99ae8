package shell

import (
	"context"
	"net/http"
	"time"

	"musubi/internal/fault"
)

// cookieName carries the __Host- prefix only over HTTPS: browsers refuse it on plain
// HTTP, where `make run` serves.
func (s *Shell) cookieName() string {
	if s.secure {
		return "__Host-musubi"
	}
	return "musubi"
}

// KeepSession puts the token of a fresh session into the browser.
func (s *Shell) KeepSession(w http.ResponseWriter, token string, expires time.Time) {
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Value: token, Path: "/", Expires: expires,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
}

// DropSession takes the session out of the browser.
func (s *Shell) DropSession(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Path: "/", MaxAge: -1,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
}

// Token gives the session token of the request, empty without one.
func (s *Shell) Token(r *http.Request) string {
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return ""
	}
	return c.Value
}

// who finds out who is asking. A session that is over is nobody; a session that
// cannot be read is a fault of ours and says so.
func (s *Shell) who(next http.Handler) http.Handler {
	return s.Handle(func(w http.ResponseWriter, r *http.Request) error {
		token := s.Token(r)
		if token == "" || !isPage(r.URL.Path) {
			next.ServeHTTP(w, r)
			return nil
		}
		p, err := s.sessions.Session(r.Context(), token)
		switch {
		case fault.Is(err, fault.KindUnauthenticated), fault.Is(err, fault.KindNotFound):
			s.DropSession(w)
		case err != nil:
			return err
		default:
			r = r.WithContext(speakTo(context.WithValue(r.Context(), personKey{}, p), p))
		}
		next.ServeHTTP(w, r)
		return nil
	})
}
