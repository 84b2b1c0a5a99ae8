package identity_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"musubi/internal/fault"
	"musubi/internal/identity"
	"musubi/internal/identity/identitytest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

const password = "correct horse battery"

var here = identity.Client{Agent: "test", Address: "127.0.0.1"}

func TestSigningIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		people := identitytest.New(t, db)
		identitytest.Person(t, db, people, "Taro@Example.com", "太郎", password)

		for name, try := range map[string][2]string{
			"wrong password":  {"taro@example.com", "wrong horse battery"},
			"unknown address": {"jiro@example.com", password},
			"empty":           {"", ""},
		} {
			_, _, err := people.SignIn(ctx, try[0], try[1], here)
			if f := fault.As(err); f == nil || f.Key != "identity.signin.wrong" {
				t.Errorf("%s: %v", name, err)
			}
		}
		ticket, p, err := people.SignIn(ctx, " taro@EXAMPLE.com ", password, here)
		if err != nil || p.Name() != "太郎" {
			t.Fatalf("%v, %v", p, err)
		}
		got, err := people.Session(ctx, ticket.Token)
		if err != nil || got.ID() != p.ID() {
			t.Fatalf("the session belongs to %v, %v", got, err)
		}
		if _, err := people.Session(ctx, ticket.Token+"x"); !fault.Is(err, fault.KindUnauthenticated) {
			t.Errorf("a made-up token: %v", err)
		}
		if err := people.SignOut(ctx, ticket.Token); err != nil {
			t.Fatal(err)
		}
		if _, err := people.Session(ctx, ticket.Token); !fault.Is(err, fault.KindUnauthenticated) {
			t.Errorf("after signing out: %v", err)
		}
	})
}

func TestSigningOutEverywhereEndsEverySession(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		people := identitytest.New(t, db)
		p := identitytest.Person(t, db, people, "taro@example.com", "太郎", password)
		var tickets []identity.Ticket
		for range 3 {
			ticket, _, err := people.SignIn(ctx, "taro@example.com", password, here)
			if err != nil {
				t.Fatal(err)
			}
			tickets = append(tickets, ticket)
		}
		if list, err := people.Sessions(ctx, p, tickets[1].Token); err != nil || len(list) != 4 {
			t.Errorf("%d sessions, %v", len(list), err) // the builder signed in once
		}
		if err := people.SignOutEverywhere(ctx, p); err != nil {
			t.Fatal(err)
		}
		for _, ticket := range tickets {
			if _, err := people.Session(ctx, ticket.Token); !fault.Is(err, fault.KindUnauthenticated) {
				t.Errorf("a session lives on: %v", err)
			}
		}
	})
}

func TestTheAddressIsShutAfterTenWrongPasswords(t *testing.T) {
	clock := storetest.NewClock(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC))
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		people := identitytest.New(t, db)
		identitytest.Person(t, db, people, "taro@example.com", "太郎", password)
		var wrong sync.WaitGroup
		for range 10 {
			wrong.Go(func() { _, _, _ = people.SignIn(ctx, "taro@example.com", "wrong horse battery", here) })
		}
		wrong.Wait()
		if _, _, err := people.SignIn(ctx, "taro@example.com", password, here); !fault.Is(err, fault.KindTooMany) {
			t.Fatalf("the right password after ten wrong ones: %v", err)
		}
		clock.Advance(61 * time.Second)
		if _, _, err := people.SignIn(ctx, "taro@example.com", password, here); err != nil {
			t.Errorf("after waiting: %v", err)
		}
	})
}

func TestAnInvitationIsAcceptedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		people := identitytest.New(t, db)
		accepted := 0
		people.OnAccept("test", func(context.Context, *store.Tx, identity.Invitation, identity.Person) error {
			accepted++
			return nil
		})
		var path string
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			n, err := people.Ensure(ctx, tx, "hanako@example.com", "花子", "ja", "")
			if err != nil {
				return err
			}
			path, err = people.Invite(ctx, tx, identity.Invitation{Purpose: "test", Tenant: 1, Subject: 2, Person: n})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		token := path[len("/invitations/"):]
		weak := identity.Acceptance{Name: "花子", Password: "short"}
		if _, _, err := people.Accept(ctx, identity.Person{}, token, weak, here); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a short password: %v", err)
		}
		good := identity.Acceptance{Name: "山田 花子", Password: password, Locale: "ja"}
		ticket, p, err := people.Accept(ctx, identity.Person{}, token, good, here)
		if err != nil || p.Name() != "山田 花子" {
			t.Fatalf("%v, %v", p, err)
		}
		if got, err := people.Session(ctx, ticket.Token); err != nil || got.ID() != p.ID() {
			t.Errorf("not signed in: %v", err)
		}
		if _, _, err := people.Accept(ctx, p, token, good, here); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a second time: %v", err)
		}
		if accepted != 1 {
			t.Errorf("accepted %d times", accepted)
		}
	})
}

func TestAnInvitationForSomebodyWithAPasswordNeedsThatPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		people := identitytest.New(t, db)
		p := identitytest.Person(t, db, people, "taro@example.com", "太郎", password)
		other := identitytest.Person(t, db, people, "jiro@example.com", "次郎", password)
		var path string
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			path, err = people.Invite(ctx, tx, identity.Invitation{Purpose: "test", Tenant: 1, Subject: 2, Person: p.ID()})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		token := path[len("/invitations/"):]
		for name, who := range map[string]identity.Person{"nobody": {}, "another person": other} {
			if _, _, err := people.Accept(ctx, who, token, identity.Acceptance{}, here); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := people.Accept(ctx, p, token, identity.Acceptance{}, here); err != nil {
			t.Error(err)
		}
	})
}

func TestTheFirstStartWorksOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		people := identitytest.New(t, db)
		first := identity.NewPerson{Email: "admin@example.com", Name: "Admin", Password: password, Locale: "en"}
		begin := func(context.Context, *store.Tx, identity.Person) error { return nil }
		if _, err := people.Claim(ctx, "guess", first, begin); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a guessed token: %v", err)
		}
		var group sync.WaitGroup
		results := make(chan error, 5)
		for range 5 {
			group.Go(func() {
				_, err := people.Claim(ctx, people.StartToken(), first, begin)
				results <- err
			})
		}
		group.Wait()
		close(results)
		made := 0
		for err := range results {
			switch {
			case err == nil:
				made++
			case !fault.Is(err, fault.KindConflict):
				t.Error(err)
			}
		}
		if made != 1 {
			t.Errorf("the first administrator was made %d times", made)
		}
	})
}
