package identity

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// sessionStore keeps the session manager's sessions, for both engines.
type sessionStore struct{ db *store.DB }

// hashToken is the session manager's own hash of a token.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func missing(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// The manager insists on these; it calls the ...Ctx twins.
func (s *sessionStore) Delete(token string) error {
	return s.DeleteCtx(context.Background(), token)
}

func (s *sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s *sessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

func (s *sessionStore) DeleteCtx(ctx context.Context, hash string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return dropSession(ctx, tx, hash) })
}

func (s *sessionStore) FindCtx(ctx context.Context, hash string) (b []byte, found bool, err error) {
	err = s.db.QueryRow(ctx, `SELECT data FROM identity_sessions WHERE token_hash = $1 AND expires_at > $2`,
		hash, store.Micros(s.db.Now())).Scan(&b)
	if missing(err) {
		return nil, false, nil
	}
	return b, err == nil, err
}

// CommitCtx inserts at sign-in only, where an opening stands in the context; else it
// updates, so a request that ran beside a sign-out cannot bring the session back.
func (s *sessionStore) CommitCtx(ctx context.Context, hash string, b []byte, expiry time.Time) error {
	o, fresh := ctx.Value(openingKey{}).(opening)
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if !fresh {
			_, err := tx.Exec(ctx, `UPDATE identity_sessions SET data = $2 WHERE token_hash = $1`, hash, b)
			return err
		}
		if o.person == 0 {
			return fault.Internalf("a session without a person")
		}
		now := store.Micros(tx.Now())
		_, err := tx.Exec(ctx, `INSERT INTO identity_sessions
			(token_hash, id, person_id, data, agent, address, created_at, last_seen_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
			hash, tx.NewID(), o.person, b, cut(o.client.Agent, 300), cut(o.client.Address, 100), now, store.Micros(expiry))
		return err
	})
}

// cut keeps the beginning of text that only informs.
func cut(s string, n int) string {
	if r := []rune(store.CleanText(s)); len(r) > n {
		return string(r[:n])
	}
	return store.CleanText(s)
}

func lastSeen(ctx context.Context, q store.Querier, hash string) (time.Time, error) {
	var at int64
	err := q.QueryRow(ctx, `SELECT last_seen_at FROM identity_sessions WHERE token_hash = $1`, hash).Scan(&at)
	if missing(err) {
		return time.Time{}, fault.New(fault.KindUnauthenticated, "fault.unauthenticated")
	}
	return store.FromMicros(at), err
}

func touch(ctx context.Context, tx *store.Tx, hash string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_sessions SET last_seen_at = $2 WHERE token_hash = $1`, hash, store.Micros(tx.Now()))
	return err
}

func dropSession(ctx context.Context, tx *store.Tx, hash string) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_sessions WHERE token_hash = $1`, hash)
	return err
}

func dropSessions(ctx context.Context, tx *store.Tx, person id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_sessions WHERE person_id = $1`, person)
	return err
}

func sessionsOf(ctx context.Context, q store.Querier, person id.ID, current string, now time.Time) ([]Session, error) {
	rows, err := q.Query(ctx, `SELECT id, token_hash, agent, address, created_at, last_seen_at FROM identity_sessions
		WHERE person_id = $1 AND expires_at > $2 ORDER BY last_seen_at DESC, id DESC LIMIT 50`, person, store.Micros(now))
	return store.Collect(rows, err, func(r *sql.Rows) (Session, error) {
		var s Session
		var hash string
		var since, seen int64
		err := r.Scan(&s.ID, &hash, &s.Agent, &s.Address, &since, &seen)
		s.Since, s.LastSeen, s.Current = store.FromMicros(since), store.FromMicros(seen), hash == current
		return s, err
	})
}

func sweep(ctx context.Context, tx *store.Tx) error {
	now := store.Micros(tx.Now())
	for _, text := range []string{
		`DELETE FROM identity_sessions WHERE expires_at <= $1`,
		`DELETE FROM identity_tokens WHERE expires_at <= $1`,
		`DELETE FROM identity_attempts WHERE until_at <= $1`,
	} {
		if _, err := tx.Exec(ctx, text, now); err != nil {
			return err
		}
	}
	return nil
}
