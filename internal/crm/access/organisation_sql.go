package access

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

const organisationColumns = "o.id, o.name, o.edition, o.time_zone, o.currency, o.locale, o.version"

type scanner interface{ Scan(dest ...any) error }

func scanOrganisation(row scanner) (Organisation, error) {
	var o Organisation
	err := row.Scan(&o.ID, &o.Name, &o.Edition, &o.TimeZone, &o.Currency, &o.Locale, &o.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return Organisation{}, fault.NotFound("access.fault.no_organisation")
	}
	return o, err
}

func organisationByID(ctx context.Context, q store.Querier, org id.ID) (Organisation, error) {
	return scanOrganisation(q.QueryRow(ctx,
		"SELECT "+organisationColumns+" FROM crm_organisations o WHERE o.id = $1", org))
}

// lockOrganisation makes acts on one organisation's people and rights follow each
// other: whoever comes second sees what the first one left.
func lockOrganisation(ctx context.Context, tx *store.Tx, org id.ID) (Organisation, error) {
	return scanOrganisation(tx.QueryRow(ctx,
		"SELECT "+organisationColumns+" FROM crm_organisations o WHERE o.id = $1"+tx.Dialect().ForUpdate(), org))
}

func insertOrganisation(ctx context.Context, tx *store.Tx, o Organisation) error {
	now := store.Micros(tx.Now())
	_, err := tx.Exec(ctx, `INSERT INTO crm_organisations
		(id, name, edition, time_zone, currency, locale, version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
		o.ID, o.Name, string(o.Edition), o.TimeZone, o.Currency, o.Locale, o.Version, now)
	return err
}

func updateOrganisation(ctx context.Context, tx *store.Tx, o Organisation) error {
	_, err := tx.Exec(ctx, `UPDATE crm_organisations
		SET name = $1, edition = $2, time_zone = $3, currency = $4, locale = $5, version = $6, updated_at = $7
		WHERE id = $8`,
		o.Name, string(o.Edition), o.TimeZone, o.Currency, o.Locale, o.Version, store.Micros(tx.Now()), o.ID)
	return err
}

func membershipsOf(ctx context.Context, q store.Querier, person id.ID) ([]Membership, error) {
	rows, err := q.Query(ctx, "SELECT "+organisationColumns+`, m.user_id
		FROM crm_memberships m JOIN crm_organisations o ON o.id = m.org_id
		WHERE m.person_id = $1 AND m.active = 1 ORDER BY o.name, o.id`, person)
	return store.Collect(rows, err, func(row *sql.Rows) (Membership, error) {
		var m Membership
		o := &m.Organisation
		err := row.Scan(&o.ID, &o.Name, &o.Edition, &o.TimeZone, &o.Currency, &o.Locale, &o.Version, &m.UserID)
		return m, err
	})
}

// saveMembership keeps the person's way in beside the user's own row.
func saveMembership(ctx context.Context, tx *store.Tx, org id.ID, u User) error {
	if u.PersonID == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO crm_memberships (person_id, org_id, user_id, active) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person_id, org_id) DO UPDATE SET user_id = excluded.user_id, active = excluded.active`,
		u.PersonID, org, u.ID, u.Status == Active)
	return err
}

func dropMembership(ctx context.Context, tx *store.Tx, org, person id.ID) error {
	_, err := tx.Exec(ctx, "DELETE FROM crm_memberships WHERE person_id = $1 AND org_id = $2", person, org)
	return err
}

func membershipUser(ctx context.Context, q store.Querier, person, org id.ID) (id.ID, error) {
	var user id.ID
	err := q.QueryRow(ctx, "SELECT user_id FROM crm_memberships WHERE person_id = $1 AND org_id = $2", person, org).Scan(&user)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return user, err
}

func microsOrNull(t time.Time) sql.Null[int64] {
	return sql.Null[int64]{V: store.Micros(t), Valid: !t.IsZero()}
}
