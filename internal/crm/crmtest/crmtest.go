// Package crmtest builds records for the tests of other rooms, in a real database.
package crmtest

import (
	"context"
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/crm/access/accesstest"
	"musubi/internal/crm/builtin"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/store"
)

// World is organisations with records.
type World struct {
	*accesstest.World
	Records *record.Service
	t       *testing.T
}

// New makes an empty world over db.
func New(t *testing.T, db *store.DB) *World {
	t.Helper()
	w := accesstest.New(t, db)
	return &World{World: w, Records: record.New(db, w.Access, builtin.Modules()), t: t}
}

// Make makes a record and gives its id.
func (w *World) Make(as access.Actor, module string, values map[string]any) id.ID {
	w.t.Helper()
	r, err := w.Records.Create(context.Background(), as, module, values)
	if err != nil {
		w.t.Fatal(err)
	}
	return r.ID
}

// Account makes an account.
func (w *World) Account(as access.Actor, name string) id.ID {
	w.t.Helper()
	return w.Make(as, builtin.Accounts, map[string]any{"Account_Name": name})
}

// Contact makes a contact of an account.
func (w *World) Contact(as access.Actor, account id.ID, last, email string) id.ID {
	w.t.Helper()
	return w.Make(as, builtin.Contacts, map[string]any{"Last_Name": last, "Account_Name": account, "Email": email})
}

// Deal makes a deal of an account.
func (w *World) Deal(as access.Actor, account id.ID, name string) id.ID {
	w.t.Helper()
	return w.Make(as, builtin.Deals, map[string]any{
		"Deal_Name": name, "Account_Name": account, "Closing_Date": "2027-03-31", "Stage": "Qualification", "Amount": "1200000",
	})
}
