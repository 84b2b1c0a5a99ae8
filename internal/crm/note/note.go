// Package note keeps the notes people pin to records. A note is seen by whoever sees
// its record; its author and administrators change it.
package note

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
)

// Limits of a note, in characters.
const (
	MaxTitle = 120
	MaxBody  = 65535
)

// Note is a text pinned to a record.
type Note struct {
	ID      id.ID
	Title   string
	Body    string
	By      id.ID
	ByName  string
	At      time.Time
	Changed time.Time
	Version int64
	Mine    bool // the reader may change it
}

// Service is the room's one door.
type Service struct {
	db      *store.DB
	records *record.Service
	hooks   []Hook
	written []func(ctx context.Context, tx *store.Tx, org id.ID, module string, of id.ID, n Note) error
}

// Hook hears in its transaction that the notes of a record changed; an error undoes it.
type Hook func(ctx context.Context, tx *store.Tx, org id.ID, module string, of id.ID) error

// New makes the service.
func New(db *store.DB, records *record.Service) *Service {
	records.AddHook(record.Hook{BeforePurge: dropNotes}) // notes go with their record
	return &Service{db: db, records: records}
}

// AddHook registers a hook; the program calls it while it is put together.
func (s *Service) AddHook(h Hook) { s.hooks = append(s.hooks, h) }

// OnWritten registers what hears, in its transaction, of a note that a user wrote; the
// program calls it while it is put together.
func (s *Service) OnWritten(fn func(ctx context.Context, tx *store.Tx, org id.ID, module string, of id.ID, n Note) error) {
	s.written = append(s.written, fn)
}

func (s *Service) changed(ctx context.Context, tx *store.Tx, org id.ID, module string, of id.ID) error {
	for _, h := range s.hooks {
		if err := h(ctx, tx, org, module, of); err != nil {
			return err
		}
	}
	return nil
}

// List gives a record's notes, the latest first.
func (s *Service) List(ctx context.Context, as access.Actor, module string, of id.ID, r page.Request) (page.Page[Note], error) {
	if err := s.see(ctx, s.db, as, module, of, access.View); err != nil {
		return page.Page[Note]{}, err
	}
	before := id.Max
	if r.Cursor != "" {
		var err error
		if before, err = id.Parse(r.Cursor); err != nil {
			return page.Page[Note]{}, err
		}
	}
	list, err := notesOf(ctx, s.db, as.Org(), of, before, r.Limit()+1)
	if err != nil {
		return page.Page[Note]{}, err
	}
	var out page.Page[Note]
	if len(list) > r.Limit() {
		list = list[:r.Limit()]
		out.Next = list[len(list)-1].ID.String()
	}
	for i := range list {
		list[i].Mine = list[i].By == as.User() || as.Admin()
	}
	out.Items = list
	return out, nil
}

// Get gives one note of a record.
func (s *Service) Get(ctx context.Context, as access.Actor, module string, of, note id.ID) (Note, error) {
	if err := s.see(ctx, s.db, as, module, of, access.View); err != nil {
		return Note{}, err
	}
	n, err := noteByID(ctx, s.db, as.Org(), of, note)
	n.Mine = n.By == as.User() || as.Admin()
	return n, err
}

// Create pins a note to a record.
func (s *Service) Create(ctx context.Context, as access.Actor, module string, of id.ID, title, body string) (Note, error) {
	if err := s.see(ctx, s.db, as, module, of, access.Create); err != nil {
		return Note{}, err
	}
	n := Note{Title: strings.TrimSpace(title), Body: strings.TrimSpace(body), By: as.User(), ByName: as.Name(), Version: 1, Mine: true}
	if err := n.check(); err != nil {
		return Note{}, err
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.records.Hold(ctx, tx, as, module, of); err != nil {
			return err
		}
		n.ID, n.At, n.Changed = tx.NewID(), tx.Now(), tx.Now()
		if err := insertNote(ctx, tx, as.Org(), of, module, n); err != nil {
			return err
		}
		for _, fn := range s.written {
			if err := fn(ctx, tx, as.Org(), module, of, n); err != nil {
				return err
			}
		}
		return s.changed(ctx, tx, as.Org(), module, of)
	})
	return n, err
}

// Update changes a note at its version; stale when it was saved in between.
func (s *Service) Update(ctx context.Context, as access.Actor, module string, of, note id.ID, version int64, title, body string) (Note, error) {
	n := Note{Title: strings.TrimSpace(title), Body: strings.TrimSpace(body)}
	if err := s.see(ctx, s.db, as, module, of, access.Edit); err != nil {
		return Note{}, err
	}
	if err := n.check(); err != nil {
		return Note{}, err
	}
	var out Note
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		now, err := s.own(ctx, tx, as, module, of, note)
		if err != nil {
			return err
		}
		now.Title, now.Body, now.Version, now.Changed = n.Title, n.Body, version, tx.Now()
		saved, err := updateNote(ctx, tx, as.Org(), of, now)
		if err == nil && !saved {
			return fault.New(fault.KindStale, "crm.fault.stale").WithCode("stale")
		}
		now.Version++
		out = now
		if err != nil {
			return err
		}
		return s.changed(ctx, tx, as.Org(), module, of)
	})
	return out, err
}

// Delete takes a note away for good.
func (s *Service) Delete(ctx context.Context, as access.Actor, module string, of, note id.ID) error {
	if err := s.see(ctx, s.db, as, module, of, access.Delete); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := s.own(ctx, tx, as, module, of, note); err != nil {
			return err
		}
		if err := deleteNote(ctx, tx, as.Org(), of, note); err != nil {
			return err
		}
		return s.changed(ctx, tx, as.Org(), module, of)
	})
}

// see refuses who may not do this with notes, or does not see the record.
func (s *Service) see(ctx context.Context, q store.Querier, as access.Actor, module string, of id.ID, right access.Right) error {
	if err := as.Require(access.TabNotes, right); err != nil {
		return err
	}
	return s.records.Visible(ctx, q, as, module, of)
}

// own gives a note the badge may change.
func (s *Service) own(ctx context.Context, tx *store.Tx, as access.Actor, module string, of, note id.ID) (Note, error) {
	if err := s.records.Visible(ctx, tx, as, module, of); err != nil {
		return Note{}, err
	}
	n, err := noteByID(ctx, tx, as.Org(), of, note)
	n.Mine = n.By == as.User() || as.Admin()
	if err == nil && !n.Mine {
		return Note{}, fault.Forbidden("crm.fault.no_edit").WithCode("no_right")
	}
	return n, err
}

func (n Note) check() error {
	bad := fault.Invalid("crm.fault.note")
	if n.Body == "" {
		bad.Field("body", "crm.note.empty")
	}
	for _, f := range []struct {
		name, text string
		max        int
	}{{"title", n.Title, MaxTitle}, {"body", n.Body, MaxBody}} {
		if store.CheckText(f.text) != nil {
			bad.Field(f.name, "crm.field.text_invalid")
		} else if utf8.RuneCountInString(f.text) > f.max {
			bad.Field(f.name, "crm.field.long", fault.Args{"Max": f.max})
		}
	}
	return bad.OrNil()
}
