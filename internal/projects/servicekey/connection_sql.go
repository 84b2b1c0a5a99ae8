package servicekey

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"musubi/internal/id"
	"musubi/internal/store"
)

const connectionSelect = `SELECT c.id, c.portal_id, p.name, c.caller, c.caller_name, c.person_id, c.since, c.last_used_at
	FROM projects_connections c JOIN projects_portals p ON p.id = c.portal_id AND p.deleted_at IS NULL`

func queryConnections(ctx context.Context, q store.Querier, text string, args ...any) ([]Connection, error) {
	rows, err := q.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Connection
	for rows.Next() {
		var c Connection
		var since int64
		var used sql.Null[int64]
		if err := rows.Scan(&c.ID, &c.Portal, &c.PortalName, &c.Caller, &c.CallerName, &c.Person, &since, &used); err != nil {
			return nil, err
		}
		c.Since = store.FromMicros(since)
		if used.Valid {
			c.LastUsedAt = store.FromMicros(used.V)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

func connectionsOf(ctx context.Context, q store.Querier, in id.ID) ([]Connection, error) {
	return queryConnections(ctx, q, connectionSelect+` WHERE c.portal_id = $1 ORDER BY c.caller_name, c.id`, in)
}

// connectionsBy reads what works with a person's key: in portals they own, or owned a
// short while ago, and only where it is their key that was given.
func connectionsBy(ctx context.Context, q store.Querier, now time.Time, person id.ID) ([]Connection, error) {
	return queryConnections(ctx, q, connectionSelect+` WHERE c.person_id = $1 AND c.portal_id IN (SELECT id FROM projects_portals WHERE owner_person_id = $1
		UNION SELECT portal_id FROM projects_key_grace WHERE person_id = $1 AND valid_until > $2) ORDER BY p.name, c.caller_name, c.id`, person, store.Micros(now))
}

// use is whose key a caller gave for a portal and when it last came; a zero person
// when it is not connected.
type use struct {
	person id.ID
	last   int64
}

func connectionOf(ctx context.Context, q store.Querier, in id.ID, caller string) (use, error) {
	var u use
	var last sql.Null[int64]
	err := q.QueryRow(ctx, `SELECT person_id, last_used_at FROM projects_connections
		WHERE portal_id = $1 AND caller = $2`, in, caller).Scan(&u.person, &last)
	if errors.Is(err, sql.ErrNoRows) {
		return use{}, nil
	}
	u.last = last.V
	return u, err
}

func upsertConnection(ctx context.Context, tx *store.Tx, in id.ID, c Caller, person id.ID) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_connections (portal_id, id, caller, caller_name, person_id, since, last_used_at)
		VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (portal_id, caller)
		DO UPDATE SET caller_name = excluded.caller_name, person_id = excluded.person_id`,
		in, tx.NewID(), c.Org, c.Name, person, store.Micros(tx.Now()))
	return err
}

func deleteConnection(ctx context.Context, tx *store.Tx, in id.ID, caller string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM projects_connections WHERE portal_id = $1 AND caller = $2`, in, caller)
	return n > 0, err
}

func stampConnection(ctx context.Context, tx *store.Tx, in id.ID, caller string, cut int64) error {
	_, err := tx.Exec(ctx, `UPDATE projects_connections SET last_used_at = $3
		WHERE portal_id = $1 AND caller = $2 AND (last_used_at IS NULL OR last_used_at < $4)`,
		in, caller, store.Micros(tx.Now()), cut)
	return err
}
