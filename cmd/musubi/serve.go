package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"musubi/internal/app"
	"musubi/internal/demo"
)

type serveCmd struct {
	app.Config
}

// Help is what `musubi serve --help` tells besides the flags.
func (serveCmd) Help() string {
	return `Opens the database, brings it up to date, serves pages and works off jobs until it is told to stop (SIGTERM, Ctrl-C);
then it finishes what is under way.

Examples:
  musubi serve --demo
      A SQLite database in the present folder, with demo organisations.
  MUSUBI_SECRET=… musubi serve --listen :8080 --database postgres://musubi@db/musubi --public-url https://musubi.example.com
      For work. Any number of these may share one PostgreSQL database.

On an empty database without --demo the log shows a one-time address where the first organisation is made.`
}

// Run serves until ctx ends.
func (c serveCmd) Run(ctx context.Context) error {
	c.Config.Fill = demo.Fill
	c.Config.Ready = greet
	c.Config.Now = clock()
	return app.Run(ctx, c.Config)
}

// greet tells whoever started the program where it is and, while the demo's people
// are there, how to sign in.
func greet(ctx context.Context, a *app.App) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "\nMusubi answers at %s\n", a.Config.PublicURL)
	list := demo.Accounts()
	_, there, err := a.Ground.Identity.Find(ctx, a.Ground.DB, list[0].Email)
	if err != nil {
		return err
	}
	if a.Config.Demo && there {
		fmt.Fprintf(b, "Sign in with one of these, password %s\n\n", demo.Password)
		table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
		for _, one := range list {
			fmt.Fprintf(table, "  %s\t%s\t%s\n", one.Email, one.Name, one.Profile)
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(os.Stdout, b)
	return err
}
