package notice

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
)

// kept is how many notices a person keeps: older ones go when a new one comes.
const kept = 500

// insertNotice says whether the person had not been told before.
func insertNotice(ctx context.Context, tx *store.Tx, n New) (bool, error) {
	args, err := json.Marshal(n.Args)
	if err != nil {
		return false, fault.Internal(err)
	}
	made := tx.NewID()
	rows, err := tx.Exec(ctx, `INSERT INTO notice_items (person_id, id, kind, key, args, path, unique_key, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT DO NOTHING`, n.Person, made, n.Kind, n.Key, string(args), n.Path, n.Unique, store.Micros(tx.Now()))
	if err != nil || rows == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM notice_items WHERE person_id = $1 AND id <= (SELECT id FROM notice_items WHERE person_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)`,
		n.Person, kept)
	return true, err
}

const columns = `id, kind, key, args, path, at, read_at IS NOT NULL`

func scanNotice(row func(...any) error) (Notice, error) {
	var n Notice
	var args string
	var at int64
	if err := row(&n.ID, &n.Kind, &n.Key, &args, &n.Path, &at, &n.Read); err != nil {
		return n, err
	}
	n.At = store.FromMicros(at)
	if err := json.Unmarshal([]byte(args), &n.Args); err != nil {
		return n, fault.Internal(err)
	}
	return n, nil
}

func listNotices(ctx context.Context, q store.Querier, person, before id.ID, limit int) ([]Notice, error) {
	rows, err := q.Query(ctx, "SELECT "+columns+` FROM notice_items WHERE person_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`, person, before, limit)
	return store.Collect(rows, err, func(r *sql.Rows) (Notice, error) { return scanNotice(r.Scan) })
}

func findNotice(ctx context.Context, q store.Querier, person, notice id.ID) (Notice, error) {
	n, err := scanNotice(q.QueryRow(ctx, "SELECT "+columns+` FROM notice_items WHERE person_id = $1 AND id = $2`, person, notice).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return n, fault.NotFound("fault.not_found")
	}
	return n, err
}

func countUnread(ctx context.Context, q store.Querier, person id.ID) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM notice_items WHERE person_id = $1 AND read_at IS NULL LIMIT $2) u`, person, most).Scan(&n)
	return n, err
}

func markRead(ctx context.Context, tx *store.Tx, person, notice id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE notice_items SET read_at = $3 WHERE person_id = $1 AND id = $2`, person, notice, store.Micros(tx.Now()))
	return err
}

func markAllRead(ctx context.Context, tx *store.Tx, person id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE notice_items SET read_at = $2 WHERE person_id = $1 AND read_at IS NULL`, person, store.Micros(tx.Now()))
	return err
}

// choice names a preference.
type choice struct {
	person id.ID
	kind   string
}

func preferencesOf(ctx context.Context, q store.Querier, persons []id.ID) (map[choice]Preference, error) {
	b := store.Build(q.Dialect())
	b.W(`SELECT person_id, kind, bell, mail FROM notice_preferences WHERE person_id IN `, b.IDs(persons))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	out := map[choice]Preference{}
	_, err = store.Collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var person id.ID
		var p Preference
		err := r.Scan(&person, &p.Kind, &p.Bell, &p.Mail)
		out[choice{person, p.Kind}] = p
		return struct{}{}, err
	})
	return out, err
}

func writePreference(ctx context.Context, tx *store.Tx, person id.ID, p Preference) error {
	_, err := tx.Exec(ctx, `INSERT INTO notice_preferences (person_id, kind, bell, mail) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person_id, kind) DO UPDATE SET bell = excluded.bell, mail = excluded.mail`, person, p.Kind, p.Bell, p.Mail)
	return err
}
