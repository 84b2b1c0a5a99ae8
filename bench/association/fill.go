package main

import (
	"context"
	"fmt"
	"time"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/projects/portal"
	"musubi/internal/store"
)

const (
	adminEmail = "admin@bench.example"
	password   = "bench bench bench"
	chunk      = 500
)

// fill makes the organisation and the portal, both of one administrator.
func fill(ctx context.Context, a *app.App, s size) error {
	began := time.Now()
	var who identity.Person
	err := a.Ground.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		who, err = a.Ground.Identity.Create(ctx, tx, identity.NewPerson{
			Email: adminEmail, Name: "Bench", Password: password, Locale: "ja", TimeZone: "Asia/Tokyo"})
		return err
	})
	if err != nil {
		return err
	}
	as, err := a.CRM.Access.Create(ctx, who, access.NewOrganisation{Name: "Bench", Edition: access.Paid})
	if err != nil {
		return err
	}
	accounts, err := records(ctx, a, as, access.TabAccounts, s.accounts, func(i int) map[string]any {
		return map[string]any{"Account_Name": accountName(i, s.clients)}
	})
	if err != nil {
		return err
	}
	var contacts []map[string]any
	for i := range s.clients {
		own, elsewhere := contactsOf(i)
		for n := range own + elsewhere {
			at := accounts[i]
			if n >= own {
				at = accounts[(i+7919*(n+1))%len(accounts)]
			}
			contacts = append(contacts, map[string]any{"Last_Name": userName(i, 0), "Email": userEmail(i, 0), "Account_Name": at})
		}
	}
	if _, err := records(ctx, a, as, access.TabContacts, len(contacts), func(i int) map[string]any { return contacts[i] }); err != nil {
		return err
	}
	if err := clients(ctx, a, who, s); err != nil {
		return err
	}
	fmt.Printf("fill: %d accounts, %d contacts, %d clients with %d users in %s\n",
		s.accounts, len(contacts), s.clients, s.clients*3/2, time.Since(began).Round(100*time.Millisecond))
	return settle(ctx, a)
}

// records makes n records of a module, chunk by chunk.
func records(ctx context.Context, a *app.App, as access.Actor, module string, n int, row func(int) map[string]any) ([]id.ID, error) {
	var out []id.ID
	for len(out) < n {
		var rows []map[string]any
		for i := len(out); i < min(n, len(out)+chunk); i++ {
			rows = append(rows, row(i))
		}
		if err := a.Ground.DB.Reserve(ctx, len(rows)); err != nil {
			return nil, err
		}
		err := a.Ground.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			made, problems, err := a.CRM.Records.CreateMany(ctx, tx, as, module, rows)
			if err != nil {
				return err
			}
			for i, r := range made {
				if problems[i] != nil {
					return fmt.Errorf("%v: %w", rows[i], problems[i])
				}
				out = append(out, r.ID)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// clients makes the portal with its clients and their users.
func clients(ctx context.Context, a *app.App, owner identity.Person, s size) error {
	made, err := a.Project.Portals.Create(ctx, owner, portal.NewPortal{Name: "Bench", Slug: "bench"})
	if err != nil {
		return err
	}
	as, err := a.Project.Portals.Enter(ctx, owner, made.ID)
	if err != nil {
		return err
	}
	var rows []portal.ImportRow
	send := func() error {
		if err := a.Ground.DB.Reserve(ctx, 2*len(rows)); err != nil {
			return err
		}
		out, err := a.Project.Portals.ImportClients(ctx, as, rows)
		for i, r := range out {
			if r.Problem != "" {
				return fmt.Errorf("%s: %s", rows[i].Company.Name, r.Problem)
			}
		}
		rows = rows[:0]
		return err
	}
	for i := range s.clients {
		for n := range usersOf(i) {
			rows = append(rows, portal.ImportRow{Company: portal.Company{Name: clientName(i)}, Email: userEmail(i, n), Name: userName(i, n)})
		}
		if len(rows) > chunk-2 || i == s.clients-1 {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return nil
}
