package app_test

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/demo"
	"musubi/internal/identity"
	"musubi/internal/page"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// TestTheDemoIsPutBack changes the demo and puts it back; it leaves alone what somebody
// else made, and says whose that is.
func TestTheDemoIsPutBack(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		ctx := t.Context()
		c := app.Config{Database: url, Secret: "a secret of this test alone and no other", Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Fill: demo.Fill}
		in := func(do func(a *app.App)) {
			t.Helper()
			a, err := app.Open(ctx, c)
			if err != nil {
				t.Fatal(err)
			}
			do(a)
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
		}
		enter := func(a *app.App) access.Actor {
			t.Helper()
			_, who, err := a.Ground.Identity.SignIn(ctx, "admin@minato.example", demo.Password, identity.Client{})
			if err != nil {
				t.Fatal(err)
			}
			orgs, err := a.CRM.Access.Organisations(ctx, who)
			if err != nil || len(orgs) != 1 {
				t.Fatalf("%+v %v", orgs, err)
			}
			as, err := a.CRM.Access.Enter(ctx, who, orgs[0].Organisation.ID)
			if err != nil {
				t.Fatal(err)
			}
			return as
		}
		accounts := func(a *app.App) []string {
			t.Helper()
			list, err := a.CRM.Records.List(ctx, enter(a), access.TabAccounts, record.Query{Page: page.Request{Size: page.MaxSize}})
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, r := range list.Items {
				out = append(out, r.Name)
			}
			return out
		}
		if err := app.Refill(ctx, c, demo.Domain); err != nil { // an empty database is filled
			t.Fatal(err)
		}
		var first []string
		in(func(a *app.App) {
			first = accounts(a)
			as := enter(a)
			if _, err := a.CRM.Records.Create(ctx, as, access.TabAccounts, map[string]any{"Account_Name": "Played with"}); err != nil {
				t.Fatal(err)
			}
			person(t, a, "visitor@play.example")
		})
		if err := app.Refill(ctx, c, demo.Domain); err != nil {
			t.Fatal(err)
		}
		in(func(a *app.App) {
			if again := accounts(a); len(first) == 0 || strings.Join(again, "\n") != strings.Join(first, "\n") {
				t.Errorf("%d accounts, at first %d", len(again), len(first))
			}
			if _, there, err := a.Ground.Identity.Find(ctx, a.Ground.DB, "visitor@play.example"); err != nil || there {
				t.Errorf("a visitor is still there: %v", err)
			}
			person(t, a, "yui@company.jp")
		})
		if err := app.Refill(ctx, c, demo.Domain); err == nil || !strings.Contains(err.Error(), "yui@company.jp") {
			t.Errorf("somebody of flesh and blood: %v", err)
		}
		in(func(a *app.App) {
			if _, there, err := a.Ground.Identity.Find(ctx, a.Ground.DB, "yui@company.jp"); err != nil || !there {
				t.Errorf("refused, yet gone: %v", err)
			}
		})
	})
}

func person(t *testing.T, a *app.App, email string) {
	t.Helper()
	err := a.Ground.DB.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := a.Ground.Identity.Create(ctx, tx, identity.NewPerson{Email: email, Name: "Somebody", Password: "long enough for this", Locale: "en", TimeZone: "UTC"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
