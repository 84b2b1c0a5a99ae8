package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"musubi/bench/house"
	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/store"
)

const chunk = 500 // records made at once

func main() {
	each := flag.Int("each", 6_600, "contacts, deals and notes of the account, each")
	flag.Parse()
	if err := house.Run(func(ctx context.Context, a *app.App, as access.Actor) error {
		return measure(ctx, a, as, *each)
	}); err != nil {
		fmt.Fprintln(os.Stderr, "merge:", err)
		os.Exit(1)
	}
}

// measure merges a large account into a small one, and deletes another for good.
func measure(ctx context.Context, a *app.App, as access.Actor, each int) error {
	master, err := a.CRM.Records.Create(ctx, as, access.TabAccounts, map[string]any{"Account_Name": "株式会社青空"})
	if err != nil {
		return err
	}
	large, err := fill(ctx, a, as, each)
	if err != nil {
		return err
	}
	err = watch(ctx, a, as, "merge", func() error {
		_, err := a.CRM.Records.Merge(ctx, as, access.TabAccounts, record.Merge{Master: master.ID, Others: []id.ID{large.ID},
			Versions: map[id.ID]int64{master.ID: master.Version, large.ID: large.Version}})
		return err
	})
	if err != nil {
		return err
	}
	if err := a.CRM.Records.Delete(ctx, as, access.TabAccounts, master.ID); err != nil {
		return err
	}
	return watch(ctx, a, as, "purge", func() error { return a.CRM.Records.Purge(ctx, as, access.TabAccounts, master.ID) })
}

// fill makes the large account.
func fill(ctx context.Context, a *app.App, as access.Actor, each int) (record.Record, error) {
	began := time.Now()
	large, err := a.CRM.Records.Create(ctx, as, access.TabAccounts, map[string]any{"Account_Name": "株式会社大空"})
	if err != nil {
		return large, err
	}
	for module, row := range map[string]func(i int) map[string]any{
		access.TabContacts: func(i int) map[string]any {
			return map[string]any{"Last_Name": fmt.Sprintf("佐藤%d", i), "Email": fmt.Sprintf("sato%d@sky.example", i), "Account_Name": large.ID}
		},
		access.TabDeals: func(i int) map[string]any {
			return map[string]any{"Deal_Name": fmt.Sprintf("商談%d", i), "Account_Name": large.ID, "Stage": "Qualification", "Closing_Date": "2026-12-31"}
		},
	} {
		if err := records(ctx, a, as, module, each, row); err != nil {
			return large, err
		}
	}
	for i := range each {
		if _, err := a.CRM.Notes.Create(ctx, as, access.TabAccounts, large.ID, "", fmt.Sprintf("電話 %d", i)); err != nil {
			return large, err
		}
	}
	fmt.Printf("fill: %d contacts, deals and notes each, in %s\n", each, time.Since(began).Round(100*time.Millisecond))
	large, _, err = a.CRM.Records.Get(ctx, as, access.TabAccounts, large.ID)
	return large, err
}

func records(ctx context.Context, a *app.App, as access.Actor, module string, n int, row func(int) map[string]any) error {
	for at := 0; at < n; at += chunk {
		var rows []map[string]any
		for i := at; i < min(n, at+chunk); i++ {
			rows = append(rows, row(i))
		}
		if err := a.Ground.DB.Reserve(ctx, len(rows)); err != nil {
			return err
		}
		err := a.Ground.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, problems, err := a.CRM.Records.CreateMany(ctx, tx, as, module, rows)
			return errors.Join(append(problems, err)...)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// watch does something while somebody saves a record every 50 ms.
func watch(ctx context.Context, a *app.App, as access.Actor, what string, do func() error) error {
	own, err := a.CRM.Records.Create(ctx, as, access.TabAccounts, map[string]any{"Account_Name": "Bystander " + what})
	if err != nil {
		return err
	}
	var saved []time.Duration
	var failed error
	over := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for tick := time.NewTicker(50 * time.Millisecond); failed == nil; {
			select {
			case <-over:
				return
			case <-tick.C:
			}
			at := time.Now()
			own, failed = a.CRM.Records.Update(ctx, as, access.TabAccounts, own.ID, own.Version, map[string]any{"Phone": fmt.Sprint(len(saved))})
			saved = append(saved, time.Since(at))
		}
	})
	time.Sleep(time.Second)
	began := time.Now()
	err = do()
	took := time.Since(began)
	close(over)
	wg.Wait()
	slices.Sort(saved)
	of := func(p int) time.Duration { return saved[(len(saved)-1)*p/100].Round(100 * time.Microsecond) }
	fmt.Printf("%s: %s; saving a record meanwhile: p50 %s, longest %s\n", what, took.Round(time.Millisecond), of(50), of(100))
	return errors.Join(err, failed)
}
