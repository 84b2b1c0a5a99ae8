package main

import (
	"context"
	"fmt"
	"time"

	"musubi/internal/app"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/store"
)

// settle lets the planner know the tables, as a running server's autovacuum would.
func settle(ctx context.Context, a *app.App) error {
	return a.Ground.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, "ANALYZE")
		return err
	})
}

// statements are the least an association has to do: match one to one by the folded
// name, then by address, and keep the pairs and the contacts that were missing. No
// search index, no report, no check of a right, all in one transaction.
var statements = []string{
	`INSERT INTO bench_client_links (company_id, account_id)
		SELECT k.company_id, MIN(a.id) FROM bench_keys k
		JOIN crm_accounts a ON a.org_id = $1 AND a.name_key = k.name_key AND a.deleted = 0
		GROUP BY k.company_id HAVING COUNT(*) = 1`,
	`INSERT INTO bench_contact_links (user_id, contact_id)
		SELECT p.id, MIN(c.id) FROM bench_client_links l
		JOIN projects_people p ON p.portal_id = $2 AND p.company_id = l.company_id AND p.kind = 'client' AND p.removed_at IS NULL
		JOIN crm_contacts c ON c.org_id = $1 AND c.email_key = p.email_key AND c.deleted = 0 AND c.created_time < $3
		GROUP BY p.id HAVING COUNT(*) = 1`,
	`INSERT INTO bench_contacts (user_id, account_id, email, name)
		SELECT p.id, l.account_id, p.email, p.name FROM bench_client_links l
		JOIN projects_people p ON p.portal_id = $2 AND p.company_id = l.company_id AND p.kind = 'client' AND p.removed_at IS NULL
		WHERE NOT EXISTS (SELECT 1 FROM crm_contacts c
			WHERE c.org_id = $1 AND c.email_key = p.email_key AND c.deleted = 0 AND c.created_time < $3)`,
}

// join times the statements on the tables the program worked on. Contacts the run
// before created are left out by their time.
func join(ctx context.Context, a *app.App, _ size) error {
	as, who, err := administrator(ctx, a)
	if err != nil {
		return err
	}
	portals, err := a.Project.Portals.Memberships(ctx, who)
	if err != nil {
		return err
	}
	report, err := a.Tie.AssociationReport(ctx, as)
	if err != nil {
		return err
	}
	portal := portals[0].Portal.ID
	if err := keys(ctx, a, portal); err != nil {
		return err
	}
	var counts [3]int64
	began := time.Now()
	err = a.Ground.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for i, text := range statements {
			args := []any{as.Org(), portal, store.Micros(report.Run.StartedAt)}
			if i == 0 {
				args = args[:1]
			}
			if counts[i], err = tx.Exec(ctx, text, args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	took := time.Since(began)
	program := report.Run.FinishedAt.Sub(report.Run.StartedAt)
	fmt.Printf("join: %s for %d client links, %d contact links, %d contacts\n", took.Round(time.Millisecond), counts[0], counts[1], counts[2])
	fmt.Printf("  the program took %s, %.0f times as long\n", program.Round(10*time.Millisecond), program.Seconds()/took.Seconds())
	return nil
}

// keys gives the join the folded names ready-made: SQL cannot fold them, and the
// accounts have theirs in a column too.
func keys(ctx context.Context, a *app.App, portal id.ID) error {
	rows, err := a.Ground.DB.Query(ctx, "SELECT id, name FROM projects_companies WHERE portal_id = $1 ORDER BY id", portal)
	if err != nil {
		return err
	}
	defer rows.Close()
	type key struct {
		ID  id.ID  `json:"id"`
		Key string `json:"key"`
	}
	var list []key
	for rows.Next() {
		var k key
		var name string
		if err := rows.Scan(&k.ID, &name); err != nil {
			return err
		}
		k.Key = record.NameKey(name)
		list = append(list, k)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return a.Ground.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, text := range []string{
			"CREATE TABLE bench_keys (company_id BIGINT PRIMARY KEY, name_key TEXT NOT NULL)",
			"CREATE TABLE bench_client_links (company_id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL)",
			"CREATE TABLE bench_contact_links (user_id BIGINT PRIMARY KEY, contact_id BIGINT NOT NULL)",
			"CREATE TABLE bench_contacts (user_id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL)",
		} {
			if _, err := tx.Exec(ctx, text); err != nil {
				return err
			}
		}
		for len(list) > 0 {
			part := list[:min(chunk, len(list))]
			list = list[len(part):]
			b := store.Build(tx.Dialect())
			for i, k := range part {
				if i == 0 {
					b.W("INSERT INTO bench_keys (company_id, name_key) VALUES ")
				} else {
					b.W(", ")
				}
				b.W("(", b.Arg(k.ID), ", ", b.Arg(k.Key), ")")
			}
			if _, err := tx.Exec(ctx, b.SQL(), b.Args()...); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "ANALYZE")
		return err
	})
}
