// Command musubi is the whole program: a CRM, a project tool and the
// integration between them. `musubi --help` tells what it can do.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "dev"

type cli struct {
	Config kong.ConfigFlag `help:"Read flags from this JSON file, for example {\"listen\": \":8080\"}." env:"MUSUBI_CONFIG" placeholder:"FILE"`

	Serve   serveCmd   `cmd:"" help:"Serve pages and work off jobs."`
	Migrate migrateCmd `cmd:"" help:"Bring the database up to date and end."`
	User    userCmd    `cmd:"" help:"People of this installation."`
	Demo    demoCmd    `cmd:"" help:"About the demo organisations."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

const description = `A CRM and a project tool, tied together.

Start with "musubi serve --demo" and open the address it prints. Every flag can be given as an environment variable too;
a flag wins over the environment, the environment over the file of --config.`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parser, err := kong.New(&cli{}, kong.Name("musubi"), kong.Description(description), kong.UsageOnError(),
		kong.Configuration(kong.JSON), kong.BindTo(ctx, (*context.Context)(nil)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}))
	if err != nil {
		fail(err)
	}
	command, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)
	if err := command.Run(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "musubi:", err)
	os.Exit(1)
}
