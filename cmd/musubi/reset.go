package main

import (
	"context"
	"fmt"
	"os"

	"musubi/internal/app"
)

type userResetCmd struct {
	personFlags
	PublicURL string `name:"public-url" help:"How people reach the program; the link begins with it." env:"MUSUBI_PUBLIC_URL" default:"http://127.0.0.1:8080" placeholder:"URL"`
}

// Help is what `musubi user reset --help` tells besides the flags.
func (userResetCmd) Help() string {
	return `For a person who forgot the password where no mail server sends them a link. The link works once, within an hour, and a
link made before is void. With SQLite stop the program first: one process at a time holds the file.

Example:
  musubi user reset yui@example.com`
}

// Run prints the link.
func (c userResetCmd) Run(ctx context.Context) error {
	link, err := app.ResetLink(ctx, app.Config{Database: c.Database, Secret: c.Secret, PublicURL: c.PublicURL}, c.Email)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(os.Stdout, link)
	return err
}
