// Package attachment keeps the files people attach to records. A file is seen by whoever
// sees its record; who may edit the record attaches files and takes them away.
package attachment

import (
	"context"
	"io"
	"time"

	"musubi/internal/crm/access"
	"musubi/internal/crm/record"
	"musubi/internal/fault"
	"musubi/internal/files"
	"musubi/internal/id"
	"musubi/internal/page"
	"musubi/internal/store"
)

// MaxFiles bounds the files of one record.
const MaxFiles = 200

// maxOnce bounds the token of a form that attaches once.
const maxOnce = 200

// Attachment is a file attached to a record.
type Attachment struct {
	ID     id.ID
	Name   string
	Size   int64
	Type   string // read from its first bytes
	By     id.ID
	ByName string
	At     time.Time

	file id.ID
}

// Service is the room's one door.
type Service struct {
	db      *store.DB
	records *record.Service
	files   *files.Service
}

// New makes the service.
func New(db *store.DB, records *record.Service, kept *files.Service) *Service {
	s := &Service{db: db, records: records, files: kept}
	records.AddHook(record.Hook{BeforePurge: s.purged})
	return s
}

// purged lets go of the files of records that are deleted for good.
func (s *Service) purged(ctx context.Context, tx *store.Tx, org id.ID, _ string, records []id.ID, limit int) (more bool, err error) {
	list, err := deleteOf(ctx, tx, org, records, limit)
	if err != nil {
		return false, err
	}
	return len(list) == limit, s.files.Drop(ctx, tx, org, list...)
}

// Limit gives the size of the largest file, in bytes.
func (s *Service) Limit() int64 { return s.files.Limit() }

// List gives a record's files, the latest first.
func (s *Service) List(ctx context.Context, as access.Actor, module string, of id.ID, r page.Request) (page.Page[Attachment], error) {
	var out page.Page[Attachment]
	if err := s.records.Visible(ctx, s.db, as, module, of); err != nil {
		return out, err
	}
	before := id.Max
	if r.Cursor != "" {
		var err error
		if before, err = id.Parse(r.Cursor); err != nil {
			return out, err
		}
	}
	list, err := attachmentsOf(ctx, s.db, as.Org(), of, before, r.Limit()+1)
	if err != nil {
		return out, err
	}
	if len(list) > r.Limit() {
		list = list[:r.Limit()]
		out.Next = list[len(list)-1].ID.String()
	}
	out.Items = list
	return out, nil
}

// Get gives one file of a record without what it holds.
func (s *Service) Get(ctx context.Context, as access.Actor, module string, of, which id.ID) (Attachment, error) {
	if err := s.records.Visible(ctx, s.db, as, module, of); err != nil {
		return Attachment{}, err
	}
	return attachmentByID(ctx, s.db, as.Org(), of, which)
}

// Open gives a file of a record with what it holds; the caller closes it.
func (s *Service) Open(ctx context.Context, as access.Actor, module string, of, which id.ID) (Attachment, io.ReadCloser, error) {
	a, err := s.Get(ctx, as, module, of, which)
	if err != nil {
		return Attachment{}, nil, err
	}
	_, r, err := s.files.Open(ctx, as.Org(), a.file)
	if err != nil {
		return Attachment{}, nil, err
	}
	return a, r, nil
}

// Attach reads a file to its end and attaches it to a record; once names the form, so
// that the same person sending the same file with it again gets what was attached the
// first time; "" attaches in any case. The file appears with the last of several transactions; one that breaks off
// leaves nothing.
func (s *Service) Attach(ctx context.Context, as access.Actor, module string, of id.ID, once, name string, content io.Reader) (Attachment, error) {
	if err := s.mayChange(ctx, as, module, of); err != nil {
		return Attachment{}, err
	}
	if len(once) > maxOnce {
		return Attachment{}, fault.Invalid("crm.fault.invalid")
	}
	name, err := files.Name(name)
	if err != nil {
		return Attachment{}, err
	}
	f, err := s.files.Put(ctx, as.Org(), content)
	if err != nil {
		return Attachment{}, err
	}
	a := Attachment{Name: name, Size: f.Size, Type: f.Type, By: as.User(), ByName: as.Name(), file: f.ID}
	err = s.mayChange(ctx, as, module, of) // rights may have gone while the file came in
	if err == nil {
		a, err = s.add(ctx, as, module, of, once, a)
	}
	if err != nil || a.file != f.ID {
		// Nothing was added, or the same form had added it before. Should this fail as
		// well, the sweep takes the file away later: a kept one stays in any case.
		_ = s.files.Discard(context.WithoutCancel(ctx), as.Org(), f.ID)
	}
	if err != nil {
		return Attachment{}, err
	}
	return a, nil
}

// add attaches a file that came in, or gives what the same form attached before: it
// holds the record, so of two at the same moment one waits for the other.
func (s *Service) add(ctx context.Context, as access.Actor, module string, of id.ID, once string, a Attachment) (out Attachment, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.records.Hold(ctx, tx, as, module, of); err != nil {
			return err
		}
		if out, err = attachmentOnce(ctx, tx, as, of, once, a); err != nil || out.ID != 0 {
			return err
		}
		n, err := countAttachments(ctx, tx, as.Org(), of)
		if err != nil {
			return err
		}
		if n >= MaxFiles {
			return fault.Conflict("crm.fault.too_many_files").With("Limit", MaxFiles).WithCode("too_many_files")
		}
		if err := s.files.Keep(ctx, tx, as.Org(), a.file); err != nil {
			return err
		}
		out = a
		out.ID, out.At = tx.NewID(), tx.Now()
		if err := insertAttachment(ctx, tx, as.Org(), of, module, once, out); err != nil {
			return err
		}
		return s.records.Told(ctx, tx, as, of, record.ActAttached, out.Name)
	})
	return out, err
}

// Delete takes a file away for good.
func (s *Service) Delete(ctx context.Context, as access.Actor, module string, of, which id.ID) error {
	if err := s.mayChange(ctx, as, module, of); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.records.Visible(ctx, tx, as, module, of); err != nil {
			return err
		}
		a, err := attachmentByID(ctx, tx, as.Org(), of, which)
		if err != nil {
			return err
		}
		if err := deleteAttachment(ctx, tx, as.Org(), of, which); err != nil {
			return err
		}
		if err := s.files.Drop(ctx, tx, as.Org(), a.file); err != nil {
			return err
		}
		return s.records.Told(ctx, tx, as, of, record.ActDetached, a.Name)
	})
}

// mayChange refuses who does not see the record or may not edit it.
func (s *Service) mayChange(ctx context.Context, as access.Actor, module string, of id.ID) error {
	rights, err := s.records.Rights(ctx, as, module, of)
	if err == nil && !rights.Edit {
		return fault.Forbidden("crm.fault.no_edit").WithCode("no_right")
	}
	return err
}
