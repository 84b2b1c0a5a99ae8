// Package projectstest builds portals, people and clients for the tests of the rooms
// of Projects and of those above.
package projectstest

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"musubi/internal/files"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/identity/identitytest"
	"musubi/internal/jobs"
	"musubi/internal/mail"
	"musubi/internal/page"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/servicekey"
	"musubi/internal/secret"
	"musubi/internal/store"
)

// Password is what everybody built here signs in with.
const Password = identitytest.Password

// World is the lower half of Projects over one database.
type World struct {
	DB      *store.DB
	Queue   *jobs.Queue
	Letters *mail.Service
	People  *identity.Service
	Portals *portal.Service
	Files   *files.Service
	Keys    *servicekey.Service

	mu    sync.Mutex
	known map[string]identity.Person
}

// New puts the rooms together; letters stay in the outbox.
func New(t testing.TB, db *store.DB) *World {
	t.Helper()
	box, err := secret.New("a secret for tests that is long enough")
	if err != nil {
		t.Fatal(err)
	}
	w := &World{DB: db, known: map[string]identity.Person{}}
	w.Queue = jobs.New(db, slog.New(slog.DiscardHandler))
	w.Letters = mail.New(db, w.Queue, mail.Options{BaseURL: "http://127.0.0.1"})
	w.People = identity.New(db, w.Letters)
	w.Files = files.New(db, w.Queue, 0)
	w.Portals = portal.New(db, w.People, w.Letters)
	w.Keys = servicekey.New(db, w.Portals, w.People, box)
	return w
}

// Person signs somebody in, made with Password when there is no such account yet. An
// account that was invited gets its password here.
func (w *World) Person(t testing.TB, email, name string) identity.Person {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	key := identity.EmailKey(email)
	if p, ok := w.known[key]; ok {
		return p
	}
	if name == "" {
		name = key
	}
	p, err := w.account(t.Context(), email, name)
	if err != nil {
		t.Fatal(err)
	}
	w.known[key] = p
	return p
}

func (w *World) account(ctx context.Context, email, name string) (p identity.Person, err error) {
	var path string
	err = w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		known, found, err := w.People.Find(ctx, tx, email)
		switch {
		case err != nil || known.Accepted:
			return err
		case !found:
			p, err = w.People.Create(ctx, tx, identity.NewPerson{
				Email: email, Name: name, Password: Password, Locale: "ja", TimeZone: "Asia/Tokyo",
			})
			return err
		}
		path, err = w.People.Invite(ctx, tx, identity.Invitation{
			Purpose: "projectstest", Subject: known.ID, Person: known.ID, Email: email, Name: name, Locale: "ja",
		})
		return err
	})
	switch {
	case err != nil || !p.Nobody():
	case path != "":
		_, p, err = w.People.Accept(ctx, p, strings.TrimPrefix(path, "/invitations/"),
			identity.Acceptance{Name: name, Password: Password, Locale: "ja"}, identity.Client{})
	default: // made elsewhere, with the same password
		_, p, err = w.People.SignIn(ctx, email, Password, identity.Client{})
	}
	return p, err
}

// Mails counts the letters of a portal.
func (w *World) Mails(t testing.TB, portal id.ID) int {
	t.Helper()
	n, cursor := 0, ""
	for {
		list, err := w.Letters.List(t.Context(), mail.Tenant{Portal: portal}, page.Request{Cursor: cursor, Size: page.MaxSize})
		if err != nil {
			t.Fatal(err)
		}
		n += len(list.Items)
		if cursor = list.Next; cursor == "" {
			return n
		}
	}
}
