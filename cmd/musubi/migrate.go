package main

import (
	"context"

	"musubi/internal/app"
)

type migrateCmd struct {
	Database string `help:"Where the data lies: sqlite:PATH or postgres://…" default:"sqlite:musubi.db" env:"MUSUBI_DATABASE_URL" placeholder:"URL"`
}

// Help is what `musubi migrate --help` tells besides the flags.
func (migrateCmd) Help() string {
	return `Migrations only go forward; a database that is newer than the program is refused. "musubi serve" does this on its own,
so the command is for installations that want it as a step before.`
}

// Run migrates.
func (c migrateCmd) Run(ctx context.Context) error {
	return app.Migrate(ctx, app.Config{Database: c.Database})
}
