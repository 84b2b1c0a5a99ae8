package identity_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/identity/identitytest"
	"musubi/internal/mail/mailtest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

const fresh = "another horse entirely"

// resetToken is the token in the latest letter to the address.
func resetToken(t *testing.T, db *store.DB, email string) string {
	t.Helper()
	letter := mailtest.Last(t, db, email)
	_, token, ok := strings.Cut(letter.Link, "/password/")
	if !ok {
		t.Fatalf("no link in %+v", letter)
	}
	return token
}

func TestAResetWorksOnceWithinTheHour(t *testing.T) {
	clock := storetest.NewClock(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC))
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		people := identitytest.New(t, db)
		identitytest.Person(t, db, people, "taro@example.com", "太郎", password)
		ticket, _, err := people.SignIn(ctx, "taro@example.com", password, here)
		if err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{"TARO@example.com", "nobody@example.com", "taro@example.com"} {
			if err := people.AskReset(ctx, email); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(mailtest.To(t, db, "taro@example.com")); n != 1 {
			t.Errorf("%d letters at once", n)
		}
		if n := len(mailtest.To(t, db, "nobody@example.com")); n != 0 {
			t.Errorf("%d letters to nobody", n)
		}
		late := resetToken(t, db, "taro@example.com")
		clock.Advance(61 * time.Minute)
		if err := people.Reset(ctx, late, fresh); !fault.HasCode(err, "token_gone") {
			t.Errorf("after an hour: %v", err)
		}
		if err := people.AskReset(ctx, "taro@example.com"); err != nil {
			t.Fatal(err)
		}
		token := resetToken(t, db, "taro@example.com")
		if email, err := people.ResetAllowed(ctx, token); err != nil || email != "taro@example.com" {
			t.Errorf("%q, %v", email, err)
		}
		if _, err := people.Invitation(ctx, token); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a reset as an invitation: %v", err)
		}
		if err := people.Reset(ctx, token, "short"); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a short password: %v", err)
		}
		for range 11 { // shuts the address, which the reset opens
			_, _, _ = people.SignIn(ctx, "taro@example.com", "wrong horse battery", here)
		}
		if err := people.Reset(ctx, token, fresh); err != nil {
			t.Fatal(err)
		}
		if err := people.Reset(ctx, token, password); !fault.HasCode(err, "token_gone") {
			t.Errorf("a second time: %v", err)
		}
		if _, err := people.Session(ctx, ticket.Token); !fault.Is(err, fault.KindUnauthenticated) {
			t.Errorf("an old session lives on: %v", err)
		}
		if _, _, err := people.SignIn(ctx, "taro@example.com", fresh, here); err != nil {
			t.Errorf("with the new password: %v", err)
		}
	})
}

func TestChangingThePasswordSignsOthersOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		people := identitytest.New(t, db)
		p := identitytest.Person(t, db, people, "taro@example.com", "太郎", password)
		old, _, err := people.SignIn(ctx, "taro@example.com", password, here)
		if err != nil {
			t.Fatal(err)
		}
		if err := people.AskReset(ctx, "taro@example.com"); err != nil {
			t.Fatal(err)
		}
		mailed := resetToken(t, db, "taro@example.com")
		if _, err := people.ChangePassword(ctx, p, "wrong horse battery", fresh, here); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("without the present password: %v", err)
		}
		now, err := people.ChangePassword(ctx, p, password, fresh, here)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := people.Session(ctx, old.Token); !fault.Is(err, fault.KindUnauthenticated) {
			t.Errorf("another browser stays signed in: %v", err)
		}
		if _, err := people.Session(ctx, now.Token); err != nil {
			t.Errorf("this browser: %v", err)
		}
		if err := people.Reset(ctx, mailed, password); !fault.HasCode(err, "token_gone") {
			t.Errorf("a link mailed before: %v", err)
		}
		err = people.Confirm(ctx, p, password)
		if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key == f.Key {
			t.Errorf("a form says it over itself and at its field: %+v", f)
		}
		if !fault.HasCode(err, "wrong_password") {
			t.Errorf("confirmed with the old password: %v", err)
		}
		if err := people.Confirm(ctx, p, fresh); err != nil {
			t.Error(err)
		}
	})
}

func TestWeakPasswordsAreRefused(t *testing.T) {
	for password, key := range map[string]string{
		"":                        "identity.password.short",
		"123456789":               "identity.password.short",
		"結び結び結び結び結":               "identity.password.short",
		"Password123":             "identity.password.common",
		"ababababababab":          "identity.password.common",
		"          ":              "identity.password.common",
		"TARO@example.com":        "identity.password.common",
		strings.Repeat("abc", 67): "identity.password.long",
		"結びのパスワード合言葉":             "",
		"correct horse battery":   "",
	} {
		bad := fault.Invalid("identity.invalid")
		identity.CheckPassword(bad, "password", password, "taro@example.com")
		got := ""
		if len(bad.Fields) > 0 {
			got = bad.Fields[0].Key
		}
		if got != key {
			t.Errorf("%q: %q, want %q", password, got, key)
		}
	}
}

// TestTwoInvitationsToSomebodyNew are accepted at once: one sets the password, the
// other has to sign in.
func TestTwoInvitationsToSomebodyNew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		people := identitytest.New(t, db)
		var tokens []string
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			tokens = nil
			n, err := people.Ensure(ctx, tx, "hanako@example.com", "花子", "ja", "")
			for i := range 2 {
				var path string
				if err == nil {
					path, err = people.Invite(ctx, tx, identity.Invitation{Purpose: "test", Tenant: 1, Subject: id.ID(2 + i), Person: n})
				}
				tokens = append(tokens, strings.TrimPrefix(path, "/invitations/"))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		answers := make(chan error, len(tokens))
		var both sync.WaitGroup
		for i, token := range tokens {
			both.Go(func() {
				in := identity.Acceptance{Name: "花子", Password: []string{password, fresh}[i], Locale: "ja"}
				_, _, err := people.Accept(ctx, identity.Person{}, token, in, here)
				answers <- err
			})
		}
		both.Wait()
		close(answers)
		accepted := 0
		for err := range answers {
			if err == nil {
				accepted++
			} else if !fault.HasCode(err, "other_person") {
				t.Error(err)
			}
		}
		if accepted != 1 {
			t.Errorf("%d set the password", accepted)
		}
	})
}

// TestOneAddressIsOnePerson: whoever is first makes it, the others get the same id.
func TestOneAddressIsOnePerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		people := identitytest.New(t, db)
		ids := make(chan string, 8)
		var all sync.WaitGroup
		for range cap(ids) {
			all.Go(func() {
				err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
					n, err := people.Ensure(ctx, tx, " Jiro@Example.com", "次郎", "ja", "")
					if err == nil {
						ids <- n.String()
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		close(ids)
		seen := map[string]bool{}
		for n := range ids {
			seen[n] = true
		}
		if len(seen) != 1 {
			t.Errorf("ids %v", seen)
		}
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := people.Create(ctx, tx, identity.NewPerson{Email: "JIRO@example.com", Name: "x", Password: password, Locale: "en"})
			return err
		})
		if !fault.HasCode(err, "email_taken") {
			t.Errorf("made again: %v", err)
		}
	})
}

func TestTheOperatorMakesALink(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		people := identitytest.New(t, db)
		identitytest.Person(t, db, people, "taro@example.com", "太郎", password)
		ask := func(email string) (path string, err error) {
			err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				path, err = people.ResetPath(ctx, tx, email)
				return err
			})
			return strings.TrimPrefix(path, "/password/"), err
		}
		if _, err := ask("nobody@example.com"); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("nobody: %v", err)
		}
		first, err := ask("TARO@example.com")
		if err != nil {
			t.Fatal(err)
		}
		second, err := ask("taro@example.com")
		if err != nil {
			t.Fatal(err)
		}
		if err := people.Reset(ctx, first, fresh); !fault.HasCode(err, "token_gone") {
			t.Errorf("the older link: %v", err)
		}
		if err := people.Reset(ctx, second, fresh); err != nil {
			t.Error(err)
		}
		if _, _, err := people.SignIn(ctx, "taro@example.com", fresh, here); err != nil {
			t.Error(err)
		}
		if n := len(mailtest.To(t, db, "taro@example.com")); n != 0 {
			t.Errorf("%d letters", n)
		}
	})
}
