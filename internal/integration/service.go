package integration

import (
	"context"
	"log/slog"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/attachment"
	"musubi/internal/crm/note"
	"musubi/internal/crm/record"
	"musubi/internal/id"
	"musubi/internal/identity"
	"musubi/internal/jobs"
	"musubi/internal/mail"
	"musubi/internal/notice"
	"musubi/internal/projects/gate"
	"musubi/internal/secret"
	"musubi/internal/store"
)

// Parts are what the service is put together from.
type Parts struct {
	DB      *store.DB
	Door    gate.Door
	People  *identity.Service
	Access  *access.Service
	Records *record.Service
	Notes   *note.Service
	Files   *attachment.Service
	Queue   *jobs.Queue
	Letters *mail.Service
	Notices *notice.Service // nil tells nobody in the program itself
	Box     *secret.Box
	Log     *slog.Logger
	// Owned gives the portals a person owns, for KeyEvent; nil where Projects runs
	// elsewhere and the rounds must do.
	Owned func(ctx context.Context, person id.ID) ([]id.ID, error)
	// PageWait and JobWait bound one call through the gate; zero takes 2 s and 20 s.
	PageWait time.Duration
	JobWait  time.Duration
}

// Service is the room's one door.
type Service struct {
	p        Parts
	batch    int           // users registered at once
	clients  int           // clients associated at once
	discards int           // contacts looked at in one transaction
	slice    time.Duration // how long one job works on contacts or clients
}

// New makes the service. The program then calls Register and hands
// AccessHooks and RecordHook on.
func New(p Parts) *Service {
	if p.PageWait == 0 {
		p.PageWait = 2 * time.Second
	}
	if p.JobWait == 0 {
		p.JobWait = 20 * time.Second
	}
	if p.Log == nil {
		p.Log = slog.Default()
	}
	return &Service{p: p, batch: provisionBatch, clients: associationBatch, discards: discardBatch, slice: associationSlice}
}
