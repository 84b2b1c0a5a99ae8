package integration

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"musubi/internal/id"
	"musubi/internal/store"
)

// approval is the row of a request.
type approval struct {
	Org      id.ID
	EmailKey string
	By       id.ID // the person who asked
	Approval
}

const approvalColumns = "id, email, email_key, state, requested_by, requested_at, expires_at, letters, answered_at, portal_name"

// scanApproval reads a row; one that waited too long has expired.
func scanApproval(org id.ID, now time.Time, row scanner) (approval, error) {
	a := approval{Org: org}
	var asked, expires int64
	var answered *int64
	err := row.Scan(&a.ID, &a.Email, &a.EmailKey, &a.State, &a.By, &asked, &expires, &a.Letters, &answered, &a.PortalName)
	if err != nil {
		return approval{}, err
	}
	a.AskedAt, a.ExpiresAt = store.FromMicros(asked), store.FromMicros(expires)
	if answered != nil {
		a.AnsweredAt = store.FromMicros(*answered)
	}
	if a.State == ApprovalWaiting && !now.Before(a.ExpiresAt) {
		a.State = ApprovalExpired
	}
	return a, nil
}

// latestApproval gives the last request of an organisation; a zero ID without.
func latestApproval(ctx context.Context, q store.Querier, now time.Time, org id.ID) (approval, error) {
	a, err := scanApproval(org, now, q.QueryRow(ctx, "SELECT "+approvalColumns+
		" FROM integration_approvals WHERE org_id = $1 ORDER BY id DESC LIMIT 1", org))
	if errors.Is(err, sql.ErrNoRows) {
		return approval{}, nil
	}
	return a, err
}

func approvalByHash(ctx context.Context, q store.Querier, now time.Time, org id.ID, hash []byte) (approval, error) {
	return scanApproval(org, now, q.QueryRow(ctx, "SELECT "+approvalColumns+
		" FROM integration_approvals WHERE org_id = $1 AND token_hash = $2", org, hash))
}

func approvalByID(ctx context.Context, q store.Querier, now time.Time, org, request id.ID) (approval, error) {
	return scanApproval(org, now, q.QueryRow(ctx, "SELECT "+approvalColumns+
		" FROM integration_approvals WHERE org_id = $1 AND id = $2", org, request))
}

func insertApproval(ctx context.Context, tx *store.Tx, a approval, hash []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO integration_approvals (org_id, id, email, email_key, token_hash, state,
		requested_by, requested_at, expires_at, letters, portal_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, '')`,
		a.Org, a.ID, a.Email, a.EmailKey, hash, a.State, a.By, store.Micros(a.AskedAt), store.Micros(a.ExpiresAt))
	return err
}

func renewApproval(ctx context.Context, tx *store.Tx, a approval, hash []byte) error {
	_, err := tx.Exec(ctx, `UPDATE integration_approvals SET token_hash = $3, expires_at = $4, letters = $5
		WHERE org_id = $1 AND id = $2`, a.Org, a.ID, hash, store.Micros(a.ExpiresAt), a.Letters)
	return err
}

func endApproval(ctx context.Context, tx *store.Tx, a approval, state, portal string) error {
	_, err := tx.Exec(ctx, `UPDATE integration_approvals SET state = $3, portal_name = $4, answered_at = $5
		WHERE org_id = $1 AND id = $2`, a.Org, a.ID, state, portal, store.Micros(tx.Now()))
	return err
}

// cancelApprovals takes back what waits: something else was asked or decided.
func cancelApprovals(ctx context.Context, tx *store.Tx, org id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE integration_approvals SET state = 'cancelled', answered_at = $2
		WHERE org_id = $1 AND state = 'waiting'`, org, store.Micros(tx.Now()))
	return err
}

func countApprovals(ctx context.Context, tx *store.Tx, org id.ID, since time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, "SELECT COUNT(*) FROM integration_approvals WHERE org_id = $1 AND requested_at >= $2",
		org, store.Micros(since)).Scan(&n)
	return n, err
}

func dropOldApprovals(ctx context.Context, tx *store.Tx, org id.ID, before time.Time) error {
	_, err := tx.Exec(ctx, "DELETE FROM integration_approvals WHERE org_id = $1 AND requested_at < $2", org, store.Micros(before))
	return err
}
