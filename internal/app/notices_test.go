package app_test

import (
	"io"
	"log/slog"
	"testing"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/identity"
	"musubi/internal/identity/identitytest"
	"musubi/internal/jobs/jobstest"
	"musubi/internal/store/storetest"
)

// A note tells those it calls by name who may read it.
func TestNoteCallsWhoReadsNotes(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, database string) {
		ctx := t.Context()
		a, err := app.Open(ctx, app.Config{Database: database, Secret: "a secret that only tests know", Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		w := crmtest.New(t, a.Ground.DB)
		admin := w.Organisation("Minato")
		w.Share(admin, builtin.Accounts, access.SharingRead)
		w.Join(admin, "reader@minato.example", 0, 0)
		blind := w.Clone(admin, "No notes", map[string]access.Rights{builtin.Accounts: {View: true}})
		w.Join(admin, "blind@minato.example", blind, 0)
		account := w.Account(admin, "Secret")
		if _, err := a.CRM.Notes.Create(ctx, admin, builtin.Accounts, account, "", "@reader and @blind, look"); err != nil {
			t.Fatal(err)
		}
		for _, err := range jobstest.Drain(t, a.Ground.Queue) {
			t.Error(err)
		}
		for name, want := range map[string]int{"reader": 1, "blind": 0} {
			_, person, err := a.Ground.Identity.SignIn(ctx, name+"@minato.example", identitytest.Password, identity.Client{})
			if err != nil {
				t.Fatal(err)
			}
			if n, err := a.Ground.Notices.Unread(ctx, person); err != nil || n != want {
				t.Errorf("%s is told %d times, %v", name, n, err)
			}
		}
	})
}
