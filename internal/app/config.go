package app

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"
)

// Config is everything the program is told from outside, read once. The tags
// are kong's: each field is a flag, a variable of the environment and a key of
// the configuration file.
type Config struct {
	Listen   string `help:"Address and port to serve on; ${default} unless told otherwise." default:"127.0.0.1:8080" env:"MUSUBI_LISTEN" placeholder:"HOST:PORT"`
	Database string `help:"Where the data lies: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME; ${default} unless told otherwise." default:"sqlite:musubi.db" env:"MUSUBI_DATABASE_URL" placeholder:"URL"`
	Demo     bool   `help:"Fill an empty database with demo organisations, and print their sign-ins." env:"MUSUBI_DEMO"`

	PublicURL string `help:"How people reach the program, for links in mails. With https, cookies are sent over HTTPS only. Default: http:// and the listen address." env:"MUSUBI_PUBLIC_URL" placeholder:"URL"`
	Secret    string `help:"Key that seals service keys: at least 24 random characters, the same on every node. Required with PostgreSQL; with SQLite a file beside the database is made when it is not given. To replace it, put the new one before the old: NEW,OLD." env:"MUSUBI_SECRET" placeholder:"TEXT"`

	SMTP     string `help:"Mail server: smtp://USER:PASSWORD@HOST:PORT or smtps://. Without it mails are kept in an outbox that administrators can read." env:"MUSUBI_SMTP_URL" placeholder:"URL"`
	MailFrom string `help:"Sender of mails; ${default} unless told otherwise." default:"Musubi <musubi@localhost>" env:"MUSUBI_MAIL_FROM" placeholder:"ADDRESS"`

	BehindProxy bool `help:"Take the address of a visitor from the last entry of X-Forwarded-For. Only behind a proxy that sets it." env:"MUSUBI_BEHIND_PROXY"`

	MaxFileMB int `help:"Size of the largest file people may attach, in MB; ${default} unless told otherwise." default:"20" env:"MUSUBI_MAX_FILE_MB" placeholder:"MB"`

	LogFormat string `help:"How the log is written: text or json." enum:"text,json" default:"text" env:"MUSUBI_LOG_FORMAT"`
	LogLevel  string `help:"The least that is logged: debug, info, warn or error." enum:"debug,info,warn,error" default:"info" env:"MUSUBI_LOG_LEVEL"`

	// Fill puts the demo organisations into an empty database; the command supplies
	// it, since the demo knows the program and not the other way round.
	Fill func(ctx context.Context, a *App) error `kong:"-"`

	// Ready is told once that the program answers; the command greets whoever started it.
	Ready func(ctx context.Context, a *App) error `kong:"-"`

	// Log and Now are for tests; nil is the usual.
	Log *slog.Logger     `kong:"-"`
	Now func() time.Time `kong:"-"`
}

// normal checks the configuration and fills in what follows from the rest.
func (c Config) normal() (Config, error) {
	if c.Database == "" {
		return c, errors.New("--database is empty")
	}
	if c.Listen == "" {
		c.Listen = "127.0.0.1:8080"
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + reachable(c.Listen)
	}
	if c.MaxFileMB < 0 || c.MaxFileMB > 1024 {
		return c, errors.New("--max-file-mb wants a number from 1 to 1024")
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return c, errors.New("--public-url wants http://HOST or https://HOST")
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	if c.Log == nil {
		c.Log = c.logger()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}

func (c Config) logger() *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, o))
}

// secure says whether cookies may travel over HTTPS only.
func (c Config) secure() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// reachable makes an address a browser on this machine can open.
func reachable(listen string) string {
	host, port, ok := strings.Cut(listen, ":")
	if !ok {
		return listen
	}
	if host == "" || host == "0.0.0.0" {
		host = "127.0.0.1"
	}
	return host + ":" + port
}
