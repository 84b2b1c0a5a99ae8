package integration_test

import (
	"testing"

	"musubi/internal/crm/access"
	"musubi/internal/integration"
	"musubi/internal/projects/portal"
)

// In Projects somebody is told of a customer what they see in CRM, and nothing else.
func TestCustomerCards(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := w.crm.Organisation("Aozora")
		mine, owner := w.portalOf(admin, "Mine")
		w.bind(admin, mine.ID)
		account := w.records.make(admin, access.TabAccounts, map[string]any{"Account_Name": "Umi", "Phone": "03-1"})
		deal := w.records.make(admin, access.TabDeals, map[string]any{"Deal_Name": "Harbour", "Account_Name": account, "Closing_Date": "2026-12-31", "Stage": "Qualification", "Amount": "1000"})
		made := w.create(admin, integration.NewProject{Idem: "1", Module: access.TabDeals, Record: deal, Name: "A"})
		if joined, err := w.s.Joined(ctx, mine.ID); err != nil || !joined {
			t.Errorf("joined: %v, %v", joined, err)
		}
		for what, ask := range map[string]func(as access.Actor) ([]integration.CustomerCard, error){
			"project": func(as access.Actor) ([]integration.CustomerCard, error) {
				return w.s.CustomersOfProject(ctx, w.projects.Person(t, as.Email(), ""), mine.ID, made.ID)
			},
			"client": func(as access.Actor) ([]integration.CustomerCard, error) {
				return w.s.CustomersOfClient(ctx, w.projects.Person(t, as.Email(), ""), mine.ID, made.Clients[0].ID)
			},
		} {
			got, err := ask(admin)
			if err != nil || len(got) != 1 || len(got[0].Accounts) != 1 || got[0].Accounts[0].Phone != "03-1" || len(got[0].Accounts[0].Deals) != 1 ||
				got[0].Accounts[0].Deals[0].Amount != 1000*10_000 || got[0].Accounts[0].Owner == "" {
				t.Errorf("%s: %+v, %v", what, got, err)
			}
		}
		// A portal administrator who is nobody in CRM, and another organisation's people,
		// are told nothing.
		boss := w.projects.Person(t, "boss@mine.example", "")
		w.projects.Member(t, owner, "boss@mine.example", portal.RoleAdministrator)
		other := w.crm.Organisation("Elsewhere")
		if got, err := w.s.CustomersOfProject(ctx, w.projects.Person(t, other.Email(), ""), mine.ID, made.ID); err != nil || len(got) != 0 {
			t.Errorf("another organisation: %+v, %v", got, err)
		}
		if got, err := w.s.CustomersOfClient(ctx, boss, mine.ID, made.Clients[0].ID); err != nil || len(got) != 0 {
			t.Errorf("boss: %+v, %v", got, err)
		}
		_, err := w.s.Disable(ctx, admin, w.overview(admin).Version)
		w.ok(err)
		if got, err := w.s.CustomersOfProject(ctx, w.projects.Person(t, admin.Email(), ""), mine.ID, made.ID); err != nil || len(got) != 0 {
			t.Errorf("disabled: %+v, %v", got, err)
		}
	})
}
