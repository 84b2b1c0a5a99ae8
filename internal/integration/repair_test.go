package integration_test

import (
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/integration"
	"musubi/internal/projects/portal"
)

// What a record lacks for projects is given there and then, with the rights of CRM, as
// a whole or not at all: R10.1 and R10.2. What Projects refuses names who can change it.
func TestRepairRecord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		w.crm.Join(admin, "second@aozora.example", 0, 0)
		for _, m := range []string{access.TabDeals, access.TabAccounts, access.TabContacts} {
			w.crm.Share(admin, m, access.SharingReadWrite)
		}
		reader := w.crm.Join(admin, "reader@aozora.example", w.crm.Clone(admin, "Readers", map[string]access.Rights{
			access.TabDeals: {View: true}, access.TabAccounts: {View: true}, access.TabContacts: {View: true}}), 0)
		editor := w.crm.Join(admin, "editor@aozora.example", w.crm.Clone(admin, "Editors", map[string]access.Rights{
			access.TabDeals: {View: true, Edit: true}, access.TabAccounts: {View: true}, access.TabContacts: {View: true, Edit: true}}), 0)
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		account := w.records.account(admin, "Umi")
		deal := func() id.ID {
			return w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "D", "Closing_Date": "2026-12-31", "Stage": "Qualification"})
		}
		form := func(as access.Actor, module string, of id.ID) integration.ProjectForm {
			t.Helper()
			f, err := w.s.NewProjectForm(ctx, as, module, of)
			w.ok(err)
			return f
		}
		repair := func(as access.Actor, r integration.Repair) error { return w.s.RepairRecord(ctx, as, r) }
		chosen, made := deal(), deal()
		if f := form(admin, access.TabDeals, chosen); f.Blocked != integration.NextChooseAccount || !f.MayMend || !f.MayAccount {
			t.Errorf("%+v", f)
		}
		for name, in := range map[string]integration.Repair{
			"nothing":        {},
			"both":           {Account: account, NewAccount: "X"},
			"no such one":    {Account: account + 999_999},
			"a name of 201":  {NewAccount: string(make([]rune, 201))},
			"an address too": {Email: "x@example.com"},
		} {
			in.Module, in.Record = access.TabDeals, made
			if err := repair(admin, in); !fault.Is(err, fault.KindInvalid) || len(fault.As(err).Fields) == 0 {
				t.Errorf("%s: %v", name, err)
			}
		}
		err := repair(admin, integration.Repair{Module: access.TabDeals, Record: made, NewAccount: " umi "})
		if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != "new_account" {
			t.Errorf("the name of another account: %v", err)
		}
		before := accounts(w, admin)
		w.ok(repair(admin, integration.Repair{Module: access.TabDeals, Record: chosen, Account: account}))
		w.ok(repair(admin, integration.Repair{Module: access.TabDeals, Record: made, NewAccount: " Kawa "}))
		w.ok(repair(admin, integration.Repair{Module: access.TabDeals, Record: made, NewAccount: "Again"})) // somebody was quicker
		if n := accounts(w, admin); n != before+1 {
			t.Errorf("%d accounts, had %d", n, before)
		}
		if f := form(admin, access.TabDeals, chosen); f.Blocked != integration.NextNone || f.Account.Name != "Umi" {
			t.Errorf("%+v", f)
		}
		if f := form(admin, access.TabDeals, made); f.Account.Name != "Kawa" {
			t.Errorf("%+v", f.Account)
		}

		// A contact lacks both, one after the other; a wrong address stays beside its input.
		contact := w.records.contact(admin, 0, "Mori", "")
		w.ok(repair(admin, integration.Repair{Module: access.TabContacts, Record: contact, Account: account}))
		if f := form(admin, access.TabContacts, contact); f.Blocked != integration.NextAddEmail {
			t.Errorf("%+v", f)
		}
		for _, bad := range []string{"", "mori", "mori@"} {
			err := repair(admin, integration.Repair{Module: access.TabContacts, Record: contact, Email: bad})
			if f := fault.As(err); f == nil || f.Kind != fault.KindInvalid || len(f.Fields) != 1 || f.Fields[0].Name != "email" {
				t.Errorf("%q: %v", bad, err)
			}
		}
		w.ok(repair(admin, integration.Repair{Module: access.TabContacts, Record: contact, Email: "mori@umi.example"}))
		w.create(admin, integration.NewProject{Idem: "1", Module: access.TabContacts, Record: contact, Name: "Now"})

		// Rights are those of CRM: who only reads mends nothing, who makes no accounts chooses.
		other := deal()
		if f := form(reader, access.TabDeals, other); f.MayMend {
			t.Error("a reader may mend")
		}
		w.refuses("a reader", repair(reader, integration.Repair{Module: access.TabDeals, Record: other, Account: account}), fault.KindForbidden, "no_right")
		if f := form(editor, access.TabDeals, other); !f.MayMend || f.MayAccount {
			t.Errorf("%+v", f)
		}
		before = accounts(w, admin)
		w.refuses("no right to make accounts", repair(editor, integration.Repair{Module: access.TabDeals, Record: other, NewAccount: "X"}), fault.KindForbidden, "no_right")
		if accounts(w, admin) != before {
			t.Error("an account was made")
		}
		w.ok(repair(editor, integration.Repair{Module: access.TabDeals, Record: other, Account: account}))

		// R10.3: Projects' gate is named, with who can change it.
		_, err = w.s.Provision(ctx, admin)
		w.ok(err)
		w.drain()
		people, err := w.projects.Portals.Members(ctx, owner, portal.PeopleFilter{Search: "editor@aozora.example"})
		w.ok(err)
		_, err = w.projects.Portals.ChangeRole(ctx, owner, people.Items[0].ID, portal.RoleContractor, "2027-01-31", people.Items[0].Version)
		w.ok(err)
		if f := form(editor, access.TabDeals, other); f.CanCreate || f.Reason == nil || f.Owner == "" {
			t.Errorf("%+v", f)
		}
	})
}

// accounts counts an organisation's accounts.
func accounts(w *world, as access.Actor) int {
	w.t.Helper()
	l, err := w.records.s.List(w.t.Context(), as, access.TabAccounts, record.Query{})
	w.ok(err)
	return len(l.Items)
}
