package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"musubi/bench/house"
	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/crm/bulk"
	"musubi/internal/importer"
)

func main() {
	rows := flag.Int("rows", 100_000, "lines of the file")
	profile := flag.String("profile", "", "file for a CPU profile")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "imports:", err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	if err := house.Run(func(ctx context.Context, a *app.App, as access.Actor) error {
		return measure(ctx, a, as, *rows)
	}); err != nil {
		fmt.Fprintln(os.Stderr, "imports:", err)
		os.Exit(1)
	}
}

// measure brings the file in and takes it back.
func measure(ctx context.Context, a *app.App, as access.Actor, rows int) error {
	began := time.Now()
	r, err := a.Imports.Upload(ctx, as.Org(), as.User(), bulk.Accounts, "accounts.csv", file(rows))
	if err != nil {
		return err
	}
	fmt.Printf("upload of %d rows: %s\n", rows, time.Since(began).Round(10*time.Millisecond))
	r, err = watch(ctx, a, as, "import", func() (importer.Run, error) {
		return a.Imports.Start(ctx, as.Org(), as.User(), r.Kind, r.ID, r.Mapping, r.Options)
	}, importer.Run.Going)
	if err != nil {
		return err
	}
	if r.State != importer.Done || r.Created != int64(rows) {
		return fmt.Errorf("the import ended %s with %d of %d", r.State, r.Created, rows)
	}
	r, err = watch(ctx, a, as, "undo", func() (importer.Run, error) {
		return a.Imports.TakeBack(ctx, as.Org(), as.User(), r.Kind, r.ID)
	}, importer.Run.Undoing)
	if err == nil && (r.Undo != importer.UndoDone || r.Undone != int64(rows)) {
		err = fmt.Errorf("the undo ended %s with %d of %d", r.Undo, r.Undone, rows)
	}
	return err
}

// file is a list of accounts as an office keeps it.
func file(rows int) []byte {
	var b strings.Builder
	b.WriteString("会社名,電話番号,業種,郵便番号,都道府県,市区町村,町名・番地\n")
	for i := range rows {
		fmt.Fprintf(&b, "株式会社取引先%06d,03-%04d-%04d,小売,%03d-%04d,東京都,千代田区,丸の内%d-%d\n", i, i/10_000, i%10_000, i%1000, i%10_000, i%9+1, i%30+1)
	}
	return []byte(b.String())
}

// watch begins something and saves a record every 50 ms until it is over.
func watch(ctx context.Context, a *app.App, as access.Actor, what string, begin func() (importer.Run, error), going func(importer.Run) bool) (importer.Run, error) {
	own, err := a.CRM.Records.Create(ctx, as, access.TabAccounts, map[string]any{"Account_Name": "Bystander " + what})
	if err != nil {
		return importer.Run{}, err
	}
	began := time.Now()
	r, err := begin()
	var saved []time.Duration
	for tick := time.NewTicker(50 * time.Millisecond); err == nil && going(r); <-tick.C {
		at := time.Now()
		if own, err = a.CRM.Records.Update(ctx, as, access.TabAccounts, own.ID, own.Version, map[string]any{"Phone": fmt.Sprint(len(saved))}); err != nil {
			break
		}
		saved = append(saved, time.Since(at))
		r, err = a.Imports.Run(ctx, as.Org(), as.User(), r.Kind, r.ID)
	}
	slices.Sort(saved)
	if err == nil && len(saved) > 0 {
		of := func(p int) time.Duration { return saved[(len(saved)-1)*p/100].Round(100 * time.Microsecond) }
		fmt.Printf("%s: %s; saving a record meanwhile: p50 %s, p95 %s, max %s\n", what, time.Since(began).Round(10*time.Millisecond), of(50), of(95), of(100))
	}
	return r, err
}
