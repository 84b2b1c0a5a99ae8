package app

import (
	"context"
	"errors"
	"strings"
	"time"

	"musubi/internal/files"
	"musubi/internal/identity"
	"musubi/internal/jobs"
	"musubi/internal/mail"
	"musubi/internal/notice"
	"musubi/internal/secret"
	"musubi/internal/store"
)

// Ground is what every room stands on.
type Ground struct {
	DB       *store.DB
	Box      *secret.Box
	Queue    *jobs.Queue
	Mail     *mail.Service
	Identity *identity.Service
	Files    *files.Service
	Notices  *notice.Service
}

// openGround opens the database, brings it up to date and puts the ground together.
func openGround(ctx context.Context, c Config) (Ground, error) {
	post := mail.Options{SMTP: c.SMTP, From: c.MailFrom, BaseURL: c.PublicURL}
	if err := post.Check(); err != nil {
		return Ground{}, err
	}
	box, err := secret.Load(c.Secret, secretFile(c.Database))
	if err != nil {
		return Ground{}, err
	}
	db, err := store.Open(ctx, c.Database, store.Options{Now: c.Now})
	if err != nil {
		return Ground{}, err
	}
	if err := db.Migrate(ctx); err != nil {
		return Ground{}, errors.Join(err, db.Close())
	}
	queue := jobs.New(db, c.Log)
	letters := mail.New(db, queue, post)
	g := Ground{DB: db, Box: box, Queue: queue, Mail: letters, Identity: identity.New(db, letters), Files: files.New(db, queue, int64(c.MaxFileMB)<<20)}
	g.Files.Register()
	g.Notices = notice.NewService(db, g.Identity, letters)
	jobs.Register(queue, func(ctx context.Context, _ sweepJob) error { return g.Identity.Sweep(ctx) })
	queue.Periodic(sweepJob{}, time.Hour)
	return g, nil
}

// sweepJob deletes sessions, tokens and attempts that are over.
type sweepJob struct{}

// Kind names the job in the queue.
func (sweepJob) Kind() string { return "identity.sweep" }

// secretFile is where the key lies beside a SQLite database; empty for PostgreSQL,
// whose nodes must be given the same one.
func secretFile(database string) string {
	path, ok := strings.CutPrefix(database, "sqlite:")
	if !ok {
		return ""
	}
	path, _, _ = strings.Cut(path, "?")
	return path + ".secret"
}
