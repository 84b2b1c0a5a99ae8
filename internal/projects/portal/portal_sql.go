package portal

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

const portalColumns = `p.id, p.name, p.slug, p.owner_id, p.owner_person_id, o.name, o.email,
	p.public_default, p.user_limit, p.time_zone, p.locale, p.country, st.projects, p.created_at, p.version`

const portalJoins = ` JOIN projects_people o ON o.portal_id = p.id AND o.id = p.owner_id
	JOIN projects_portal_state st ON st.portal_id = p.id`

type scanner interface{ Scan(dest ...any) error }

func scanPortal(row scanner, more ...any) (Portal, error) {
	var p Portal
	var limit sql.Null[int]
	var created int64
	err := row.Scan(append([]any{&p.ID, &p.Name, &p.Slug, &p.Owner, &p.OwnerPerson, &p.OwnerName, &p.OwnerEmail,
		&p.PublicDefault, &limit, &p.TimeZone, &p.Locale, &p.Country, &p.Projects, &created, &p.Version}, more...)...)
	p.UserLimit, p.CreatedAt = limit.V, store.FromMicros(created)
	return p, err
}

// getPortal reads a portal that is not deleted; otherwise not_found.
func getPortal(ctx context.Context, q store.Querier, portal id.ID) (Portal, error) {
	p, err := scanPortal(q.QueryRow(ctx, `SELECT `+portalColumns+` FROM projects_portals p`+portalJoins+
		` WHERE p.id = $1 AND p.deleted_at IS NULL`, portal))
	if errors.Is(err, sql.ErrNoRows) {
		return Portal{}, notFound()
	}
	return p, err
}

func notFound() error { return fault.NotFound("portal.fault.not_found") }

func insertPortal(ctx context.Context, tx *store.Tx, p Portal, founding string) error {
	if _, err := tx.Exec(ctx, `INSERT INTO projects_portals (id, name, slug, owner_id, owner_person_id,
		public_default, user_limit, time_zone, locale, country, founding_key, created_at, deleted_at, version)
		VALUES ($1, $2, $3, $4, $5, 0, NULL, $6, $7, $8, $9, $10, NULL, 1)`,
		p.ID, p.Name, p.Slug, p.Owner, p.OwnerPerson, p.TimeZone, p.Locale, p.Country, orNull(founding),
		store.Micros(p.CreatedAt)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO projects_portal_state (portal_id, seq, projects) VALUES ($1, 0, 0)`, p.ID)
	return err
}

func orNull(s string) sql.Null[string] { return sql.Null[string]{V: s, Valid: s != ""} }

func foundedPortal(ctx context.Context, q store.Querier, founding string) (id.ID, error) {
	var portal id.ID
	err := q.QueryRow(ctx, `SELECT id FROM projects_portals WHERE founding_key = $1`, founding).Scan(&portal)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return portal, err
}

func slugTaken(ctx context.Context, q store.Querier, slug string) (bool, error) {
	var one int
	err := q.QueryRow(ctx, `SELECT 1 FROM projects_portals WHERE slug = $1`, slug).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// updatePortal writes the settings at a version and says whether it was the present one.
func updatePortal(ctx context.Context, tx *store.Tx, portal id.ID, in Settings) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE projects_portals SET name = $3, public_default = $4, user_limit = $5,
		time_zone = $6, locale = $7, version = version + 1
		WHERE id = $1 AND version = $2 AND deleted_at IS NULL`,
		portal, in.Version, in.Name, bit(in.PublicDefault),
		sql.Null[int64]{V: int64(in.UserLimit), Valid: in.UserLimit > 0}, in.TimeZone, in.Locale)
	return n == 1, err
}

func setOwner(ctx context.Context, tx *store.Tx, portal, member, person id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE projects_portals SET owner_id = $2, owner_person_id = $3, version = version + 1
		WHERE id = $1`, portal, member, person)
	return err
}

// deletePortal hides the portal and frees its slug; its rows stay for a backup.
func deletePortal(ctx context.Context, tx *store.Tx, portal id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE projects_portals SET deleted_at = $2, slug = $3, founding_key = NULL,
		version = version + 1 WHERE id = $1`, portal, store.Micros(tx.Now()), "-"+portal.String())
	return err
}

// lockPortal takes the portal's row lock and says whether the portal still stands.
// Every act on its people takes it first, so that they meet one after the other.
func lockPortal(ctx context.Context, tx *store.Tx, portal id.ID) error {
	var seq int64
	err := tx.QueryRow(ctx, `SELECT seq FROM projects_portal_state WHERE portal_id = $1`+
		tx.Dialect().ForUpdate(), portal).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return notFound()
	}
	if err != nil {
		return err
	}
	var one int
	err = tx.QueryRow(ctx, `SELECT 1 FROM projects_portals WHERE id = $1 AND deleted_at IS NULL`, portal).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return notFound()
	}
	return err
}

func countProjects(ctx context.Context, tx *store.Tx, portal id.ID, delta int64) error {
	_, err := tx.Exec(ctx, `UPDATE projects_portal_state SET projects = projects + $2 WHERE portal_id = $1`, portal, delta)
	return err
}

// memberships lists the portals a person is in. Before their first sign-in they are
// known by address alone.
func memberships(ctx context.Context, q store.Querier, now time.Time, person id.ID, emailKey string) ([]Membership, error) {
	rows, err := q.Query(ctx, `SELECT `+portalColumns+`, me.id, me.kind, me.role, me.active, me.ends_on
		FROM projects_memberships ms
		JOIN projects_portals p ON p.id = ms.portal_id
		JOIN projects_people me ON me.portal_id = ms.portal_id AND me.id = ms.member_id`+portalJoins+`
		WHERE p.deleted_at IS NULL AND (ms.person_id = $1 OR (ms.person_id IS NULL AND ms.email_key = $2))
		ORDER BY p.name, p.id`, person, emailKey)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Membership
	for rows.Next() {
		var m Membership
		var ends sql.Null[string]
		if m.Portal, err = scanPortal(rows, &m.Member, &m.Kind, &m.Role, &m.Active, &ends); err != nil {
			return nil, err
		}
		m.Active = m.Active && !ended(ends.V, now, m.Portal.TimeZone)
		out = append(out, m)
	}
	return out, rows.Err()
}

// bit is a truth value as both engines keep it.
func bit(v bool) int64 {
	if v {
		return 1
	}
	return 0
}
