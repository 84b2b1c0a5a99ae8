package identity_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/argon2"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/identity/identitytest"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestASessionEndsAndIsSeenSeldom(t *testing.T) {
	start := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	clock := storetest.NewClock(start)
	storetest.EachAt(t, clock, func(t *testing.T, db *store.DB) {
		clock.Set(start)
		ctx := t.Context()
		people := identitytest.New(t, db)
		identitytest.Person(t, db, people, "taro@example.com", "太郎", password)
		ticket, p, err := people.SignIn(ctx, "taro@example.com", password, identity.Client{Agent: "agent\x00\xff", Address: "127.0.0.1"})
		if err != nil {
			t.Fatal(err)
		}
		var kept string
		if err := db.QueryRow(ctx, `SELECT token_hash FROM identity_sessions WHERE agent LIKE 'agent%'`).Scan(&kept); err != nil || kept == ticket.Token {
			t.Errorf("kept is %q, %v", kept, err)
		}
		for _, step := range []struct {
			after time.Duration
			seen  time.Duration
		}{{4 * time.Minute, 0}, {6 * time.Minute, 6 * time.Minute}, {10 * time.Minute, 6 * time.Minute}, {11 * time.Minute, 11 * time.Minute}} {
			clock.Set(start.Add(step.after))
			if _, err := people.Session(ctx, ticket.Token); err != nil {
				t.Fatal(err)
			}
			list, err := people.Sessions(ctx, p, ticket.Token)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range list {
				if s.Current && !s.LastSeen.Equal(start.Add(step.seen)) {
					t.Errorf("after %v seen at %v", step.after, s.LastSeen)
				}
			}
		}
		if want := start.Add(30 * 24 * time.Hour); !ticket.Expires.Equal(want) {
			t.Errorf("ends %v, want %v", ticket.Expires, want)
		}
		clock.Set(ticket.Expires.Add(time.Second))
		if _, err := people.Session(ctx, ticket.Token); !fault.Is(err, fault.KindUnauthenticated) {
			t.Errorf("after its end: %v", err)
		}
		if err := people.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		var left int
		if err := db.QueryRow(ctx, `SELECT COUNT(*) FROM identity_sessions`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d sessions after sweeping, %v", left, err)
		}
	})
}

// TestAnOldHashIsMadeAnew signs in with a hash of lower cost.
func TestAnOldHashIsMadeAnew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		people := identitytest.New(t, db)
		p := identitytest.Person(t, db, people, "taro@example.com", "太郎", password)
		salt := []byte("0123456789abcdef")
		enc := base64.RawStdEncoding.EncodeToString
		cheap := fmt.Sprintf("$argon2id$v=19$m=1024,t=1,p=1$%s$%s", enc(salt), enc(argon2.IDKey([]byte(password), salt, 1, 1024, 1, 32)))
		set := func(phc string) {
			if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE identity_people SET password_hash = $2 WHERE id = $1`, p.ID(), phc)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		set(cheap)
		if _, _, err := people.SignIn(ctx, "taro@example.com", "wrong horse battery", here); err == nil {
			t.Error("a wrong password was right")
		}
		if _, _, err := people.SignIn(ctx, "taro@example.com", password, here); err != nil {
			t.Fatal(err)
		}
		var phc string
		if err := db.QueryRow(ctx, `SELECT password_hash FROM identity_people WHERE id = $1`, p.ID()).Scan(&phc); err != nil ||
			!strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("kept is %q, %v", phc, err)
		}
		if _, _, err := people.SignIn(ctx, "taro@example.com", password, here); err != nil {
			t.Errorf("after that: %v", err)
		}
		for _, broken := range []string{"", "x", "$argon2id$v=19$m=1,t=1$a$b", "$argon2i$v=19$m=1024,t=1,p=1$YQ$YQ"} {
			set(broken)
			if _, _, err := people.SignIn(ctx, "taro@example.com", password, here); !fault.HasCode(err, "wrong_password") {
				t.Errorf("%q: %v", broken, err)
			}
		}
	})
}

func TestWhatWasDoneIsKeptPerHouse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		people := identitytest.New(t, db)
		p := identitytest.Person(t, db, people, "taro@example.com", "太郎", password)
		house, other := identity.Tenant{Org: 5}, identity.Tenant{Portal: 5}
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for i := range 5 {
				if err := people.Audit(ctx, tx, identity.Entry{Tenant: house, Actor: p.ID(), Act: "test.act", Target: id.ID(i + 1), Detail: "a\x00b"}); err != nil {
					return err
				}
			}
			return people.Audit(ctx, tx, identity.Entry{Tenant: other, Act: "test.other"})
		}); err != nil {
			t.Fatal(err)
		}
		var targets []id.ID
		for r := (page.Request{Size: 2}); ; {
			got, err := people.AuditLog(ctx, house, r)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range got.Items {
				if e.Act != "test.act" || e.Name != "太郎" || e.Detail != "ab" {
					t.Errorf("%+v", e)
				}
				targets = append(targets, e.Target)
			}
			if r.Cursor = got.Next; r.Cursor == "" {
				break
			}
		}
		if diff := cmp.Diff([]id.ID{5, 4, 3, 2, 1}, targets); diff != "" {
			t.Error(diff)
		}
		// A lock-out is told of, also for an address nobody has.
		for range 12 {
			_, _, _ = people.SignIn(ctx, "nobody@example.com", "wrong horse battery", here)
		}
		var acts int
		if err := db.QueryRow(ctx, `SELECT COUNT(*) FROM identity_audit WHERE act = 'identity.locked_out' AND detail = 'nobody@example.com'`).Scan(&acts); err != nil || acts != 1 {
			t.Errorf("%d lock-outs, %v", acts, err)
		}
	})
}

func TestSettings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		people := identitytest.New(t, db)
		p := identitytest.Person(t, db, people, "taro@example.com", "太郎", password)
		ticket, _, err := people.SignIn(ctx, "taro@example.com", password, here)
		if err != nil {
			t.Fatal(err)
		}
		_, err = people.Save(ctx, p, identity.Settings{Name: " ", Locale: "fr", TimeZone: "Mars/Base", Theme: "pink"})
		var fields []string
		if f := fault.As(err); f != nil {
			for _, field := range f.Fields {
				fields = append(fields, field.Name)
			}
		}
		if diff := cmp.Diff([]string{"name", "locale", "time_zone", "theme"}, fields); diff != "" {
			t.Error(diff)
		}
		if _, err := people.Save(ctx, p, identity.Settings{Name: "<b>太郎</b>", Locale: "ja", TimeZone: "Asia/Tokyo", Theme: "dark"}); err != nil {
			t.Fatal(err)
		}
		now, err := people.Session(ctx, ticket.Token)
		if err != nil || now.Name() != "<b>太郎</b>" || now.Locale() != "ja" || now.TimeZone() != "Asia/Tokyo" || now.Theme() != "dark" {
			t.Errorf("%+v, %v", now, err)
		}
		if err := people.SetLocale(ctx, now, "en"); err != nil {
			t.Fatal(err)
		}
		if now, err = people.Session(ctx, ticket.Token); err != nil || now.Locale() != "en" || now.Theme() != "dark" {
			t.Errorf("%+v, %v", now, err)
		}
	})
}
