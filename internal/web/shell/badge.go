package shell

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"musubi/internal/id"
	"musubi/internal/identity"
)

type badgeKey[T any] struct{}

// With puts a badge into the context under its type. The zero value of a badge
// is nobody, so a page that runs without one is refused by its service.
func With[T any](ctx context.Context, badge T) context.Context {
	return context.WithValue(ctx, badgeKey[T]{}, badge)
}

// From gives the badge of a type, or its zero value.
func From[T any](ctx context.Context) T {
	badge, _ := ctx.Value(badgeKey[T]{}).(T)
	return badge
}

// Enter makes the middleware of everything below one house, such as
// /crm/{org}: it asks for a signed-in person, reads the id from the address,
// lets open make the badge and the frame, and refuses with open's fault.
func Enter[T any](s *Shell, param string, open func(ctx context.Context, p identity.Person, house id.ID) (T, Frame, error)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return s.Handle(func(w http.ResponseWriter, r *http.Request) error {
			ctx := r.Context()
			p, err := Signed(ctx)
			if err != nil {
				return err
			}
			house, err := id.Parse(chi.URLParam(r, param))
			if err != nil {
				return err
			}
			badge, frame, err := open(ctx, p, house)
			if err != nil {
				return err
			}
			ctx = WithFrame(With(ctx, badge), frame)
			next.ServeHTTP(w, r.WithContext(ctx))
			return nil
		})
	}
}

// ID reads an id from the address; one that cannot exist is a not-found fault.
func ID(r *http.Request, param string) (id.ID, error) { return id.Parse(chi.URLParam(r, param)) }
