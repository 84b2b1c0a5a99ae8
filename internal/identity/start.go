package identity

import (
	"context"
	"sync"

	"musubi/internal/fault"
	"musubi/internal/secret"
	"musubi/internal/store"
)

// startToken guards the first start: whoever reads the log may make the first
// administrator, nobody else. It lives as long as the process.
type startToken struct {
	mu    sync.Mutex
	token string
}

// StartToken gives the one-time token of the first start, made on first use. The
// program prints it to the log while the installation is empty.
func (s *Service) StartToken() string {
	s.start.mu.Lock()
	defer s.start.mu.Unlock()
	if s.start.token == "" {
		s.start.token = secret.NewToken()
	}
	return s.start.token
}

// StartAllowed says whether the token is the one in the log.
func (s *Service) StartAllowed(token string) bool {
	return token != "" && secret.Equal([]byte(token), []byte(s.StartToken()))
}

// Claim makes the first person; then, in the same transaction, does what makes the
// first organisation. It works once, while nobody has an account.
func (s *Service) Claim(ctx context.Context, token string, in NewPerson, then func(ctx context.Context, tx *store.Tx, p Person) error) (Person, error) {
	if !s.StartAllowed(token) {
		return Person{}, fault.Forbidden("identity.start.token").WithCode("wrong_token")
	}
	var p Person
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := lockStart(ctx, tx); err != nil {
			return err
		}
		empty, err := nobody(ctx, tx)
		if err != nil {
			return err
		}
		if !empty {
			return fault.Conflict("identity.start.done").WithCode("already_started")
		}
		if p, err = s.Create(ctx, tx, in); err != nil {
			return err
		}
		if err := s.Audit(ctx, tx, Entry{Actor: p.id, Act: "identity.first_start"}); err != nil {
			return err
		}
		return then(ctx, tx, p)
	})
	return p, err
}
