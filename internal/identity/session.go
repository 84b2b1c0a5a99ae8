package identity

import (
	"context"
	"time"

	"github.com/alexedwards/scs/v2"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

const (
	sessionLife = 30 * 24 * time.Hour
	// seenEvery is how old last_seen may be: a page view must not cost a write.
	seenEvery = 5 * time.Minute

	keyPerson = "person"
	keyEpoch  = "epoch"
)

// Client is where a person signs in from, as their list of sessions shows it.
type Client struct {
	Agent   string
	Address string
}

// Ticket is a new session: the token goes to the browser, only its hash is kept.
type Ticket struct {
	Token   string
	Expires time.Time
}

// Session is one place a person is signed in at.
type Session struct {
	ID       id.ID
	Agent    string
	Address  string
	Since    time.Time
	LastSeen time.Time
	Current  bool
}

// opening carries what a new session's row needs through the session manager.
type opening struct {
	person id.ID
	client Client
}

type openingKey struct{}

func newSessions(db *store.DB) *scs.SessionManager {
	m := scs.New()
	m.Lifetime = sessionLife
	m.IdleTimeout = 0 // it would turn every page view into a write
	m.HashTokenInStore = true
	m.Store = &sessionStore{db: db}
	return m
}

// open makes a session for the person.
func (s *Service) open(ctx context.Context, p Person, c Client) (Ticket, error) {
	ctx = context.WithValue(ctx, openingKey{}, opening{p.id, c})
	ctx, err := s.sessions.Load(ctx, "")
	if err != nil {
		return Ticket{}, fault.Internal(err)
	}
	s.sessions.Put(ctx, keyPerson, int64(p.id))
	s.sessions.Put(ctx, keyEpoch, p.epoch)
	s.sessions.SetDeadline(ctx, s.db.Now().Add(sessionLife)) // by the database's clock
	token, expires, err := s.sessions.Commit(ctx)
	if err != nil {
		return Ticket{}, fault.Internal(err)
	}
	return Ticket{Token: token, Expires: expires}, nil
}

// Session gives the person a token belongs to. An unknown, expired or signed-out
// token, or one from before "sign out everywhere", is an unauthenticated fault.
func (s *Service) Session(ctx context.Context, token string) (Person, error) {
	none := fault.New(fault.KindUnauthenticated, "fault.unauthenticated")
	if token == "" {
		return Person{}, none
	}
	in, err := s.sessions.Load(ctx, token)
	if err != nil {
		return Person{}, fault.Internal(err)
	}
	n := id.ID(s.sessions.GetInt64(in, keyPerson))
	if n == 0 {
		return Person{}, none
	}
	p, _, err := personByID(ctx, s.db, n)
	if missing(err) || err == nil && p.epoch != s.sessions.GetInt64(in, keyEpoch) {
		return Person{}, none
	}
	if err != nil {
		return Person{}, err
	}
	return p, s.seen(ctx, token)
}

// seen notes the visit, at most once in seenEvery.
func (s *Service) seen(ctx context.Context, token string) error {
	hash, now := hashToken(token), s.db.Now()
	last, err := lastSeen(ctx, s.db, hash)
	if err != nil || now.Sub(last) < seenEvery {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return touch(ctx, tx, hash) })
}

// SignOut ends one session; a token that is none is no fault.
func (s *Service) SignOut(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return dropSession(ctx, tx, hashToken(token)) })
}

// SignOutEverywhere ends every session of the person, this one too.
func (s *Service) SignOutEverywhere(ctx context.Context, p Person) error {
	if err := p.Require(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := nextEpoch(ctx, tx, p.id); err != nil {
			return err
		}
		if err := dropSessions(ctx, tx, p.id); err != nil {
			return err
		}
		return s.Audit(ctx, tx, Entry{Actor: p.id, Act: "identity.signed_out_everywhere"})
	})
}

// Sessions lists where the person is signed in, the latest first; token marks the
// present one.
func (s *Service) Sessions(ctx context.Context, p Person, token string) ([]Session, error) {
	if err := p.Require(); err != nil {
		return nil, err
	}
	return sessionsOf(ctx, s.db, p.id, hashToken(token), s.db.Now())
}

// Sweep deletes sessions, tokens and attempts that are over. A periodic job calls it.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, sweep)
}
