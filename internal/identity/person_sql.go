package identity

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"musubi/internal/id"
	"musubi/internal/store"
)

const profileColumns = `id, email, name, locale, time_zone, password_hash <> ''`

func scanProfile(scan func(...any) error) (p Profile, err error) {
	err = scan(&p.ID, &p.Email, &p.Name, &p.Locale, &p.TimeZone, &p.Accepted)
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

func insertPerson(ctx context.Context, tx *store.Tx, in newPerson) (id.ID, error) {
	if in.Locale != "ja" {
		in.Locale = "en"
	}
	if in.TimeZone == "" {
		in.TimeZone = "UTC"
		if in.Locale == "ja" {
			in.TimeZone = "Asia/Tokyo"
		}
	}
	n := tx.NewID()
	_, err := tx.Exec(ctx, `INSERT INTO identity_people
		(id, email_key, email, name, password_hash, locale, time_zone, theme, epoch, created_at, password_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', 1, $8, $8)`,
		n, EmailKey(in.Email), strings.TrimSpace(in.Email), strings.TrimSpace(in.Name), in.Hash, in.Locale, in.TimeZone, store.Micros(tx.Now()))
	return n, err
}

const personColumns = `id, email, name, locale, time_zone, theme, epoch, password_hash`

func scanPerson(row *store.Row) (p Person, phc string, err error) {
	err = row.Scan(&p.id, &p.email, &p.name, &p.locale, &p.timeZone, &p.theme, &p.epoch, &phc)
	return p, phc, err
}

func personByID(ctx context.Context, q store.Querier, n id.ID) (Person, string, error) {
	return scanPerson(q.QueryRow(ctx, `SELECT `+personColumns+` FROM identity_people WHERE id = $1`, n))
}

func personByEmail(ctx context.Context, q store.Querier, key string) (Person, string, error) {
	return scanPerson(q.QueryRow(ctx, `SELECT `+personColumns+` FROM identity_people WHERE email_key = $1`, key))
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
func setPassword(ctx context.Context, tx *store.Tx, n id.ID, phc string, newEpoch bool) error {
	step := 0
	if newEpoch {
		step = 1
	}
	_, err := tx.Exec(ctx, `UPDATE identity_people SET password_hash = $2, epoch = epoch + $3, password_at = $4 WHERE id = $1`,
		n, phc, step, store.Micros(tx.Now()))
	return err
}

func setName(ctx context.Context, tx *store.Tx, n id.ID, name, locale string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_people SET name = $2, locale = $3 WHERE id = $1`, n, strings.TrimSpace(name), locale)
	return err
}

func nextEpoch(ctx context.Context, tx *store.Tx, n id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE identity_people SET epoch = epoch + 1 WHERE id = $1`, n)
	return err
}
