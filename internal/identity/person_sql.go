package identity

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"musubi/internal/id"
	"musubi/internal/store"
)

const profileColumns = `id, email, name, locale, time_zone, password_hash <> '', disabled_at IS NULL`

func scanProfile(scan func(...any) error) (p Profile, err error) {
	err = scan(&p.ID, &p.Email, &p.Name, &p.Locale, &p.TimeZone, &p.Accepted, &p.Active)
	return p, err
}

func findProfile(ctx context.Context, q store.Querier, key string) (Profile, bool, error) {
	p, err := scanProfile(q.QueryRow(ctx, `SELECT `+profileColumns+` FROM identity_people WHERE email_key = $1`, key).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Profile{}, false, nil
	}
	return p, err == nil, err
}

func profilesByID(ctx context.Context, q store.Querier, ids []id.ID) (map[id.ID]Profile, error) {
	out := make(map[id.ID]Profile, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	b := store.Build(q.Dialect())
	b.W(`SELECT `, profileColumns, ` FROM identity_people WHERE id IN `, b.IDs(ids))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	list, err := store.Collect(rows, err, func(r *sql.Rows) (Profile, error) { return scanProfile(r.Scan) })
	for _, p := range list {
		out[p.ID] = p
	}
	return out, err
}

type newPerson struct {
	Email, Name, Hash, Locale, TimeZone string
}

// insertPerson makes a person unless the address is taken: made is false then, also
// when another transaction was faster.
func insertPerson(ctx context.Context, tx *store.Tx, in newPerson) (n id.ID, made bool, err error) {
	if in.Locale != "ja" {
		in.Locale = "en"
	}
	if in.TimeZone == "" {
		in.TimeZone = "UTC"
		if in.Locale == "ja" {
			in.TimeZone = "Asia/Tokyo"
		}
	}
	n = tx.NewID()
	rows, err := tx.Exec(ctx, `INSERT INTO identity_people
		(id, email_key, email, name, password_hash, locale, time_zone, theme, epoch, created_at, password_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', 1, $8, $8)
		ON CONFLICT (email_key) DO NOTHING`,
		n, EmailKey(in.Email), strings.TrimSpace(in.Email), cut(strings.TrimSpace(in.Name), MaxName), in.Hash, in.Locale, in.TimeZone, store.Micros(tx.Now()))
	return n, rows == 1, err
}

const personColumns = `id, email, name, locale, time_zone, theme, epoch, password_hash`

func scanPerson(row *store.Row) (p Person, phc string, err error) {
	err = row.Scan(&p.id, &p.email, &p.name, &p.locale, &p.timeZone, &p.theme, &p.epoch, &phc)
	return p, phc, err
}

func personByID(ctx context.Context, q store.Querier, n id.ID) (Person, string, error) {
	return scanPerson(q.QueryRow(ctx, `SELECT `+personColumns+` FROM identity_people WHERE id = $1`, n))
}

// personByEmail leaves out who was shut out: signing in, they are unknown.
func personByEmail(ctx context.Context, q store.Querier, key string) (Person, string, error) {
	return scanPerson(q.QueryRow(ctx, `SELECT `+personColumns+` FROM identity_people WHERE email_key = $1 AND disabled_at IS NULL`, key))
}

func nobody(ctx context.Context, q store.Querier) (bool, error) {
	var one int
	err := q.QueryRow(ctx, `SELECT 1 FROM identity_people LIMIT 1`).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	return false, err
}

func saveSettings(ctx context.Context, tx *store.Tx, n id.ID, in Settings) error {
	_, err := tx.Exec(ctx, `UPDATE identity_people SET name = $2, locale = $3, time_zone = $4, theme = $5 WHERE id = $1`,
		n, strings.TrimSpace(in.Name), in.Locale, in.TimeZone, in.Theme)
	return err
}

// setPassword replaces the hash; a new epoch ends every session made before.
func setPassword(ctx context.Context, tx *store.Tx, n id.ID, phc string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_people SET password_hash = $2, epoch = epoch + 1, password_at = $3 WHERE id = $1`,
		n, phc, store.Micros(tx.Now()))
	return err
}

// rehash keeps the same password at today's cost, unless it was changed meanwhile.
func rehash(ctx context.Context, tx *store.Tx, n id.ID, old, fresh string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_people SET password_hash = $3 WHERE id = $1 AND password_hash = $2`, n, old, fresh)
	return err
}

// lockPerson lets two acts on one person follow each other on PostgreSQL.
func lockPerson(ctx context.Context, tx *store.Tx, n id.ID) error {
	var found int64
	return tx.QueryRow(ctx, `SELECT id FROM identity_people WHERE id = $1`+tx.Dialect().ForUpdate(), n).Scan(&found)
}

func setName(ctx context.Context, tx *store.Tx, n id.ID, name, locale string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_people SET name = $2, locale = $3 WHERE id = $1`, n, strings.TrimSpace(name), locale)
	return err
}

func nextEpoch(ctx context.Context, tx *store.Tx, n id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE identity_people SET epoch = epoch + 1 WHERE id = $1`, n)
	return err
}

// setActive shuts a person out or lets them in; the new epoch ends every session.
func setActive(ctx context.Context, tx *store.Tx, n id.ID, active bool) error {
	if active {
		_, err := tx.Exec(ctx, `UPDATE identity_people SET disabled_at = NULL WHERE id = $1`, n)
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE identity_people SET disabled_at = $2, epoch = epoch + 1 WHERE id = $1`, n, store.Micros(tx.Now()))
	return err
}

func strangers(ctx context.Context, q store.Querier, domain string, limit int) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT email FROM identity_people WHERE email_key NOT LIKE $1 ORDER BY id LIMIT $2`, "%"+domain, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (email string, err error) { return email, r.Scan(&email) })
}
