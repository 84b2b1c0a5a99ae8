package identity

import (
	"context"
	"time"

	"musubi/internal/id"
	"musubi/internal/store"
)

func insertToken(ctx context.Context, tx *store.Tx, hash string, in Invitation, until time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO identity_tokens (token_hash, purpose, tenant_id, subject_id, person_id, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, hash, in.Purpose, in.Tenant, in.Subject, in.Person, store.Micros(until))
	return err
}

func tokenByHash(ctx context.Context, q store.Querier, hash string, now time.Time) (in Invitation, err error) {
	err = q.QueryRow(ctx, `SELECT t.purpose, t.tenant_id, t.subject_id, t.person_id, p.email, p.name, p.locale, p.password_hash = ''
		FROM identity_tokens t JOIN identity_people p ON p.id = t.person_id
		WHERE t.token_hash = $1 AND t.expires_at > $2 AND p.disabled_at IS NULL`, hash, store.Micros(now)).
		Scan(&in.Purpose, &in.Tenant, &in.Subject, &in.Person, &in.Email, &in.Name, &in.Locale, &in.NeedsPassword)
	return in, err
}

func useToken(ctx context.Context, tx *store.Tx, hash string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM identity_tokens WHERE token_hash = $1`, hash)
	return n == 1, err
}

func dropTokens(ctx context.Context, tx *store.Tx, purpose string, tenant, subject id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_tokens WHERE purpose = $1 AND tenant_id = $2 AND subject_id = $3`, purpose, tenant, subject)
	return err
}

// tokenSince says whether the subject has a token that lasts beyond the time, so was
// made only lately.
func tokenSince(ctx context.Context, q store.Querier, purpose string, subject id.ID, beyond time.Time) (bool, error) {
	var one int64
	err := q.QueryRow(ctx, `SELECT 1 FROM identity_tokens WHERE purpose = $1 AND tenant_id = 0 AND subject_id = $2 AND expires_at > $3`,
		purpose, subject, store.Micros(beyond)).Scan(&one)
	if missing(err) {
		return false, nil
	}
	return err == nil, err
}
