// Package house opens the program for a benchmark, on an empty database of its own.
package house

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"time"

	"musubi/internal/app"
	"musubi/internal/crm/access"
	"musubi/internal/identity"
	"musubi/internal/store"
)

// patience bounds a run; what is measured takes minutes at most.
const patience = 20 * time.Minute

// Run opens the program on MUSUBI_DATABASE_URL with its jobs going, makes an
// organisation, and measures as its administrator.
func Run(measure func(context.Context, *app.App, access.Actor) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	a, err := app.Open(ctx, app.Config{
		Database: os.Getenv("MUSUBI_DATABASE_URL"), Secret: "the benchmark has nothing to hide",
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return err
	}
	if err := a.Ground.Queue.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(err, a.Close())
	}
	as, err := organisation(ctx, a)
	if err == nil {
		err = measure(ctx, a, as)
	}
	return errors.Join(err, a.Ground.Queue.Stop(context.WithoutCancel(ctx)), a.Close())
}

func organisation(ctx context.Context, a *app.App) (access.Actor, error) {
	var who identity.Person
	err := a.Ground.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		who, err = a.Ground.Identity.Create(ctx, tx, identity.NewPerson{
			Email: "admin@bench.example", Name: "Bench", Password: "bench bench bench", Locale: "ja", TimeZone: "Asia/Tokyo"})
		return err
	})
	if err != nil {
		return access.Actor{}, err
	}
	return a.CRM.Access.Create(ctx, who, access.NewOrganisation{Name: "Bench", Edition: access.Paid})
}
