// Package identitytest builds people for the tests of other rooms.
package identitytest

import (
	"context"
	"log/slog"
	"testing"

	"musubi/internal/identity"
	"musubi/internal/jobs"
	"musubi/internal/mail"
	"musubi/internal/store"
)

// Password is what every person built here signs in with.
const Password = "correct horse battery"

// New makes the service over db, with letters that stay in the outbox.
func New(t *testing.T, db *store.DB) *identity.Service {
	t.Helper()
	queue := jobs.New(db, slog.New(slog.DiscardHandler))
	return identity.New(db, mail.New(db, queue, mail.Options{BaseURL: "http://127.0.0.1"}))
}

// Person makes somebody with a password and signs them in; an empty password is
// Password.
func Person(t *testing.T, db *store.DB, people *identity.Service, email, name, password string) identity.Person {
	t.Helper()
	if password == "" {
		password = Password
	}
	ctx := context.Background()
	err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := people.Create(ctx, tx, identity.NewPerson{Email: email, Name: name, Password: password, Locale: "en", TimeZone: "Asia/Tokyo"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, p, err := people.SignIn(ctx, email, password, identity.Client{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
