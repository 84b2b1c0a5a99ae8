// Package mailtest lets the tests of other rooms read the letters they caused.
package mailtest

import (
	"context"
	"database/sql"
	"testing"

	"musubi/internal/store"
)

// Letter is a letter as its reader gets it, with the link of a private one.
type Letter struct {
	Email, Locale, Subject, Text, Link string
}

// To gives the letters to an address, in the order they were written.
func To(t testing.TB, db *store.DB, email string) []Letter {
	t.Helper()
	rows, err := db.Query(context.Background(), `SELECT to_email, locale, subject, body, link FROM mail_messages
		WHERE to_email = $1 ORDER BY created_at, id`, email)
	letters, err := store.Collect(rows, err, func(rows *sql.Rows) (l Letter, err error) {
		return l, rows.Scan(&l.Email, &l.Locale, &l.Subject, &l.Text, &l.Link)
	})
	if err != nil {
		t.Fatal(err)
	}
	return letters
}

// Last gives the latest letter to an address and fails the test when there is none.
func Last(t testing.TB, db *store.DB, email string) Letter {
	t.Helper()
	letters := To(t, db, email)
	if len(letters) == 0 {
		t.Fatalf("no letter to %s", email)
	}
	return letters[len(letters)-1]
}
