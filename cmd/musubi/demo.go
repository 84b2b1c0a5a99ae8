package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"musubi/internal/app"
	"musubi/internal/demo"
)

type demoCmd struct {
	Accounts bool   `help:"Print the demo sign-ins as JSON." default:"true"`
	Reset    bool   `help:"Put the demo organisations back as they were on the first day."`
	Database string `help:"Where the data lies, for --reset: sqlite:PATH or postgres://…" default:"sqlite:musubi.db" env:"MUSUBI_DATABASE_URL" placeholder:"URL"`
	Secret   string `help:"As for serve." env:"MUSUBI_SECRET" placeholder:"TEXT"`
}

// Help is what `musubi demo --help` tells besides the flags.
func (demoCmd) Help() string {
	return `--reset takes everything out of the database and makes the demo anew. It refuses when anybody belongs to it whose address
does not end with .example, as all addresses of the demo do. Stop the server first: with SQLite one process at a time holds
the file, and with PostgreSQL those who are signed in would lose what they work on.

Example:
  musubi demo --reset --database sqlite:musubi.db`
}

// Run prints the sign-ins, or puts the demo back.
func (c demoCmd) Run(ctx context.Context) error {
	if c.Reset {
		if err := app.Refill(ctx, app.Config{Database: c.Database, Secret: c.Secret, Fill: demo.Fill}, demo.Domain); err != nil {
			return err
		}
		_, err := fmt.Fprintln(os.Stdout, "The demo is as it was on the first day.")
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(demo.Accounts())
}
