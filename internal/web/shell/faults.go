package shell

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"

	"musubi/internal/fault"
	"musubi/internal/locale"
	"musubi/internal/web/ui"
)

// status is the only place where a kind of fault becomes an HTTP status.
func status(kind fault.Kind) int {
	switch kind {
	case fault.KindInvalid:
		return http.StatusUnprocessableEntity
	case fault.KindNotFound:
		return http.StatusNotFound
	case fault.KindForbidden:
		return http.StatusForbidden
	case fault.KindUnauthenticated:
		return http.StatusUnauthorized
	case fault.KindConflict, fault.KindStale:
		return http.StatusConflict
	case fault.KindTooMany:
		return http.StatusTooManyRequests
	case fault.KindUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// StatusOf gives the HTTP status of an error: what a page that shows a fault
// inside its form answers with.
func StatusOf(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return status(fault.KindOf(err))
}

// Expected says whether err is one the page can show beside its form: every
// fault the person can mend by changing the input or trying again.
func Expected(err error) bool {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict, fault.KindStale, fault.KindTooMany, fault.KindUnavailable:
		return true
	}
	return false
}

// Errors puts a fault into the person's words for a form.
func Errors(ctx context.Context, err error) ui.Errors {
	if err == nil {
		return ui.Errors{}
	}
	e := ui.Errors{Summary: locale.Fault(ctx, err)}
	if f := fault.As(err); f != nil {
		if f.Key == "" && len(f.Fields) > 0 {
			e.Summary = "" // the form's own "please check" stands over the fields
		}
		for _, field := range f.Fields {
			e.Fields = append(e.Fields, ui.FieldError{Name: field.Name, Text: locale.FaultField(ctx, field)})
		}
	}
	return e
}

// refuse answers a request that failed: the sign-in page for nobody, a fragment
// for htmx, else a page that says what happened and where to go.
func (s *Shell) refuse(w http.ResponseWriter, r *http.Request, err error) {
	ctx := r.Context()
	kind := fault.KindOf(err)
	if kind == fault.KindInternal {
		s.log.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("request", RequestID(ctx)),
			slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Any("error", err))
	}
	if kind == fault.KindUnauthenticated && PersonOf(ctx).ID() == 0 {
		next := ""
		if r.Method == http.MethodGet && !IsFragment(r) {
			next = r.URL.RequestURI()
		}
		Redirect(w, r, ui.URL("/signin", "next", next))
		return
	}
	code := status(kind)
	words := Errors(ctx, err)
	if IsFragment(r) {
		w.WriteHeader(code)
		_ = ui.Alert{Tone: ui.Danger, Text: words.Summary, Urgent: true}.Render(ctx, w)
		return
	}
	page := Page{Title: words.Summary, Status: code, Body: faultPage(code, words, RequestID(ctx))}
	if renderErr := s.Render(w, r, page); renderErr != nil {
		s.log.ErrorContext(ctx, "the fault page failed", "request", RequestID(ctx), "error", renderErr)
	}
}

// Redirect sends the browser to another page after an act (303), also from
// inside an htmx request, where the page itself has to move.
func Redirect(w http.ResponseWriter, r *http.Request, to string) {
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusOK)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// Local gives back an address of this site, or fallback: a "next" or "back"
// value must never lead elsewhere.
func Local(to, fallback string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || len(to) < 1 || to[0] != '/' ||
		(len(to) > 1 && (to[1] == '/' || to[1] == '\\')) {
		return fallback
	}
	return to
}
