package main

import (
	"context"
	"fmt"
	"os"

	"musubi/internal/app"
)

type userCmd struct {
	Create     userCreateCmd     `cmd:"" help:"Make an organisation and its administrator."`
	Deactivate userDeactivateCmd `cmd:"" help:"Shut a person out of the whole installation."`
	Activate   userActivateCmd   `cmd:"" help:"Let a person in again."`
	Reset      userResetCmd      `cmd:"" help:"Print a link with which a person sets a new password."`
}

type userCreateCmd struct {
	Database     string `help:"Where the data lies: sqlite:PATH or postgres://…" default:"sqlite:musubi.db" env:"MUSUBI_DATABASE_URL" placeholder:"URL"`
	Secret       string `help:"As for serve." env:"MUSUBI_SECRET" placeholder:"TEXT"`
	Organisation string `help:"Name of the organisation." required:"" placeholder:"NAME"`
	Name         string `help:"The administrator's name." required:"" placeholder:"NAME"`
	Email        string `help:"The administrator's e-mail address." required:"" placeholder:"ADDRESS"`
	Password     string `help:"The password, at least 10 characters. Better given in the environment than on the command line." required:"" env:"MUSUBI_PASSWORD" placeholder:"TEXT"`
	Language     string `help:"ja or en." enum:"ja,en" default:"ja"`
	TimeZone     string `help:"Time zone of the organisation." default:"Asia/Tokyo"`
}

// Help is what `musubi user create --help` tells besides the flags.
func (userCreateCmd) Help() string {
	return `Does what the first page of an empty installation does, without a browser. It can be repeated for further
organisations; a person who has an account already gives its password.

Example:
  MUSUBI_PASSWORD=… musubi user create --organisation 'Musubi Trading' --name 'Yui Sato' --email yui@example.com`
}

// Run makes the organisation.
func (c userCreateCmd) Run(ctx context.Context) error {
	err := app.CreateOrganisation(ctx, app.Config{Database: c.Database, Secret: c.Secret}, app.FirstOrganisation{
		Organisation: c.Organisation, Name: c.Name, Email: c.Email, Password: c.Password, Language: c.Language, TimeZone: c.TimeZone,
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(os.Stdout, "%s can sign in as administrator of %s.\n", c.Email, c.Organisation)
	return err
}
