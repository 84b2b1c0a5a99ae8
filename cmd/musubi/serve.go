package main

import (
	"context"

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
      A SQLite database in the present folder, with demo organizations.
  MUSUBI_SECRET=… musubi serve --listen :8080 --database postgres://musubi@db/musubi --public-url https://musubi.example.com
      For work. Any number of these may share one PostgreSQL database.

On an empty database without --demo the log shows a one-time address where the first organization is made.`
}

// Run serves until ctx ends.
func (c serveCmd) Run(ctx context.Context) error {
	c.Config.Fill = demo.Fill
	return app.Run(ctx, c.Config)
}
