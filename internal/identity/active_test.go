package identity_test

import (
	"context"
	"testing"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/identity/identitytest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestShutOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		people := identitytest.New(t, db)
		p := identitytest.Person(t, db, people, "yui@example.com", "Yui", "")
		var told []id.ID
		people.OnShut(func(_ context.Context, _ *store.Tx, person id.ID) error {
			told = append(told, person)
			return nil
		})
		ticket, _, err := people.SignIn(ctx, "yui@example.com", identitytest.Password, identity.Client{})
		if err != nil {
			t.Fatal(err)
		}
		set := func(active bool) {
			t.Helper()
			if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				return people.SetActive(ctx, tx, "YUI@example.com", active)
			}); err != nil {
				t.Fatal(err)
			}
		}
		var path string
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			path, err = people.Invite(ctx, tx, identity.Invitation{Purpose: "test", Tenant: 1, Subject: 2, Person: p.ID()})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		set(false)
		set(false)
		if len(told) != 1 || told[0] != p.ID() {
			t.Errorf("told %v", told)
		}
		if _, err := people.Session(ctx, ticket.Token); !fault.Is(err, fault.KindUnauthenticated) {
			t.Errorf("the session lives on: %v", err)
		}
		_, _, wrong := people.SignIn(ctx, "nobody@example.com", "whatever it is", identity.Client{})
		_, _, err = people.SignIn(ctx, "yui@example.com", identitytest.Password, identity.Client{})
		if err == nil || err.Error() != wrong.Error() {
			t.Errorf("signing in: %v, want the words for an unknown address: %v", err, wrong)
		}
		if _, err := people.Invitation(ctx, path[len("/invitations/"):]); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("an open invitation: %v", err)
		}
		set(true)
		if _, _, err := people.SignIn(ctx, "yui@example.com", identitytest.Password, identity.Client{}); err != nil {
			t.Errorf("let in again: %v", err)
		}
		if _, err := people.Session(ctx, ticket.Token); err == nil {
			t.Error("the old session came back")
		}
	})
}
