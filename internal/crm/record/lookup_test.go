package record_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"musubi/internal/crm/access"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/crmtest"
	"musubi/internal/crm/field"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/store"
	"musubi/internal/store/storetest"
)

// refusedFields gives the fields an invalid fault names.
func refusedFields(t *testing.T, err error) map[string]string {
	t.Helper()
	out := map[string]string{}
	f := fault.As(err)
	if f == nil || f.Kind != fault.KindInvalid {
		t.Errorf("%v is not about input", err)
		return out
	}
	for _, x := range f.Fields {
		out[x.Name] = x.Key
	}
	return out
}

func TestLookUpsStayWithinWhatOneSees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin, neighbour := w.Organisation("Minato"), w.Organisation("Kaede")
		one := w.Join(admin, "one@minato.example", 0, 0)
		gone := w.Join(admin, "gone@minato.example", 0, 0)
		w.Deactivate(admin, gone.User())
		hidden, foreign := w.Account(admin, "見えない会社"), w.Account(neighbour, "よその会社")
		person := w.Contact(admin, hidden, "山田", "")
		for name, c := range map[string]struct {
			as    access.Actor
			in    map[string]any
			field string
		}{
			"another tenant's account":  {admin, map[string]any{"Account_Name": foreign}, "Account_Name"},
			"an account one cannot see": {one, map[string]any{"Account_Name": hidden}, "Account_Name"},
			"a record of another tab":   {admin, map[string]any{"Account_Name": person}, "Account_Name"},
			"another tenant's user":     {admin, map[string]any{"Owner": neighbour.User()}, "Owner"},
			"somebody who left":         {admin, map[string]any{"Owner": gone.User()}, "Owner"},
			"nothing at all":            {admin, map[string]any{"Reporting_To": "999"}, "Reporting_To"},
		} {
			c.in["Last_Name"] = "森"
			_, err := w.Records.Create(ctx, c.as, builtin.Contacts, c.in)
			if diff := cmp.Diff(map[string]string{c.field: "crm.field.lookup"}, refusedFields(t, err)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		// What somebody else put there may stay, unnamed.
		theirs := w.Make(admin, builtin.Contacts, map[string]any{"Last_Name": "林", "Account_Name": hidden, "Owner": one.User()})
		r, names, err := w.Records.Get(ctx, one, builtin.Contacts, theirs)
		if err != nil || r.Lookup("Account_Name") != hidden || names[hidden] != "" {
			t.Errorf("%v names %v; %v", r.Values, names, err)
		}
		if _, err = w.Records.Update(ctx, one, builtin.Contacts, theirs, r.Version, map[string]any{"Account_Name": hidden, "Title": "部長"}); err != nil {
			t.Errorf("an unseen look-up that stays blocks saving: %v", err)
		}
		_, err = w.Records.Update(ctx, admin, builtin.Contacts, theirs, r.Version+1, map[string]any{"Owner": nil})
		if diff := cmp.Diff(map[string]string{"Owner": "crm.field.required"}, refusedFields(t, err)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSharedForReadingIsNotForWriting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		one := w.Join(admin, "one@minato.example", 0, 0)
		account := w.Account(admin, "青空製作所")
		w.Share(admin, builtin.Accounts, access.SharingRead)
		one = w.Again(one)
		rights, err := w.Records.Rights(ctx, one, builtin.Accounts, account)
		if diff := cmp.Diff(access.Rights{View: true, Create: true}, rights); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if _, err := w.Records.Update(ctx, one, builtin.Accounts, account, 1, map[string]any{"Phone": "1"}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("update: %v", err)
		}
		if err := w.Records.Delete(ctx, one, builtin.Accounts, account); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("delete: %v", err)
		}
		if err := w.Records.Restore(ctx, one, builtin.Accounts, account); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("restore what is not in the bin: %v", err)
		}
		blind := w.Join(admin, "blind@minato.example", w.Clone(admin, "Accounts only", map[string]access.Rights{builtin.Accounts: {View: true}}), 0)
		if _, err := w.Records.Related(ctx, blind, builtin.Accounts, account, "deals", record.Query{}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a list of a tab without a right: %v", err)
		}
		if _, err := w.Records.Create(ctx, blind, builtin.Accounts, map[string]any{"Account_Name": "x"}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("create: %v", err)
		}
		if rights, err := w.Records.Rights(ctx, w.Organisation("Kaede"), builtin.Accounts, account); !fault.Is(err, fault.KindNotFound) || rights.View {
			t.Errorf("another tenant's rights: %+v, %v", rights, err)
		}
	})
}

// TestWhatIsStoredComesBack fills every field of every module, changes it and clears it.
func TestWhatIsStoredComesBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		texts := map[field.Type]string{field.Text: "値 x", field.LongText: "一行目\n二行目", field.Phone: "03-1", field.URL: "https://a.example/x",
			field.Email: "a@b.example", field.Integer: "42", field.Percent: "42", field.Currency: "42.5", field.Date: "2026-01-31", field.Boolean: "true"}
		// A deal always has the probability of its stage, a task always stands somewhere.
		always := map[string]bool{"Deals.Probability": true, "Tasks.Status": true, "Tasks.Priority": true, "Tasks.Percent_Complete": true}
		for _, m := range w.Records.Modules(admin) {
			in, clear := map[string]any{}, map[string]any{}
			for _, f := range m.Fields {
				if f.ReadOnly || f.Type == field.Lookup || f.Type == field.User {
					continue
				}
				if in[f.Name] = texts[f.Type]; f.Type == field.Picklist {
					in[f.Name] = f.Options[0]
				}
				if !f.Required {
					clear[f.Name] = ""
				}
			}
			made := w.Make(admin, m.Name, in)
			r, _, err := w.Records.Get(ctx, admin, m.Name, made)
			for name := range in {
				if r.Values[name] == nil {
					t.Errorf("%s.%s is lost; %v", m.Name, name, err)
				}
			}
			cleared, err := w.Records.Update(ctx, admin, m.Name, made, r.Version, clear)
			if err != nil {
				t.Fatal(err)
			}
			now, _, err := w.Records.Get(ctx, admin, m.Name, made)
			if diff := cmp.Diff(cleared, now); diff != "" || err != nil {
				t.Errorf("%s: what Update gives is not what is stored (%v)\n%s", m.Name, err, diff)
			}
			for name := range clear {
				if now.Values[name] != nil && !always[m.Name+"."+name] {
					t.Errorf("%s.%s stays %v", m.Name, name, now.Values[name])
				}
			}
			if now.Values["Expected_Revenue"] != nil {
				t.Errorf("an expected revenue of no amount: %v", now.Values["Expected_Revenue"])
			}
		}
	})
}

func TestParentsMakeNoCircle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		top := w.Account(admin, "親")
		child := w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "子", "Parent_Account": top})
		for _, parent := range []id.ID{top, child} {
			_, err := w.Records.Update(ctx, admin, builtin.Accounts, top, 1, map[string]any{"Parent_Account": parent})
			if diff := cmp.Diff(map[string]string{"Parent_Account": "crm.field.cycle"}, refusedFields(t, err)); diff != "" {
				t.Error(diff)
			}
		}
		if l, err := w.Records.Related(ctx, admin, builtin.Accounts, top, "members", record.Query{}); err != nil || len(l.Items) != 1 {
			t.Errorf("%v, %v", names(l), err)
		}
	})
}

// TestABatchKeepsWhatIsGood: one bad row stops no other, and hooks hear of each.
func TestABatchKeepsWhatIsGood(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		one := w.Join(admin, "one@minato.example", 0, 0)
		sys := w.Access.System(admin.Org(), "test")
		account := w.Make(admin, builtin.Accounts, map[string]any{"Account_Name": "青空製作所", "Owner": one.User()})
		heard := 0
		w.Records.AddHook(record.Hook{AfterCreate: func(_ context.Context, _ *store.Tx, _ id.ID, made []record.Record) error {
			heard += len(made)
			return nil
		}})
		var made []record.Made
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			made, err = w.Records.CreateContacts(ctx, tx, sys, []record.NewContact{
				{Ref: "good", Account: account, LastName: "森", FirstName: "花", Email: "mori@aozora.example"},
				{Ref: "no name", Account: account}, {Ref: "no account", Account: 12345, LastName: "幽霊", Owner: admin.User()},
				{Ref: "nobody's", LastName: "孤児"}, {Ref: "NUL", Account: account, LastName: "a\x00b"},
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, m := range made {
			if got[m.Ref] = m.Problem; (m.ID == 0) != (m.Problem != "") {
				t.Errorf("%+v", m)
			}
		}
		want := map[string]string{"good": "", "no name": "crm.field.required", "no account": "crm.field.lookup",
			"nobody's": "crm.field.required", "NUL": "crm.field.text_invalid"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		l, err := w.Records.List(ctx, one, builtin.Contacts, record.Query{})
		if err != nil || len(l.Items) != 1 || l.Items[0].Owner != one.User() || l.Names[account] == "" {
			t.Errorf("the account's owner has %v, %v", l, err)
		}
		if heard != 1 {
			t.Errorf("hooks heard of %d", heard)
		}
	})
}

// What a look-up holds is not found out by filtering either, where its tab is hidden.
func TestHiddenLookupIsNoFilter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := crmtest.New(t, db)
		admin := w.Organisation("Minato")
		w.Join(admin, "second@minato.example", 0, 0)
		account := w.Account(admin, "Secret")
		w.Share(admin, builtin.Contacts, access.SharingRead)
		w.Contact(admin, account, "Mori", "mori@minato.example")
		only := w.Clone(admin, "Contacts only", map[string]access.Rights{builtin.Contacts: {View: true}})
		reader := w.Join(admin, "reader@minato.example", only, 0)
		q := record.Query{Filters: map[string]string{"Account_Name": account.String()}}
		if list, err := w.Records.List(t.Context(), reader, builtin.Contacts, q); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("found %+v, %v", list.Items, err)
		}
		if list, err := w.Records.List(t.Context(), admin, builtin.Contacts, q); err != nil || len(list.Items) != 1 {
			t.Errorf("who sees accounts: %+v, %v", list.Items, err)
		}
	})
}
