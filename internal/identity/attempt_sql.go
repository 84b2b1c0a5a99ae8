package identity

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/store"
)

// countAttempt counts one more try for the address, or refuses it while the address
// has to wait. The row is made first, so that two tries meet on its lock.
func countAttempt(ctx context.Context, tx *store.Tx, key string) error {
	now := tx.Now()
	if _, err := tx.Exec(ctx, `INSERT INTO identity_attempts (email_key, failures, until_at, wait_until) VALUES ($1, 0, $2, 0)
		ON CONFLICT (email_key) DO NOTHING`, key, store.Micros(now.Add(forgetAfter))); err != nil {
		return err
	}
	var failures, until, shut int64
	err := tx.QueryRow(ctx, `SELECT failures, until_at, wait_until FROM identity_attempts WHERE email_key = $1`+tx.Dialect().ForUpdate(),
		key).Scan(&failures, &until, &shut)
	if err != nil {
		return err
	}
	if until <= store.Micros(now) {
		failures = 0
	}
	if left := store.FromMicros(shut).Sub(now); left > 0 {
		return fault.New(fault.KindTooMany, "identity.signin.locked").WithCode("locked").
			With("Count", int64((left+time.Minute-1)/time.Minute))
	}
	failures++
	_, err = tx.Exec(ctx, `UPDATE identity_attempts SET failures = $2, until_at = $3, wait_until = $4 WHERE email_key = $1`,
		key, failures, store.Micros(now.Add(forgetAfter)), store.Micros(now.Add(wait(failures))))
	return err
}

func clearAttempts(ctx context.Context, tx *store.Tx, key string) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_attempts WHERE email_key = $1`, key)
	return err
}
