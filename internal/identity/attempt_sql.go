package identity

import (
	"context"
	"time"

	"musubi/internal/fault"
	"musubi/internal/store"
)

// countAttempt counts one more try for the address and says whether it has to wait
// from now on, or refuses the try while it waits already. One statement makes the row
// and locks it: a right password beside this one may delete it at any moment.
func countAttempt(ctx context.Context, tx *store.Tx, key string) (shuts bool, err error) {
	now := tx.Now()
	var failures, until, shut int64
	err = tx.QueryRow(ctx, `INSERT INTO identity_attempts (email_key, failures, until_at, wait_until) VALUES ($1, 0, $2, 0)
		ON CONFLICT (email_key) DO UPDATE SET failures = identity_attempts.failures
		RETURNING failures, until_at, wait_until`, key, store.Micros(now.Add(forgetAfter))).Scan(&failures, &until, &shut)
	if err != nil {
		return false, err
	}
	if until <= store.Micros(now) {
		failures = 0
	}
	if left := store.FromMicros(shut).Sub(now); left > 0 {
		return false, fault.New(fault.KindTooMany, "identity.signin.locked").WithCode("locked").
			With("Count", int64((left+time.Minute-1)/time.Minute))
	}
	failures++
	pause := wait(failures)
	_, err = tx.Exec(ctx, `UPDATE identity_attempts SET failures = $2, until_at = $3, wait_until = $4 WHERE email_key = $1`,
		key, failures, store.Micros(now.Add(forgetAfter)), store.Micros(now.Add(pause)))
	return pause > 0, err
}

func clearAttempts(ctx context.Context, tx *store.Tx, key string) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_attempts WHERE email_key = $1`, key)
	return err
}
