package portal_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/fault"
	"musubi/internal/projects/portal"
	"musubi/internal/projects/projectstest"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

func TestImportClients(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := projectstest.New(t, db)
		ctx := t.Context()
		owner := w.Enter(t, w.Person(t, "owner@example.com", ""), w.Portal(t, "owner@example.com", "Alpha").ID)
		there, err := w.Portals.CreateCompany(ctx, owner, portal.Company{Name: "株式会社 青空"})
		if err != nil {
			t.Fatal(err)
		}
		row := func(ref, company, email string) portal.ImportRow {
			return portal.ImportRow{Ref: ref, Company: portal.Company{Name: company}, Email: email, Name: "=cmd()"}
		}
		rows := []portal.ImportRow{
			row("1", "株式会社 青空", "a@example.net"),
			row("2", "New <b>Client</b>", "b@example.net"),
			row("3", "new  <B>client</B>", "c@example.net"),
			row("4", "New <b>Client</b>", ""),
			row("5", " ", "d@example.net"),
			row("6", "Other", "B@example.net"),
			row("7", "Other", "owner@example.com"),
			row("8", "Other", "broken"),
			row("9", "株式会社 青空", "A@example.net"),
		}
		got, err := w.Portals.ImportClients(ctx, owner, rows)
		if err != nil {
			t.Fatal(err)
		}
		made, other := got[1].Company, got[5].Company
		want := []portal.Imported{
			{Ref: "1", Company: there.ID, User: got[0].User, NewUser: true},
			{Ref: "2", Company: made, NewCompany: true, User: got[1].User, NewUser: true},
			{Ref: "3", Company: made, User: got[2].User, NewUser: true},
			{Ref: "4", Company: made},
			{Ref: "5", Problem: "invalid_name"},
			{Ref: "6", Company: other, NewCompany: true, Problem: portal.CodeOtherCompany},
			{Ref: "7", Company: other, Problem: portal.CodeAlreadyMember},
			{Ref: "8", Company: other, Problem: "invalid_email"},
			{Ref: "9", Company: there.ID, User: got[0].User},
		}
		if diff := cmp.Diff(want, got); diff != "" || made == 0 || other == 0 {
			t.Fatal(diff)
		}
		again, err := w.Portals.ImportClients(ctx, owner, rows)
		for i := range want {
			want[i].NewCompany, want[i].NewUser = false, false
		}
		if diff := cmp.Diff(want, again); diff != "" || err != nil {
			t.Errorf("again: %v %s", err, diff)
		}
		if n := w.Mails(t, owner.Portal()); n != 0 {
			t.Errorf("%d letters from an import", n)
		}
		if err := w.Portals.InviteAgain(ctx, owner, got[0].User); err != nil {
			t.Fatal(err)
		}
		if user, err := w.Portals.Person(ctx, owner, got[0].User); err != nil || user.PersonID == 0 || user.Name != "=cmd()" {
			t.Errorf("after the invitation: %+v, %v", user, err)
		}
		if n := w.Mails(t, owner.Portal()); n != 1 {
			t.Errorf("%d letters", n)
		}
		_, err = w.Portals.ImportClients(ctx, owner, make([]portal.ImportRow, portal.MaxImport+1))
		if !fault.Is(err, fault.KindInvalid) {
			t.Errorf("too many: %v", err)
		}
	})
}
