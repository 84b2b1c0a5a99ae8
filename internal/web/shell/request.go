package shell

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"musubi/internal/fault"
)

type requestKey struct{}

// RequestID gives the name of the request in the log; error pages show it.
func RequestID(ctx context.Context) string {
	s, _ := ctx.Value(requestKey{}).(string)
	return s
}

func newRequestID() string {
	var b [10]byte
	_, _ = rand.Read(b[:])
	return base32.StdEncoding.EncodeToString(b[:])
}

// identify names the request and logs it when it is done.
func (s *Shell) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := newRequestID()
		ctx := context.WithValue(r.Context(), requestKey{}, name)
		w.Header().Set("X-Request-Id", name)
		rec := &recorder{ResponseWriter: w}
		begin := time.Now()
		next.ServeHTTP(rec, r.WithContext(ctx))
		if !isPage(r.URL.Path) {
			return
		}
		s.log.LogAttrs(ctx, slog.LevelInfo, "request", slog.String("request", name), slog.String("method", r.Method),
			slog.String("path", loggable(r.URL.Path)), slog.Int("status", rec.status()), slog.Int64("bytes", rec.bytes),
			slog.Duration("took", time.Since(begin)))
	})
}

// oneTime begin addresses of which the next part is a one-time token.
var oneTime = []string{"/password/", "/invitations/", "/approvals/"}

// loggable is an address without its one-time token: more people read a log than may
// follow the link.
func loggable(path string) string {
	for _, begin := range oneTime {
		if rest, ok := strings.CutPrefix(path, begin); ok {
			if at := strings.IndexByte(rest, '/'); at >= 0 {
				return begin + "…" + rest[at:]
			}
			return begin + "…"
		}
	}
	return path
}

// recorder remembers what was answered, for the log.
type recorder struct {
	http.ResponseWriter
	code  int
	bytes int64
}

func (r *recorder) WriteHeader(code int) {
	if r.code == 0 {
		r.code = code
	}
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach flushing and deadlines.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) status() int {
	if r.code == 0 {
		return http.StatusOK
	}
	return r.code
}

// recover turns a panic into the page for an internal fault.
func (s *Shell) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(v)
			}
			s.log.ErrorContext(r.Context(), "panic", "request", RequestID(r.Context()), "panic", v, "stack", string(debug.Stack()))
			s.refuse(w, r, fault.Internalf("panic: %v", v))
		}()
		next.ServeHTTP(w, r)
	})
}
