package files

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"musubi/internal/fault"
	"musubi/internal/id"
	"musubi/internal/jobs"
	"musubi/internal/store"
)

const (
	// piece is what one transaction writes and one query reads.
	piece = 256 << 10
	// patience is how long pieces may wait for the next, or for a room that keeps them.
	patience = 2 * time.Hour
)

// DefaultLimit is the size of the largest file unless the program is told otherwise.
const DefaultLimit = 20 << 20

// File is what a file holds. Its type was read from its first bytes, whatever its name
// says.
type File struct {
	ID   id.ID
	Size int64
	Type string
}

// Service is the room's one door. It asks for no badge: the room that names a file
// has.
type Service struct {
	db    *store.DB
	queue *jobs.Queue
	limit int64
}

// New makes the service; limit is the size of the largest file, in bytes, or zero for
// the usual.
func New(db *store.DB, queue *jobs.Queue, limit int64) *Service {
	if limit <= 0 {
		limit = DefaultLimit
	}
	return &Service{db: db, queue: queue, limit: limit}
}

// Limit gives the size of the largest file.
func (s *Service) Limit() int64 { return s.limit }

// Put writes what r holds, each piece in a transaction of its own. Nobody sees the file
// before Keep, and what is not kept goes away by itself.
func (s *Service) Put(ctx context.Context, tenant id.ID, r io.Reader) (File, error) {
	if tenant == 0 || r == nil {
		return File{}, gone()
	}
	var f File
	r = io.LimitReader(r, s.limit+1) // one byte tells that it is too big
	buffer := make([]byte, piece)
	for n := int64(0); ; n++ {
		got, last, err := fill(r, buffer)
		if err != nil {
			return File{}, s.give(ctx, tenant, f, unreadable(err))
		}
		if n == 0 {
			f.Type = http.DetectContentType(buffer[:got])
		}
		if f.Size += int64(got); f.Size > s.limit {
			return File{}, s.give(ctx, tenant, f, fault.Invalid("files.fault.too_big").With("Megabytes", s.limit>>20).WithCode("too_big"))
		}
		err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			made := f
			if n == 0 {
				made.ID = tx.NewID()
				if err := insertFile(ctx, tx, tenant, made); err != nil {
					return err
				}
			}
			if got > 0 {
				if err := insertPiece(ctx, tx, tenant, made.ID, n, buffer[:got]); err != nil {
					return err
				}
			}
			if err := touch(ctx, tx, tenant, made, last); err != nil {
				return err
			}
			f.ID = made.ID
			return nil
		})
		if err != nil {
			return File{}, s.give(ctx, tenant, f, err)
		}
		if last {
			return f, nil
		}
	}
}

// fill reads a piece. io.ReadFull does not tell the end of what comes in from a
// connection that broke off.
func fill(r io.Reader, buffer []byte) (n int, last bool, err error) {
	for n < len(buffer) {
		got, err := r.Read(buffer[n:])
		n += got
		if errors.Is(err, io.EOF) {
			return n, true, nil
		}
		if err != nil {
			return n, false, err
		}
	}
	return n, false, nil
}

// give lets go of a file that came in half, and gives the reason.
func (s *Service) give(ctx context.Context, tenant id.ID, f File, why error) error {
	if f.ID != 0 {
		// Whoever sent it may have hung up. Should this fail too, the sweep comes later.
		_ = s.Discard(context.WithoutCancel(ctx), tenant, f.ID)
	}
	return why
}

// Discard lets go of a file that was put and not kept.
func (s *Service) Discard(ctx context.Context, tenant, file id.ID) error {
	if tenant == 0 {
		return gone()
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := release(ctx, tx, tenant, file); err != nil {
			return err
		}
		return s.queue.Insert(ctx, tx, sweepJob{}, jobs.Unique("sweep"))
	})
}

// Keep makes the files somebody's in the transaction that names them; a file that is
// named twice is kept until both let go. It is a conflict when one is not there.
func (s *Service) Keep(ctx context.Context, tx *store.Tx, tenant id.ID, files ...id.ID) error {
	if tenant == 0 {
		return gone()
	}
	return keep(ctx, tx, tenant, counted(files))
}

// Drop lets go of files in the transaction that stops naming them.
func (s *Service) Drop(ctx context.Context, tx *store.Tx, tenant id.ID, files ...id.ID) error {
	if tenant == 0 {
		return gone()
	}
	if len(files) == 0 {
		return nil
	}
	if err := drop(ctx, tx, tenant, counted(files)); err != nil {
		return err
	}
	return s.queue.Insert(ctx, tx, sweepJob{}, jobs.Unique("sweep"))
}

// Open gives what a kept file holds. Every read is a query of its own, so it may go on
// for as long as whoever reads takes.
func (s *Service) Open(ctx context.Context, tenant, file id.ID) (File, io.ReadCloser, error) {
	if tenant == 0 {
		return File{}, nil, gone()
	}
	f, err := readFile(ctx, s.db, tenant, file)
	if err != nil {
		return File{}, nil, err
	}
	return f, &content{ctx: ctx, db: s.db, tenant: tenant, file: f}, nil
}

// Part gives up to limit bytes of what a kept file holds from an offset on; none at its
// end.
func (s *Service) Part(ctx context.Context, tenant, file id.ID, offset int64, limit int) ([]byte, error) {
	if tenant == 0 {
		return nil, gone()
	}
	f, err := readFile(ctx, s.db, tenant, file)
	if err != nil || offset < 0 || offset >= f.Size || limit <= 0 {
		return nil, err
	}
	c := &content{ctx: ctx, db: s.db, tenant: tenant, file: f, next: offset / piece, given: offset}
	if skip := offset % piece; skip > 0 {
		c.given -= skip
		if _, err := io.CopyN(io.Discard, c, skip); err != nil {
			return nil, err
		}
	}
	out := make([]byte, min(int64(limit), f.Size-offset))
	_, err = io.ReadFull(c, out)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// content reads a file piece by piece.
type content struct {
	ctx    context.Context
	db     *store.DB
	tenant id.ID
	file   File
	next   int64
	given  int64
	rest   []byte
}

// Read reads on. A file that is taken away meanwhile ends in an error, not early.
func (c *content) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		if c.given == c.file.Size {
			return 0, io.EOF
		}
		data, err := readPiece(c.ctx, c.db, c.tenant, c.file.ID, c.next)
		if err != nil {
			return 0, err
		}
		c.rest = data
		c.next++
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	c.given += int64(n)
	return n, nil
}

// Close lets go of the file.
func (c *content) Close() error { c.rest = nil; return nil }

func gone() error { return fault.NotFound("files.fault.gone") }

// unreadable says that what came broke off; a fault of whoever read it stays.
func unreadable(err error) error {
	if fault.As(err) != nil {
		return err
	}
	return fault.Invalid("files.fault.broken_off").Because(err)
}

// counted sorts files by how often they are named.
func counted(files []id.ID) map[int64][]id.ID {
	times := map[id.ID]int64{}
	for _, f := range files {
		times[f]++
	}
	out := map[int64][]id.ID{}
	for f, n := range times {
		out[n] = append(out[n], f)
	}
	return out
}
