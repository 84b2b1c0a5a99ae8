package integration

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/store"
)

const linkColumns = `version, edition, time_zone, started_at, disabled_at, trial_ends_at, trial_told,
	portal_id, portal_name, portal_slug, bound_at, bound_by, epoch, grid_version,
	key_sealed, key_email, key_last4, key_serial, key_ok, key_broken_at, key_reason,
	association_answer, association_by, association_at, changes_seq, modules_off`

// readLink gives the facts of an organisation; one that never began has a zero row.
func readLink(ctx context.Context, q store.Querier, org id.ID) (link, error) {
	return scanLink(org, q.QueryRow(ctx, "SELECT "+linkColumns+" FROM integration_links WHERE org_id = $1", org))
}

// lockLink gives the facts for a change; acts on one organisation follow each other.
func lockLink(ctx context.Context, tx *store.Tx, org id.ID) (link, error) {
	_, err := tx.Exec(ctx, `INSERT INTO integration_links (org_id, version, edition)
		VALUES ($1, 0, 'free') ON CONFLICT (org_id) DO NOTHING`, org)
	if err != nil {
		return link{}, err
	}
	return scanLink(org, tx.QueryRow(ctx,
		"SELECT "+linkColumns+" FROM integration_links WHERE org_id = $1"+tx.Dialect().ForUpdate(), org))
}

type scanner interface{ Scan(dest ...any) error }

func scanLink(org id.ID, row scanner) (link, error) {
	l := link{Org: org}
	var off string
	var started, disabled, trial, portal, bound, boundBy, broken, answerBy, answerAt sql.NullInt64
	err := row.Scan(&l.Version, &l.Edition, &l.TimeZone, &started, &disabled, &trial, &l.TrialTold,
		&portal, &l.PortalName, &l.PortalSlug, &bound, &boundBy, &l.Epoch, &l.GridVersion,
		&l.KeySealed, &l.KeyEmail, &l.KeyLast4, &l.KeySerial, &l.KeyOK, &broken, &l.KeyReason,
		&l.Answer, &answerBy, &answerAt, &l.ChangesSeq, &off)
	if errors.Is(err, sql.ErrNoRows) {
		return link{Org: org, GridVersion: 1}, nil
	}
	if off != "" {
		l.ModulesOff = strings.Split(off, ",")
	}
	l.StartedAt, l.DisabledAt, l.TrialEndsAt = timeOf(started), timeOf(disabled), timeOf(trial)
	l.BoundAt, l.KeyBrokenAt, l.AnswerAt = timeOf(bound), timeOf(broken), timeOf(answerAt)
	l.Portal, l.BoundBy, l.AnswerBy = id.ID(portal.Int64), id.ID(boundBy.Int64), id.ID(answerBy.Int64)
	return l, err
}

// saveLink writes the facts back at the next version: whoever read the row before
// will be told so.
func saveLink(ctx context.Context, tx *store.Tx, l *link) error {
	l.Version++
	return keepLink(ctx, tx, *l)
}

// keepLink writes facts back that no form holds, and the directory beside them.
func keepLink(ctx context.Context, tx *store.Tx, l link) error {
	_, err := tx.Exec(ctx, `UPDATE integration_links SET version = $2, edition = $3, started_at = $4,
		disabled_at = $5, trial_ends_at = $6, trial_told = $7, portal_id = $8, portal_name = $9,
		portal_slug = $10, bound_at = $11, bound_by = $12, epoch = $13, grid_version = $14,
		key_sealed = $15, key_email = $16, key_last4 = $17, key_serial = $18, key_ok = $19,
		key_broken_at = $20, key_reason = $21, association_answer = $22, association_by = $23,
		association_at = $24, changes_seq = $25, time_zone = $26, modules_off = $27 WHERE org_id = $1`,
		l.Org, l.Version, string(l.Edition), nullTime(l.StartedAt), nullTime(l.DisabledAt),
		nullTime(l.TrialEndsAt), l.TrialTold, nullID(l.Portal), l.PortalName, l.PortalSlug,
		nullTime(l.BoundAt), nullID(l.BoundBy), l.Epoch, l.GridVersion, l.KeySealed, l.KeyEmail,
		l.KeyLast4, l.KeySerial, flag(l.KeyOK), nullTime(l.KeyBrokenAt), l.KeyReason, l.Answer,
		nullID(l.AnswerBy), nullTime(l.AnswerAt), l.ChangesSeq, l.TimeZone, strings.Join(l.ModulesOff, ","))
	if err != nil {
		return err
	}
	portal, trial := l.Portal, l.TrialEndsAt
	if !l.Bound() {
		portal = 0
	}
	if l.Edition == access.Paid || !l.DisabledAt.IsZero() || l.TrialTold == 2 {
		trial = time.Time{} // nothing to tell any more
	}
	_, err = tx.Exec(ctx, `INSERT INTO integration_directory (org_id, portal_id, trial_ends_at)
		VALUES ($1, $2, $3) ON CONFLICT (org_id) DO UPDATE
		SET portal_id = excluded.portal_id, trial_ends_at = excluded.trial_ends_at`,
		l.Org, nullID(portal), nullTime(trial))
	return err
}

// boundOrgs lists the organisations bound to a portal, or to any when portal is zero.
func boundOrgs(ctx context.Context, q store.Querier, portal, after id.ID, limit int) ([]id.ID, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT org_id FROM integration_directory WHERE org_id > ", b.Arg(after))
	if portal != 0 {
		b.W(" AND portal_id = ", b.Arg(portal))
	} else {
		b.W(" AND portal_id IS NOT NULL")
	}
	b.W(" ORDER BY org_id LIMIT ", b.Arg(limit))
	return ids(ctx, q, b.SQL(), b.Args()...)
}

// begunOrgs lists the organisations that ever began.
func begunOrgs(ctx context.Context, q store.Querier, after id.ID, limit int) ([]id.ID, error) {
	return ids(ctx, q, "SELECT org_id FROM integration_directory WHERE org_id > $1 ORDER BY org_id LIMIT $2", after, limit)
}

// trialOrgs lists the organisations whose trial ends before a moment.
func trialOrgs(ctx context.Context, q store.Querier, before time.Time, after id.ID, limit int) ([]id.ID, error) {
	return ids(ctx, q, `SELECT org_id FROM integration_directory
		WHERE trial_ends_at <= $1 AND org_id > $2 ORDER BY org_id LIMIT $3`, store.Micros(before), after, limit)
}

func ids(ctx context.Context, q store.Querier, text string, args ...any) ([]id.ID, error) {
	rows, err := q.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []id.ID
	for rows.Next() {
		var n id.ID
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

func timeOf(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return store.FromMicros(n.Int64)
}

func nullTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return store.Micros(t)
}

func nullID(n id.ID) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
