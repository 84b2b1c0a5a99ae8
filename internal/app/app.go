package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"musubi/internal/importer"
	"musubi/internal/store"
	"musubi/internal/web/assets"
)

// App is the program, wired but not yet serving.
type App struct {
	Config  Config
	Ground  Ground
	CRM     CRM
	Project Project
	Tie     Tie
	Imports *importer.Service
	Handler http.Handler

	log *slog.Logger
}

// Open opens the database, brings it up to date and wires every room. Close it.
func Open(ctx context.Context, c Config) (*App, error) {
	c, err := c.normal()
	if err != nil {
		return nil, err
	}
	if err := assets.Check(); err != nil {
		return nil, err
	}
	a := &App{Config: c, log: c.Log}
	if a.Ground, err = openGround(ctx, c); err != nil {
		return nil, err
	}
	a.CRM = wireCRM(a.Ground)
	a.Project = wireProject(a.Ground)
	a.Tie = wireTie(a.Ground, a.CRM, a.Project, c)
	wireNotices(a.Ground, a.CRM, a.Project)
	a.Imports = wireImports(a.Ground, a.CRM, a.Project)
	a.Handler = a.wireWeb()
	return a, nil
}

// Close lets go of the database.
func (a *App) Close() error { return a.Ground.DB.Close() }

// Run opens the program and serves until ctx ends, then finishes what is under way.
func Run(ctx context.Context, c Config) (err error) {
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	listener, err := net.Listen("tcp", a.Config.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if err := a.Prepare(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	return a.Serve(ctx, listener)
}

// Serve answers on the listener and works off jobs until ctx ends.
func (a *App) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           a.Handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
	// Not ctx itself: jobs under way at the end are finished, not torn off.
	if err := a.Ground.Queue.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(err, listener.Close())
	}
	if a.Config.Ready != nil {
		if err := a.Config.Ready(ctx, a); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		a.log.Info("serving", "address", "http://"+reachable(listener.Addr().String()))
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		a.log.Info("stopping")
		// The old context is over; what is under way gets a fresh one with a limit.
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), 25*time.Second)
		defer cancel()
		return errors.Join(server.Shutdown(wait), a.Ground.Queue.Stop(wait))
	})
	return group.Wait()
}

// Prepare fills an empty database, with --demo, or says in the log where the first
// organisation is made.
func (a *App) Prepare(ctx context.Context) error {
	empty, err := a.Ground.Identity.Empty(ctx)
	if err != nil || !empty {
		return err
	}
	if a.Config.Demo && a.Config.Fill != nil {
		a.log.Info("the database is empty; making the demo organisations")
		return a.Config.Fill(ctx, a)
	}
	a.log.Info("the database is empty; make the first organisation at this address, which works once",
		"address", a.Config.PublicURL+"/start?token="+a.Ground.Identity.StartToken())
	return nil
}

// Migrate brings the database up to date and ends.
func Migrate(ctx context.Context, c Config) (err error) {
	db, err := store.Open(ctx, c.Database, store.Options{Now: c.Now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.Migrate(ctx)
}
