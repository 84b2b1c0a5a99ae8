package mail

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"musubi/internal/id"
	"musubi/internal/store"
)

// outgoing is a letter with everything that goes out.
type outgoing struct {
	Message
	written
	tenant id.ID
	unique string
	files  []Attachment
}

// insertMessage keeps the letter; fresh is false when its unique word was used before.
func insertMessage(ctx context.Context, tx *store.Tx, m outgoing) (fresh bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO mail_messages (tenant_id, id, unique_key, to_name, to_email, locale, subject,
		body, label, link, private, state, reason, tries, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14)
		ON CONFLICT (tenant_id, unique_key) DO NOTHING`,
		m.tenant, m.ID, sql.Null[string]{V: m.unique, Valid: m.unique != ""}, m.To.Name, m.To.Email, m.Locale,
		m.subject, m.body, m.label, m.link, m.Private, string(m.State), m.Reason, store.Micros(m.CreatedAt))
	if err != nil || n == 0 {
		return false, err
	}
	for i, f := range m.files {
		if _, err := tx.Exec(ctx, `INSERT INTO mail_attachments (tenant_id, message_id, place, name, type, data)
			VALUES ($1, $2, $3, $4, $5, $6)`,
			m.tenant, m.ID, i, oneLine(f.Name, maxArg), oneLine(f.Type, maxArg), f.Data); err != nil {
			return false, err
		}
	}
	return true, nil
}

const shortColumns = `id, to_name, to_email, locale, subject, private, state, reason, tries, created_at, sent_at`

func (m *Message) scan(row interface{ Scan(...any) error }, rest ...any) error {
	var created int64
	var sent sql.Null[int64]
	err := row.Scan(append([]any{&m.ID, &m.To.Name, &m.To.Email, &m.Locale, &m.Subject, &m.Private, (*string)(&m.State),
		&m.Reason, &m.Tries, &created, &sent}, rest...)...)
	m.CreatedAt = store.FromMicros(created)
	if sent.Valid {
		m.SentAt = store.FromMicros(sent.V)
	}
	return err
}

// listMessages gives letters in walking order from the cursor on.
func listMessages(ctx context.Context, q store.Querier, tenant id.ID, at cursor, limit int) ([]Message, error) {
	b := store.Build(q.Dialect())
	b.W("SELECT ", shortColumns, " FROM mail_messages WHERE tenant_id = ", b.Arg(tenant))
	order := "DESC"
	switch {
	case at.Before:
		order = "ASC"
		b.W(" AND (created_at, id) > (", b.Arg(at.At), ", ", b.Arg(at.ID), ")")
	case at.ID != 0:
		b.W(" AND (created_at, id) < (", b.Arg(at.At), ", ", b.Arg(at.ID), ")")
	}
	b.W(" ORDER BY created_at ", order, ", id ", order, " LIMIT ", b.Arg(limit))
	rows, err := q.Query(ctx, b.SQL(), b.Args()...)
	return store.Collect(rows, err, func(rows *sql.Rows) (m Message, err error) { return m, m.scan(rows) })
}

// readMessage gives a letter with all that goes out.
func readMessage(ctx context.Context, q store.Querier, tenant, n id.ID) (m outgoing, found bool, err error) {
	m.tenant = tenant
	err = m.scan(q.QueryRow(ctx, "SELECT "+shortColumns+`, body, label, link FROM mail_messages
		WHERE tenant_id = $1 AND id = $2`, tenant, n), &m.body, &m.label, &m.link)
	if errors.Is(err, sql.ErrNoRows) {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	m.subject = m.Subject
	rows, err := q.Query(ctx, `SELECT name, type, data FROM mail_attachments WHERE tenant_id = $1 AND message_id = $2
		ORDER BY place`, tenant, n)
	m.files, err = store.Collect(rows, err, func(rows *sql.Rows) (f Attachment, err error) {
		return f, rows.Scan(&f.Name, &f.Type, &f.Data)
	})
	return m, true, err
}

// readAttachment gives one file of a letter.
func readAttachment(ctx context.Context, q store.Querier, tenant, n id.ID, place int) (f Attachment, found bool, err error) {
	err = q.QueryRow(ctx, `SELECT name, type, data FROM mail_attachments WHERE tenant_id = $1 AND message_id = $2 AND place = $3`,
		tenant, n, place).Scan(&f.Name, &f.Type, &f.Data)
	if errors.Is(err, sql.ErrNoRows) {
		return Attachment{}, false, nil
	}
	return f, err == nil, err
}

// mark records how a try to send ended. A one-time link is forgotten with the last try.
func mark(ctx context.Context, tx *store.Tx, tenant, n id.ID, state State, reason string) error {
	var sent sql.Null[int64]
	if state == StateSent {
		sent = sql.Null[int64]{V: store.Micros(tx.Now()), Valid: true}
	}
	over := state == StateSent || state == StateFailed
	_, err := tx.Exec(ctx, `UPDATE mail_messages SET state = $3, reason = $4, tries = tries + 1, sent_at = $5,
		link = CASE WHEN private = 1 AND $6 = 1 THEN '' ELSE link END
		WHERE tenant_id = $1 AND id = $2 AND state = 'queued'`, tenant, n, string(state), reason, sent, over)
	return err
}

// age is how long ago a letter was written.
func (m outgoing) age(now time.Time) time.Duration { return now.Sub(m.CreatedAt) }
