package shell

import (
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/httprate"

	"musubi/internal/fault"
)

// policy allows nothing but this site's own files: no inline style or script.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// headers sets what every answer carries.
func (s *Shell) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		if s.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if isPage(r.URL.Path) {
			h.Set("Cache-Control", "private, no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses acts that another site makes the browser do.
func (s *Shell) sameOrigin(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	for _, origin := range s.origins {
		if err := p.AddTrustedOrigin(origin); err != nil {
			s.log.Error("trusted origin", "origin", origin, "error", err)
		}
	}
	p.SetDenyHandler(s.Handle(func(http.ResponseWriter, *http.Request) error {
		return fault.Forbidden("web.cross_origin")
	}))
	return p.Handler(next)
}

// Limit slows down an address that asks too often, such as sign-in attempts.
func (s *Shell) Limit(requests int, window time.Duration) func(http.Handler) http.Handler {
	return httprate.LimitBy(requests, window, httprate.JoinKeys(visitor, httprate.KeyByEndpoint),
		httprate.WithLimitHandler(s.Handle(func(http.ResponseWriter, *http.Request) error {
			return fault.New(fault.KindTooMany, "web.too_many")
		})))
}

// visitor is the address a request is counted for: the one that connected, which
// behind a proxy forwarded has replaced by the one the proxy names.
func visitor(r *http.Request) (string, error) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return httprate.CanonicalizeIP(host), nil
}

// forwarded takes the visitor's address from the proxy in front. Only the last entry
// counts: it is the proxy's own word, the ones before it are the visitor's.
func (s *Shell) forwarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if list := r.Header.Values("X-Forwarded-For"); s.proxied && len(list) > 0 {
			last := list[len(list)-1]
			last = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
			if net.ParseIP(last) != nil {
				r.RemoteAddr = net.JoinHostPort(last, "0")
			}
		}
		next.ServeHTTP(w, r)
	})
}
