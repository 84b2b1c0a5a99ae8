package accesstest

import (
	"context"
	"log/slog"
	"path"
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/identity"
	"musubi/internal/identity/identitytest"
	"musubi/internal/jobs"
	"musubi/internal/mail"
	"musubi/internal/store"
)

// World is the room on one database, with the rooms below it that tests look into.
type World struct {
	t testing.TB

	DB     *store.DB
	Queue  *jobs.Queue
	Mail   *mail.Service
	People *identity.Service
	Access *access.Service
}

// New puts the rooms together over db; letters stay in the outbox.
func New(t testing.TB, db *store.DB) *World {
	queue := jobs.New(db, slog.New(slog.DiscardHandler))
	letters := mail.New(db, queue, mail.Options{BaseURL: "http://127.0.0.1"})
	people := identity.New(db, letters)
	return &World{t: t, DB: db, Queue: queue, Mail: letters, People: people, Access: access.New(db, people, letters)}
}

// Person makes somebody who can sign in with identitytest.Password.
func (w *World) Person(email, name string) identity.Person {
	w.t.Helper()
	var p identity.Person
	w.ok(w.DB.Write(w.ctx(), func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = w.People.Create(ctx, tx, identity.NewPerson{
			Email: email, Name: name, Password: identitytest.Password, Locale: "en", TimeZone: "Asia/Tokyo",
		})
		return err
	}))
	return p
}

// Accept follows the user's invitation the way its holder does, and gives the person
// and what came of it. Somebody without an account yet makes one.
func (w *World) Accept(org access.Actor, u access.User) (identity.Person, error) {
	w.t.Helper()
	email := u.Email
	if u.PendingEmail != "" {
		email = u.PendingEmail
	}
	profile, found, err := w.People.Find(w.ctx(), w.DB, email)
	w.ok(err)
	if !found {
		w.t.Fatalf("%s was not invited", email)
	}
	// The letter's own link is for its reader alone, so a second one is made; it
	// voids the first.
	var link string
	w.ok(w.DB.Write(w.ctx(), func(ctx context.Context, tx *store.Tx) (err error) {
		link, err = w.People.Invite(ctx, tx, identity.Invitation{Purpose: "crm", Tenant: org.Org(), Subject: u.ID, Person: profile.ID})
		return err
	}))
	var as identity.Person
	if profile.Accepted {
		_, as, err = w.People.SignIn(w.ctx(), email, identitytest.Password, identity.Client{})
		w.ok(err)
	}
	_, person, err := w.People.Accept(w.ctx(), as, path.Base(link),
		identity.Acceptance{Name: u.Name, Password: identitytest.Password, Locale: "en"}, identity.Client{})
	return person, err
}
