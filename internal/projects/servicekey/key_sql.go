package servicekey

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"musubi/internal/id"
	"musubi/internal/store"
)

// stored is a key's row.
type stored struct {
	person  id.ID
	sealed  []byte
	tail    string
	created time.Time
	used    time.Time
	usedBy  string
	version int64
	ends    time.Time // of a replaced key that still works
}

const keyColumns = `person_id, sealed, tail, created_at, last_used_at, last_used_by, version`

// scanKey reads a key; a zero one when there is none.
func scanKey(row *store.Row) (stored, error) {
	var k stored
	var created int64
	var used sql.Null[int64]
	err := row.Scan(&k.person, &k.sealed, &k.tail, &created, &used, &k.usedBy, &k.version)
	if errors.Is(err, sql.ErrNoRows) {
		return stored{}, nil
	}
	k.created = store.FromMicros(created)
	if used.Valid {
		k.used = store.FromMicros(used.V)
	}
	return k, err
}

func keyOf(ctx context.Context, q store.Querier, person id.ID) (stored, error) {
	return scanKey(q.QueryRow(ctx, `SELECT `+keyColumns+` FROM projects_keys WHERE person_id = $1`, person))
}

func lockKey(ctx context.Context, tx *store.Tx, person id.ID) (stored, error) {
	return scanKey(tx.QueryRow(ctx, `SELECT `+keyColumns+` FROM projects_keys WHERE person_id = $1`+
		tx.Dialect().ForUpdate(), person))
}

// keyByHash gives the key with the hash: the present one, or one that was replaced and
// works until its day.
func keyByHash(ctx context.Context, q store.Querier, now time.Time, hash []byte) (stored, error) {
	k, err := scanKey(q.QueryRow(ctx, `SELECT `+keyColumns+` FROM projects_keys WHERE key_hash = $1`, hash))
	if err != nil || k.person != 0 {
		return k, err
	}
	var person id.ID
	var until int64
	err = q.QueryRow(ctx, `SELECT person_id, valid_until FROM projects_spent_keys WHERE key_hash = $1 AND valid_until > $2`, hash, store.Micros(now)).Scan(&person, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return stored{}, nil
	}
	if err != nil {
		return stored{}, err
	}
	k, err = keyOf(ctx, q, person)
	k.ends = store.FromMicros(until)
	return k, err
}

// overlapOf says until when the latest replaced key of a person works; zero when none
// does.
func overlapOf(ctx context.Context, q store.Querier, now time.Time, person id.ID) (time.Time, error) {
	var until sql.NullInt64
	err := q.QueryRow(ctx, `SELECT MAX(valid_until) FROM projects_spent_keys WHERE person_id = $1 AND valid_until > $2`, person, store.Micros(now)).Scan(&until)
	if err != nil || !until.Valid {
		return time.Time{}, err
	}
	return store.FromMicros(until.Int64), nil
}

// endOverlap takes their days from all replaced keys of a person.
func endOverlap(ctx context.Context, tx *store.Tx, person id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE projects_spent_keys SET valid_until = NULL WHERE person_id = $1 AND valid_until IS NOT NULL`, person)
	return err
}

// insertKey adds a person's first key unless another request just did.
func insertKey(ctx context.Context, tx *store.Tx, person id.ID, hash, sealed []byte, tail string) error {
	_, err := tx.Exec(ctx, `INSERT INTO projects_keys (person_id, key_hash, sealed, tail, created_at, last_used_at,
		last_used_by, version) VALUES ($1, $2, $3, $4, $5, NULL, '', 1) ON CONFLICT (person_id) DO NOTHING`,
		person, hash, sealed, tail, store.Micros(tx.Now()))
	return err
}

// replaceKey puts another key in place of the present one and remembers the old one as
// spent; it works until a moment, unless that is zero. Older ones end now.
func replaceKey(ctx context.Context, tx *store.Tx, person id.ID, hash, sealed []byte, tail string, until time.Time) error {
	if err := endOverlap(ctx, tx, person); err != nil {
		return err
	}
	var ends any
	if !until.IsZero() {
		ends = store.Micros(until)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO projects_spent_keys (key_hash, person_id, at, valid_until)
		SELECT key_hash, person_id, $2, CAST($3 AS BIGINT) FROM projects_keys WHERE person_id = $1`,
		person, store.Micros(tx.Now()), ends); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE projects_keys SET key_hash = $2, sealed = $3, tail = $4, created_at = $5,
		last_used_at = NULL, last_used_by = '', version = version + 1 WHERE person_id = $1`,
		person, hash, sealed, tail, store.Micros(tx.Now()))
	return err
}

func spent(ctx context.Context, q store.Querier, hash []byte) (bool, error) {
	var one int
	err := q.QueryRow(ctx, `SELECT 1 FROM projects_spent_keys WHERE key_hash = $1`, hash).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// stampKey notes a use, unless one is noted since the cut.
func stampKey(ctx context.Context, tx *store.Tx, person id.ID, by string, cut int64) error {
	_, err := tx.Exec(ctx, `UPDATE projects_keys SET last_used_at = $2, last_used_by = $3
		WHERE person_id = $1 AND (last_used_at IS NULL OR last_used_at < $4)`,
		person, store.Micros(tx.Now()), by, cut)
	return err
}

// ownsPortal says whether the person owns the portal and is active in it.
func ownsPortal(ctx context.Context, q store.Querier, person, in id.ID) (bool, error) {
	var one int
	err := q.QueryRow(ctx, `SELECT 1 FROM projects_portals p
		JOIN projects_people pe ON pe.portal_id = p.id AND pe.id = p.owner_id
		WHERE p.id = $1 AND p.owner_person_id = $2 AND p.deleted_at IS NULL
		AND pe.active = 1 AND pe.removed_at IS NULL`, in, person).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
