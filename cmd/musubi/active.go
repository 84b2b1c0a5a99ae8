package main

import (
	"context"
	"fmt"
	"os"

	"musubi/internal/app"
)

type userDeactivateCmd struct{ personFlags }

type userActivateCmd struct{ personFlags }

type personFlags struct {
	Database string `help:"Where the data lies: sqlite:PATH or postgres://…" default:"sqlite:musubi.db" env:"MUSUBI_DATABASE_URL" placeholder:"URL"`
	Secret   string `help:"As for serve." env:"MUSUBI_SECRET" placeholder:"TEXT"`
	Email    string `arg:"" help:"The person's e-mail address."`
}

// Help is what `musubi user deactivate --help` tells besides the flags.
func (userDeactivateCmd) Help() string {
	return `Signs the person out everywhere, in every organisation and portal, and lets them in no more. Their service key stops,
and with it the integrations that use it. What they made stays. With SQLite stop the program first: one process at a time holds the file.

Example:
  musubi user deactivate yui@example.com`
}

// Run shuts the person out.
func (c userDeactivateCmd) Run(ctx context.Context) error {
	return c.set(ctx, false, "%s cannot sign in any more.\n")
}

// Help is what `musubi user activate --help` tells besides the flags.
func (userActivateCmd) Help() string {
	return `Takes "musubi user deactivate" back: the person can sign in again, and their service key works again.

Example:
  musubi user activate yui@example.com`
}

// Run lets the person in.
func (c userActivateCmd) Run(ctx context.Context) error {
	return c.set(ctx, true, "%s can sign in again.\n")
}

func (p personFlags) set(ctx context.Context, active bool, done string) error {
	if err := app.SetPersonActive(ctx, app.Config{Database: p.Database, Secret: p.Secret}, p.Email, active); err != nil {
		return err
	}
	_, err := fmt.Fprintf(os.Stdout, done, p.Email)
	return err
}
